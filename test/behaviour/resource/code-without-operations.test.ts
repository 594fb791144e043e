/** `pack_stages: all`: code that no entry point leads to goes through a resource's whole life. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { BUILD_FOLDER, makeProjectWithCluster } from "./lifecycle.ts";
import type { Tree } from "../../tools/temporary-tree.ts";

/** Neither of the project's two stages has an entry point; one is not enabled. */
const JOBS: Tree = {
  "configs/config.yaml": `stages: {enabled_stages: [clean]}\npipeline: {mode: prod, build_folder: ${BUILD_FOLDER}, pack_stages: all}\n`,
  ".ytignore": "mapper.py\nvanilla.py\n",
  "stages/clean/src/jobs.py": "class Job: pass\n",
  "stages/score/src/model.py": "",
};

test("code without operations is published, seen, edited, promoted and removed", async (t) => {
  const world = await makeProjectWithCluster(t, JOBS);
  const resource = world.declare(world.url);
  assert.equal(await resource.up(), "create");
  assert.deepEqual(resource.outputs?.["stages"], {});
  assert.equal(resource.text("archivePath"), `${BUILD_FOLDER}/source.tar.gz`);
  assert.deepEqual(await world.raw.list(BUILD_FOLDER), ["source.tar.gz", "versions"]);
  assert.equal(await resource.up(), "same");

  await world.edit({ "stages/clean/src/jobs.py": "class Job: x = 1\n" });
  assert.equal(await resource.up(), "update");
  await resource.refresh();
  assert.equal(await resource.up(), "same");

  const target = "//home/daily/live";
  const promoteFrom = { ...resource.outputs };
  const promoted = world.declare(
    world.url,
    { promoteFrom, buildFolder: target },
    { stack: "live" },
  );
  assert.equal(await promoted.up(), "create");
  assert.equal(promoted.text("digest"), resource.text("digest"));
  assert.deepEqual(await world.raw.list(target), ["source.tar.gz", "versions"]);

  await promoted.destroy();
  await resource.destroy();
  assert.deepEqual(await world.raw.list("//home/daily"), []);
});

test("code without operations is built in dev mode", async (t) => {
  const world = await makeProjectWithCluster(t, JOBS);
  const resource = world.declare(world.url, { pipeline: "daily", mode: "dev" });
  assert.equal(await resource.up(), "create");
  assert.match(resource.text("sha256"), /^[0-9a-f]{64}$/);
  assert.equal(await resource.up(), "same");
});
