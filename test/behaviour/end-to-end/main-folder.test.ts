/** A project whose program is in a folder: pipelines and the local cluster are those of that folder. */
import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { makeTree } from "../../tools/temporary-tree.ts";
import { runYtcode } from "../../tools/run-ytcode.ts";
import { REPOSITORY } from "../../ytjobs/run-python.ts";
import { succeed } from "./project.ts";

const pipeline = (home: string) => ({
  "configs/config.yaml": `stages: {enabled_stages: [a]}\npipeline: {mode: prod, build_folder: //home/${home}/build}\n`,
  "stages/a/src/mapper.py": "",
  "stages/a/config.yaml": "",
});

/** Files, by their path, in a folder. */
const below = (folder: string, files: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]));

test('"main: infra/" packs the pipelines of infra/, and keeps the local cluster there', async (t) => {
  const modules = path.join(REPOSITORY, "node_modules");
  const names = (await readdir(modules)).filter((name) => !name.startsWith("."));
  const directory = await makeTree(t, {
    "Pulumi.yaml":
      "name: infra\nruntime: { name: nodejs, options: { typescript: false } }\nmain: infra/\n",
    "Pulumi.dev.yaml": "config: { 'yt:proxy': local }\n",
    "infra/package.json": '{ "type": "module", "main": "index.ts" }',
    "infra/index.ts": `import { YtCodeArchive } from "./node_modules/pulumi-yt-code/provider/index.ts";
export const path = new YtCodeArchive("daily", { pipeline: "./daily" }).archivePath;\n`,
    ...below("daily", pipeline("root")),
    ...below("infra/daily", pipeline("infra")),
    "infra/node_modules/pulumi-yt-code": { link: REPOSITORY },
    ...Object.fromEntries(
      names.map((name) => [`infra/node_modules/${name}`, { link: path.join(modules, name) }]),
    ),
  });
  const ytcode = (args: readonly string[]): Promise<string> =>
    succeed(runYtcode(args, { cwd: directory, env: { YTCODE_ENGINE: "embedded" } }));

  assert.match(await ytcode(["up"]), /path: "\/\/home\/infra\/build\/source\.tar\.gz"/);
  assert.match(await ytcode(["inspect", "--proxy", "local", "//home/infra/build"]), /a \(map\)/);
  const [atRoot, inFolder] = await Promise.all(
    [directory, path.join(directory, "infra")].map((folder) => readdir(folder)),
  );
  assert.deepEqual(atRoot?.toSorted(), [
    ".pulumi",
    "Pulumi.dev.yaml",
    "Pulumi.yaml",
    "daily",
    "infra",
  ]);
  assert.ok(inFolder?.includes(".local-cluster"));
});
