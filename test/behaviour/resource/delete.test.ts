/** Deleting a resource: what is removed, and what stays. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { cp, rm } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { remove } from "../../../provider/resource/remove.ts";
import {
  BUILD_FOLDER,
  describeNodes,
  digestFiles,
  makeProjectWithCluster,
  STABLE_NAMES,
} from "./lifecycle.ts";

test("remove() leaves nothing of a resource, with all its versions", async (t) => {
  const world = await makeProjectWithCluster(t);
  const sources = await digestFiles(world.pipeline);
  const resource = world.declare(world.url);
  await resource.up();
  await world.edit({ "stages/clean/src/mapper.py": "print('cleaner')\n" });
  await resource.up();
  assert.equal(existsSync(path.join(world.pipeline, ".build")), true);
  await resource.destroy();
  assert.deepEqual(await world.raw.list("//home/daily"), []);
  assert.equal(existsSync(path.join(world.pipeline, ".build")), false);
  await world.edit({ "stages/clean/src/mapper.py": "print('clean')\n" });
  assert.deepEqual(await digestFiles(world.pipeline), sources);
});

test("remove() leaves what others put into the build folder, and then the folder", async (t) => {
  const world = await makeProjectWithCluster(t);
  const resource = world.declare(world.url);
  await resource.up();
  const version = `${BUILD_FOLDER}/versions/${resource.text("digest")}`;
  await world.raw.create("file", `${BUILD_FOLDER}/notes.txt`);
  await world.raw.write(`${BUILD_FOLDER}/notes.txt`, "mine");
  await world.raw.create("map_node", `${version}/theirs`);
  await resource.destroy();
  assert.deepEqual(Object.keys(await describeNodes(world.raw, BUILD_FOLDER)).toSorted(), [
    `${BUILD_FOLDER}/notes.txt`,
    `${BUILD_FOLDER}/versions`,
    version,
    `${version}/theirs`,
  ]);
  assert.equal((await world.raw.read(`${BUILD_FOLDER}/notes.txt`)).toString(), "mine");
});

test("remove() finds nothing wrong when all is gone already", async (t) => {
  const world = await makeProjectWithCluster(t);
  const resource = world.declare(world.url);
  await resource.up();
  const { id, outputs = {}, settings, log } = resource;
  await world.raw.remove("//home/daily");
  await rm(world.pipeline, { recursive: true });
  await remove(id, outputs, settings, log);
  assert.equal(await world.raw.exists("//home/daily"), false);
  await remove(id, outputs, settings, log);
  assert.equal(existsSync(world.pipeline), false);
});

test("remove() does not hurt a resource that has adopted the same archive", async (t) => {
  const world = await makeProjectWithCluster(t);
  const first = world.declare(world.url);
  await first.up();
  const adopting = { pipeline: "daily", adopt: true };
  const second = world.declare(world.url, adopting, { resource: "second" });
  assert.equal(await second.up(), "create");
  const before = await describeNodes(world.raw, "/");
  await first.destroy();
  assert.deepEqual(await describeNodes(world.raw, "/"), before);
  assert.equal(existsSync(path.join(world.pipeline, ".build/source.tar.gz")), true);
  assert.deepEqual(await second.refresh(), await second.checked());
  await second.destroy();
  assert.equal(await world.raw.exists(BUILD_FOLDER), false);
});

test("remove() takes only its own versions when another resource has adopted the folder", async (t) => {
  const world = await makeProjectWithCluster(t);
  const first = world.declare(world.url);
  await first.up();
  await world.edit({ "stages/clean/src/mapper.py": "print('theirs')\n" });
  const second = world.declare(
    world.url,
    { pipeline: "daily", adopt: true },
    { resource: "second" },
  );
  await second.up();
  await first.destroy();
  assert.deepEqual(await world.raw.list(`${BUILD_FOLDER}/versions`), [second.text("digest")]);
  assert.deepEqual(await world.raw.list(BUILD_FOLDER), [...STABLE_NAMES, "versions"]);
  assert.deepEqual(await second.refresh(), await second.checked());
});

test("remove() changes nothing when the cluster refuses half-way", async (t) => {
  const world = await makeProjectWithCluster(t);
  const resource = world.declare(world.url);
  await resource.up();
  const { id, outputs = {}, settings, log } = resource;
  const before = await describeNodes(world.raw, "/");
  world.cluster.inject({
    command: "remove",
    skip: 2,
    action: { type: "error", code: 901, message: "Access denied" },
  });
  await assert.rejects(remove(id, outputs, settings, log), {
    name: "AuthorizationError",
    message:
      `Cannot remove "${BUILD_FOLDER}/source.tar.gz" on cluster "${world.url}": Access denied: ` +
      "ask for the permission, or use the token of a user who has it",
  });
  assert.deepEqual(await describeNodes(world.raw, "/"), before);
  assert.equal(existsSync(path.join(world.pipeline, ".build/source.tar.gz")), true);
});

for (const [what, args] of [
  ["another pipeline", { pipeline: "moved" }],
  ["a promotion", { promoteFrom: {}, buildFolder: BUILD_FOLDER }],
] as const) {
  test(`sync() to ${what} takes the local build of the old pipeline along`, async (t) => {
    const world = await makeProjectWithCluster(t);
    const source = world.declare(world.url, { pipeline: "daily", buildFolder: "//home/source" });
    await cp(world.pipeline, path.join(world.directory, "moved"), { recursive: true });
    source.args = { ...source.args, pipeline: "moved" };
    await source.up();
    const resource = world.declare(world.url);
    await resource.up();
    const { __declarer: declarer } = resource.args;
    resource.args = { ...args, __declarer: declarer };
    if ("promoteFrom" in args) {
      resource.args = { ...resource.args, promoteFrom: source.outputs };
    }
    await world.edit({ "../moved/stages/clean/src/mapper.py": "print('moved')\n" });
    assert.equal(await resource.up(), "update");
    assert.equal(existsSync(path.join(world.pipeline, ".build")), false);
    assert.equal(existsSync(path.join(world.directory, "moved/.build/source.tar.gz")), true);
  });
}
