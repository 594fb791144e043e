/** A local build that cannot be removed is told of, and no reason to fail. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { symlink } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { REPOSITORY, runProgram } from "../../ytjobs/run-python.ts";
import { AS_OTHER_USER, makeReadOnly, NEEDS_OTHER_USER } from "../../tools/other-user.ts";
import { makePipeline } from "../../tools/small-pipeline.ts";
import { removeBuild } from "../../../provider/resource/build-owner.ts";

const MODULE = pathToFileURL(path.join(REPOSITORY, "provider/resource/build-owner.ts")).href;

test("removeBuild() keeps what it may not remove, and says so", NEEDS_OTHER_USER, async (t) => {
  const pipelineDirectory = await makePipeline(t, { ".build/resource-id": "daily-1" });
  await makeReadOnly(pipelineDirectory);
  const place = { pipelineDirectory, configurationFile: "configs/config.yaml" };
  const script = `
    import { removeBuild } from ${JSON.stringify(MODULE)};
    await removeBuild(${JSON.stringify(place)}, "daily-1", console.log);
  `;
  const [program = "", ...args] = AS_OTHER_USER;
  const { status, stdout, stderr } = await runProgram(program, [
    ...args,
    process.execPath,
    "--input-type=module",
    "--eval",
    script,
  ]);
  assert.deepEqual([status, stderr], [0, ""]);
  assert.equal(stdout, `[Upload] Keeping "${pipelineDirectory}/.build": permission denied\n`);
  assert.ok(existsSync(path.join(pipelineDirectory, ".build/resource-id")));
});

test("removeBuild() keeps a build of which it cannot read whose it is, and says so", async (t) => {
  const pipelineDirectory = await makePipeline(t, { ".build/source.tar.gz": "" });
  // What nobody can read, root neither.
  await symlink("resource-id", path.join(pipelineDirectory, ".build/resource-id"));
  const lines: string[] = [];
  const place = { pipelineDirectory, configurationFile: "configs/config.yaml" };
  await removeBuild(place, "daily-1", (line) => lines.push(line));
  assert.deepEqual(lines, [
    `[Upload] Keeping "${pipelineDirectory}/.build": its path has a link that leads back to itself`,
  ]);
  assert.ok(existsSync(path.join(pipelineDirectory, ".build/source.tar.gz")));
});
