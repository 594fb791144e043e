/** `ignoreChanges` and `replaceOnChanges` of a stage, from the program to the cluster. */
import assert from "node:assert/strict";
import { readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { runYtcode } from "../../tools/run-ytcode.ts";
import { makeTree } from "../../tools/temporary-tree.ts";
import { REPOSITORY } from "../../ytjobs/run-python.ts";
import { succeed } from "./project.ts";

/** The options are those in the environment, so that each run has its own. */
const PROGRAM = `import { YtCodeArchive } from "./node_modules/pulumi-yt-code/provider/index.ts";
const options = JSON.parse(process.env.ARCHIVE_OPTIONS ?? "{}");
export const digest = new YtCodeArchive("daily", { pipeline: "./daily" }, options).digest;\n`;

function digestIn(output: string): string | undefined {
  return /digest: +"([^"]+)"/.exec(output)?.[1];
}

test("a stage that is ignored is no change until another one changes, and a reason to replace only then", async (t) => {
  const modules = path.join(REPOSITORY, "node_modules");
  const names = (await readdir(modules)).filter((name) => !name.startsWith("."));
  const stages = ["clean", "score"].flatMap((stage) => [
    [`daily/stages/${stage}/config.yaml`, ""],
    [`daily/stages/${stage}/src/mapper.py`, ""],
  ]);
  const directory = await makeTree(t, {
    "Pulumi.yaml":
      "name: infra\nruntime: { name: nodejs, options: { typescript: false } }\nmain: index.ts\n",
    "Pulumi.dev.yaml": "config: { 'yt:proxy': local }\n",
    "package.json": '{ "type": "module" }',
    "index.ts": PROGRAM,
    "daily/configs/config.yaml":
      "stages: {enabled_stages: [clean, score]}\npipeline: {mode: prod, build_folder: //home/b}\n",
    ...Object.fromEntries(stages),
    "node_modules/pulumi-yt-code": { link: REPOSITORY },
    ...Object.fromEntries(
      names.map((name) => [`node_modules/${name}`, { link: path.join(modules, name) }]),
    ),
  });
  const ytcode = (command: string, options: Readonly<Record<string, readonly string[]>>) => {
    const env = { YTCODE_ENGINE: "embedded", ARCHIVE_OPTIONS: JSON.stringify(options) };
    return succeed(runYtcode([command], { cwd: directory, env }));
  };
  const edit = (stage: string): Promise<void> =>
    writeFile(path.join(directory, `daily/stages/${stage}/src/mapper.py`), "print()\n");

  const first = await ytcode("up", {});
  assert.ok(digestIn(first), first);
  await edit("clean");
  const ignored = await ytcode("up", { ignoreChanges: ["stages/clean"] });
  assert.doesNotMatch(ignored, /clean/);
  assert.match(ignored, /2 unchanged/);
  assert.equal(digestIn(ignored), digestIn(first));
  const counted = await ytcode("preview", {});
  assert.match(counted, /daily: 1 of 2 stages changes: clean \(src\/mapper\.py \+1 -0\)/);

  await edit("score");
  const options = { ignoreChanges: ["stages/clean"], replaceOnChanges: ["stages/*"] };
  const replaced = await ytcode("up", options);
  assert.match(
    replaced,
    /daily: replaced for stages\/score \(replaceOnChanges\); stages\/clean not ignored: the archive is packed as a whole; 2 of 2 stages change: clean, score/,
  );
  assert.match(replaced, /1 replaced/);
  assert.match(replaced, /~ digest: "\w+…" => "\w+…"/);
});
