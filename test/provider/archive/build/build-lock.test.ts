/** One process at a time builds in a folder; others wait. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { buildArchive } from "../../../../provider/archive/build/build.ts";
import { withBuildLock } from "../../../../provider/archive/build/build-lock.ts";
import { readManifest } from "../../../../provider/manifest/read-manifest.ts";
import { runBuild } from "../../../tools/run-build.ts";
import { makePipeline } from "../../../tools/small-pipeline.ts";
import { makeTree } from "../../../tools/temporary-tree.ts";

test("buildArchive() waits for who builds there", async (t) => {
  const pipelineDirectory = await makePipeline(t);
  const manifest = await readManifest({ pipelineDirectory });
  const folder = path.join(pipelineDirectory, ".build");
  let building: ReturnType<typeof buildArchive> | undefined;
  await withBuildLock(folder, () => {
    building = buildArchive(manifest);
    assert.ok(!existsSync(folder));
  });
  const built = await building;
  assert.ok(built !== undefined && existsSync(built.file));
});

test("withBuildLock() lets others in after a failure, and after the end of a process", async (t) => {
  const folder = path.join(await makeTree(t), ".build");
  const failure = withBuildLock(folder, () => {
    throw new Error("failed");
  });
  await assert.rejects(failure, { message: "failed" });
  const script = `
    const { withBuildLock } = await import("./provider/archive/build/build-lock.ts");
    await withBuildLock(${JSON.stringify(folder)}, () => process.kill(process.pid, "SIGKILL"));`;
  const args = ["--input-type=module", "--eval", script];
  assert.equal(spawnSync(process.execPath, args).signal, "SIGKILL");
  assert.equal(await withBuildLock(folder, () => "in"), "in");
});

test("Processes that build one pipeline at once all succeed", async (t) => {
  const pipelineDirectory = await makePipeline(t);
  const outcomes = await Promise.all([1, 2, 3].map(() => runBuild(pipelineDirectory)));
  const [first] = outcomes;
  assert.match(first?.sha256 ?? "", /^[0-9a-f]{64}$/);
  assert.deepEqual(outcomes, [first, first, first]);
});
