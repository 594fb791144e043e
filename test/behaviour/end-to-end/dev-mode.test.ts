/** A stack in dev mode: `refresh` sees what became of a local build, the preview shows it, `up` mends it. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { appendFile, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { makeProject, succeed, writeStack } from "./project.ts";

test("a local build that is gone shows as ~archive, and up builds it again", async (t) => {
  const project = await makeProject(t, ["word_count"]);
  const directory = "examples/word_count";
  const configs = path.join(project.directory, directory, "configs");
  const dev = (await readFile(path.join(configs, "config.yaml"), "utf8")).replace(
    /mode: \w+/,
    "mode: dev",
  );
  await writeFile(path.join(configs, "config.yaml"), dev);
  await writeFile(path.join(configs, "night.yaml"), dev);
  await writeStack(project, "dev", {
    "pulumi-yt-code:pipelines": [
      { name: "day", directory },
      { name: "night", directory, config: "configs/night.yaml" },
    ],
  });
  await succeed(project.ytcode(["up"]));
  const builds = ["source.tar.gz", "night/source.tar.gz"].map((name) =>
    path.join(project.directory, directory, ".build", name),
  );
  assert.deepEqual(builds.map(existsSync), [true, true]);
  assert.match(await succeed(project.ytcode(["refresh"])), /3 unchanged/);

  const [day = "", night = ""] = builds;
  await rm(path.dirname(night), { recursive: true });
  await appendFile(day, "x");
  await succeed(project.ytcode(["refresh"]));
  const preview = await succeed(project.ytcode(["preview"]));
  assert.match(preview, /~ .*yt:CodeArchive +day +update +\[diff: ~archive\]/);
  assert.match(preview, /~ .*yt:CodeArchive +night +update +\[diff: ~archive\]/);
  await succeed(project.ytcode(["up"]));
  assert.match(await succeed(project.ytcode(["refresh"])), /3 unchanged/);
  assert.match(await succeed(project.ytcode(["preview"])), /3 unchanged/);
  await succeed(project.ytcode(["destroy"]));
  assert.deepEqual(builds.map(existsSync), [false, false]);
});
