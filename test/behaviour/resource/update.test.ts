/** Updates: versions, reused parts, wrappers, and pipelines that lose their code. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import {
  BUILD_FOLDER,
  configuration,
  describeNodes,
  makeProjectWithCluster,
  sha256,
  STABLE_NAMES,
} from "./lifecycle.ts";

test("sync() puts a new version beside the old one, which it leaves as it is", async (t) => {
  const world = await makeProjectWithCluster(t);
  const resource = world.declare(world.url);
  await resource.up();
  const first = resource.text("digest");
  const firstFolder = `${BUILD_FOLDER}/versions/${first}`;
  const before = await describeNodes(world.raw, firstFolder);

  await world.edit({ "stages/clean/src/mapper.py": "print('cleaner')\n" });
  assert.equal(await resource.up(), "update");
  const second = resource.text("digest");
  assert.notEqual(second, first);
  assert.deepEqual(await describeNodes(world.raw, firstFolder), before);
  const names = [first, second].toSorted();
  assert.deepEqual(await world.raw.list(`${BUILD_FOLDER}/versions`), names);
  for (const archivePath of [resource.text("archivePath"), resource.text("versionPath")]) {
    assert.equal(sha256(await world.raw.read(archivePath)), resource.text("sha256"));
    assert.equal(await world.raw.get(`${archivePath}/@ytcode_digest`), second);
  }
});

test("sync() counts unchanged parts as reused", async (t) => {
  const world = await makeProjectWithCluster(t);
  const resource = world.declare(world.url);
  await resource.up();
  await world.edit({ "stages/clean/src/mapper.py": "print('cleaner')\n" });
  resource.lines.length = 0;
  await resource.up();
  assert.match(
    resource.lines.at(-1) ?? "",
    /^\[Upload\] Code uploaded successfully: \d\.\d KiB, 3 of 4 parts reused, \d+\.\d KiB sent$/,
  );
});

test("sync() replaces the wrappers of a stage whose operation has changed", async (t) => {
  const world = await makeProjectWithCluster(t);
  const resource = world.declare(world.url);
  await resource.up();
  await rm(path.join(world.pipeline, "stages/score/src/vanilla.py"));
  await world.edit({ "stages/score/src/reducer.py": "print('reduce')\n" });
  assert.equal(await resource.up(), "update");
  const names = [
    "operation_wrapper_clean_map.sh",
    "operation_wrapper_score_reduce.sh",
    "source.tar.gz",
  ];
  assert.deepEqual(await world.raw.list(BUILD_FOLDER), [...names, "versions"]);
  const versionFolder = `${BUILD_FOLDER}/versions/${resource.text("digest")}`;
  assert.deepEqual(await world.raw.list(versionFolder), names);
  const tree = await readdir(path.join(world.pipeline, ".build/source/stages/score/src"));
  assert.deepEqual(tree, ["reducer.py"]);
});

test("sync() goes back to content that the cluster still has without sending it", async (t) => {
  const world = await makeProjectWithCluster(t);
  const resource = world.declare(world.url);
  await resource.up();
  const first = resource.text("sha256");
  await world.edit({ "stages/clean/src/mapper.py": "print('cleaner')\n" });
  await resource.up();
  await world.edit({ "stages/clean/src/mapper.py": "print('clean')\n" });
  world.cluster.clearRequests();
  assert.equal(await resource.up(), "update");
  assert.equal(world.count("write_file"), 0);
  assert.equal(sha256(await world.raw.read(`${BUILD_FOLDER}/source.tar.gz`)), first);
  assert.match(resource.lines.at(-1) ?? "", /, 3 of 4 parts reused, 0 B sent$/);
});

test("sync() keeps as many versions as keepVersions says", async (t) => {
  const world = await makeProjectWithCluster(t);
  const resource = world.declare(world.url, { pipeline: "daily", keepVersions: 2 });
  const digests: string[] = [];
  for (const word of ["one", "two", "three"]) {
    await world.edit({ "stages/clean/src/mapper.py": `print('${word}')\n` });
    await resource.up();
    digests.push(resource.text("digest"));
  }
  const kept = digests.slice(1).toSorted();
  assert.deepEqual(await world.raw.list(`${BUILD_FOLDER}/versions`), kept);
});

test("diff() sees nothing in a disabled stage's edit, or in another order of stages", async (t) => {
  const world = await makeProjectWithCluster(t, {
    "stages/later/src/mapper.py": "print('later')\n",
  });
  const resource = world.declare(world.url);
  await resource.up();
  await world.edit({
    "stages/later/src/mapper.py": "print('even later')\n",
    "configs/config.yaml": configuration(["score", "clean"]),
  });
  assert.equal(await resource.up(), "same");
});

test("sync() without code builds nothing, asks no cluster, and says so in one line", async (t) => {
  const world = await makeProjectWithCluster(t, { "configs/config.yaml": configuration([]) });
  const resource = world.declare(world.url);
  const inputs = await resource.checked();
  await resource.create(inputs);
  assert.deepEqual(resource.lines, [
    "daily: No stage is enabled, as the list stages.enabled_stages is empty: nothing to build or upload",
  ]);
  assert.deepEqual(resource.outputs, {
    ...inputs,
    mode: "prod",
    buildFolder: BUILD_FOLDER,
    proxy: world.url,
    stages: {},
  });
  assert.equal(existsSync(path.join(world.pipeline, ".build")), false);
  assert.equal(await resource.up(), "same");
  assert.deepEqual(await resource.refresh(), inputs);
  await resource.destroy();
  assert.deepEqual(world.cluster.requests, []);
});

test("sync() lets what is published be when the code goes, and publishes again when it is back", async (t) => {
  const world = await makeProjectWithCluster(t);
  const resource = world.declare(world.url);
  await resource.up();
  const before = await describeNodes(world.raw, BUILD_FOLDER);

  await world.edit({ "configs/config.yaml": configuration([]) });
  world.cluster.clearRequests();
  assert.equal(await resource.up(), "update");
  assert.equal(resource.outputs?.["digest"], undefined);
  assert.equal(await resource.up(), "same");
  assert.deepEqual(world.cluster.requests, []);
  assert.deepEqual(await describeNodes(world.raw, BUILD_FOLDER), before);

  await world.edit({
    "configs/config.yaml": configuration(["clean", "score"]),
    "stages/clean/src/mapper.py": "print('back')\n",
  });
  assert.equal(await resource.up(), "update");
  const archive = await world.raw.read(`${BUILD_FOLDER}/source.tar.gz`);
  assert.equal(sha256(archive), resource.text("sha256"));
  assert.deepEqual(await world.raw.list(BUILD_FOLDER), [...STABLE_NAMES, "versions"]);
});

test("remove() cleans the cluster also after the code has gone", async (t) => {
  const world = await makeProjectWithCluster(t);
  const resource = world.declare(world.url);
  await resource.up();
  await world.edit({ "configs/config.yaml": configuration([]) });
  await resource.up();
  await resource.destroy();
  assert.equal(await world.raw.exists(BUILD_FOLDER), false);
});
