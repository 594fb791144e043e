/** Mode `dev`, and changes between the modes. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { KNOWN_KEY } from "../../../provider/resource/inputs.ts";
import {
  BUILD_FOLDER,
  describeNodes,
  makeProjectWithCluster,
  md5,
  sha256,
  STABLE_NAMES,
} from "./lifecycle.ts";

const DEV = { pipeline: "daily", mode: "dev" };
const PROD = { pipeline: "daily", mode: "prod" };

test("sync() in dev mode builds locally and asks no cluster", async (t) => {
  const world = await makeProjectWithCluster(t);
  const resource = world.declare(world.url, DEV);
  const inputs = await resource.checked();
  await resource.create(inputs);

  const bytes = await readFile(path.join(world.pipeline, ".build/source.tar.gz"));
  const { digest, parts } = inputs[KNOWN_KEY];
  const command = (wrapper: string, stage: string): object => ({
    command: `./${wrapper}`,
    filePaths: [],
    digest: parts[`stages/${stage}`],
  });
  assert.deepEqual(resource.outputs, {
    ...inputs,
    digest,
    archivePath: "daily/.build/source.tar.gz",
    sha256: sha256(bytes),
    md5: md5(bytes),
    bytes: bytes.byteLength,
    mode: "dev",
    buildFolder: BUILD_FOLDER,
    proxy: world.url,
    stages: {
      clean: { map: command("operation_wrapper_clean_map.sh", "clean") },
      score: { vanilla: command("operation_wrapper_score_vanilla.sh", "score") },
    },
  });
  assert.deepEqual(resource.lines, [
    "[Upload] Packaging code...",
    "[Upload] Mode is dev: built daily/.build/source.tar.gz, nothing to upload",
  ]);
  assert.deepEqual(await resource.refresh(), inputs);
  await resource.destroy();
  assert.equal(existsSync(path.join(world.pipeline, ".build")), false);
  assert.deepEqual(world.cluster.requests, []);
});

test("sync() from dev to prod publishes what was built", async (t) => {
  const world = await makeProjectWithCluster(t);
  const resource = world.declare(world.url, DEV);
  await resource.up();
  const { digest, sha256: built } = {
    digest: resource.text("digest"),
    sha256: resource.text("sha256"),
  };
  resource.args = { ...resource.args, mode: "prod" };
  assert.equal(await resource.up(), "update");
  assert.equal(resource.text("versionPath"), `${BUILD_FOLDER}/versions/${digest}/source.tar.gz`);
  assert.equal(sha256(await world.raw.read(resource.text("versionPath"))), built);
});

test("remove() after prod and then dev still cleans the cluster", async (t) => {
  const world = await makeProjectWithCluster(t);
  const resource = world.declare(world.url, PROD);
  await resource.up();
  const before = await describeNodes(world.raw, BUILD_FOLDER);
  resource.args = { ...resource.args, mode: "dev" };
  world.cluster.clearRequests();
  assert.equal(await resource.up(), "update");
  assert.deepEqual(world.cluster.requests, []);
  assert.equal(resource.outputs?.["versionPath"], undefined);
  assert.deepEqual(await describeNodes(world.raw, BUILD_FOLDER), before);
  await resource.destroy();
  assert.equal(await world.raw.exists(BUILD_FOLDER), false);
});

test("diff() replaces when dev mode has moved the build folder away from what is published", async (t) => {
  const world = await makeProjectWithCluster(t, {
    "configs/config.yaml": "stages:\n  enabled_stages: [clean, score]\n",
  });
  const resource = world.declare(world.url, { ...PROD, buildFolder: BUILD_FOLDER });
  await resource.up();
  resource.args = { ...resource.args, ...DEV, buildFolder: undefined };
  assert.equal(await resource.up(), "update");
  resource.args = { ...resource.args, ...PROD, buildFolder: "//home/daily/elsewhere" };
  assert.equal(await resource.up(), "replace");
  assert.equal(await world.raw.exists(BUILD_FOLDER), false);
  assert.deepEqual(await world.raw.list("//home/daily/elsewhere"), [...STABLE_NAMES, "versions"]);
});

test("remove() of a replaced resource in dev mode leaves what its replacement has built", async (t) => {
  const world = await makeProjectWithCluster(t);
  const resource = world.declare(world.url, DEV);
  await resource.up();
  resource.args = { ...DEV, buildFolder: "//home/daily/elsewhere" };
  await resource.up();
  const bytes = await readFile(path.join(world.directory, resource.text("archivePath")));
  assert.equal(sha256(bytes), resource.text("sha256"));
});

test("sync() leaves its own build when the pipeline is only spelled in another way", async (t) => {
  const world = await makeProjectWithCluster(t);
  const resource = world.declare(world.url, DEV);
  await resource.up();
  await world.edit({ "stages/clean/src/mapper.py": "print('cleaner')\n" });
  resource.args = { ...resource.args, pipeline: "./daily" };
  assert.equal(await resource.up(), "update");
  const bytes = await readFile(path.join(world.directory, resource.text("archivePath")));
  assert.equal(sha256(bytes), resource.text("sha256"));
});
