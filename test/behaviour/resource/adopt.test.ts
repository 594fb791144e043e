/** Archives that are on the cluster without being in the state: refused or adopted. */
import assert from "node:assert/strict";
import { cp } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import {
  BUILD_FOLDER,
  describeNodes,
  makeProject,
  makeProjectWithCluster,
  sha256,
  STABLE_NAMES,
} from "./lifecycle.ts";

test("sync() refuses an archive that this tool did not write, and adopts it when told to", async (t) => {
  const world = await makeProjectWithCluster(t);
  await world.raw.create("file", `${BUILD_FOLDER}/source.tar.gz`);
  await world.raw.write(`${BUILD_FOLDER}/source.tar.gz`, "theirs");
  const before = await describeNodes(world.raw, "/");
  const resource = world.declare(world.url);
  await assert.rejects(resource.up(), {
    name: "UserError",
    message:
      `Cannot publish to "${BUILD_FOLDER}" as "${BUILD_FOLDER}/source.tar.gz" was not written by this tool: ` +
      'set "adopt: true" to take it over, or choose another build folder',
  });
  assert.deepEqual(await describeNodes(world.raw, "/"), before);
  assert.equal((await world.raw.read(`${BUILD_FOLDER}/source.tar.gz`)).toString(), "theirs");

  resource.args = { ...resource.args, adopt: true };
  assert.equal(await resource.up(), "create");
  assert.deepEqual(await world.raw.list(BUILD_FOLDER), [...STABLE_NAMES, "versions"]);
  const archive = await world.raw.read(`${BUILD_FOLDER}/source.tar.gz`);
  assert.equal(sha256(archive), resource.text("sha256"));
  assert.deepEqual(await resource.refresh(), await resource.checked());
});

test("sync() from another machine, without the state, goes on over the same content without sending it", async (t) => {
  const world = await makeProjectWithCluster(t);
  const resource = world.declare(world.url);
  await resource.up();
  const machine = await makeProject(t);
  await cp(world.pipeline, machine.pipeline, {
    recursive: true,
    filter: (file) => path.basename(file) !== ".build",
  });
  const again = machine.declare(world.url);
  world.cluster.clearRequests();
  assert.equal(await again.up(), "create");
  assert.equal(world.count("write_file"), 0);
  assert.match(again.lines.at(-1) ?? "", /, 4 of 4 parts reused, 0 B sent$/);
  assert.equal(again.text("sha256"), resource.text("sha256"));
  const owner = await world.raw.get(`${BUILD_FOLDER}/source.tar.gz/@ytcode_resource_id`);
  assert.equal(owner, again.id);
});

test("sync() goes on over its own archive when its state was lost, also with an edit", async (t) => {
  const world = await makeProjectWithCluster(t);
  const lost = world.declare(world.url);
  await lost.up();
  const found = world.declare(world.url);
  world.cluster.clearRequests();
  assert.equal(await found.up(), "create");
  assert.equal(world.count("write_file"), 0);
  await found.destroy();
  assert.equal(await world.raw.exists(BUILD_FOLDER), false);

  await lost.create(await lost.checked());
  await world.edit({ "stages/clean/src/mapper.py": "print('cleaner')\n" });
  const edited = world.declare(world.url);
  assert.equal(await edited.up(), "create");
  const archive = await world.raw.read(`${BUILD_FOLDER}/source.tar.gz`);
  assert.equal(sha256(archive), edited.text("sha256"));
});

test("sync() refuses another resource's archive, and names both", async (t) => {
  const world = await makeProjectWithCluster(t);
  await world.declare(world.url).up();
  await world.edit({ "stages/clean/src/mapper.py": "print('mine')\n" });
  const before = await describeNodes(world.raw, "/");
  const other = world.declare(world.url, undefined, { resource: "hourly", stack: "dev" });
  await assert.rejects(other.up(), {
    name: "UserError",
    message:
      `Cannot publish to "${BUILD_FOLDER}" as "${BUILD_FOLDER}/source.tar.gz" belongs to ` +
      'resource "daily" of stack "prod" (project "sales"), and this is ' +
      'resource "hourly" of stack "dev" (project "sales"): ' +
      'set "adopt: true" to take it over, or choose another build folder',
  });
  assert.deepEqual(await describeNodes(world.raw, "/"), before);
});

test("sync() refuses another stack's archive also when its content is the same, unless told to adopt it", async (t) => {
  const world = await makeProjectWithCluster(t);
  const first = world.declare(world.url);
  await first.up();
  const before = await describeNodes(world.raw, "/");
  const other = world.declare(world.url, undefined, { stack: "dev" });
  await assert.rejects(other.up(), {
    name: "UserError",
    message:
      `Cannot publish to "${BUILD_FOLDER}" as "${BUILD_FOLDER}/source.tar.gz" belongs to ` +
      'resource "daily" of stack "prod" (project "sales"), and this is ' +
      'resource "daily" of stack "dev" (project "sales"): ' +
      'set "adopt: true" to take it over, or choose another build folder',
  });
  assert.equal(other.outputs, undefined);
  assert.deepEqual(await describeNodes(world.raw, "/"), before);

  other.args = { ...other.args, adopt: true };
  assert.equal(await other.up(), "create");
  assert.ok(
    other.lines.includes(
      `[Upload] Taking over "${BUILD_FOLDER}/source.tar.gz", which belonged to ` +
        'resource "daily" of stack "prod" (project "sales")',
    ),
  );
  const adopted = await describeNodes(world.raw, BUILD_FOLDER);
  await first.destroy();
  assert.deepEqual(await describeNodes(world.raw, BUILD_FOLDER), adopted);
  await other.destroy();
  assert.equal(await world.raw.exists(BUILD_FOLDER), false);
});

test("sync() after a rename goes on over its own archive, and records the new names with the next change", async (t) => {
  const world = await makeProjectWithCluster(t);
  const resource = world.declare(world.url);
  await resource.up();
  const first = resource.text("digest");
  const before = await describeNodes(world.raw, BUILD_FOLDER);
  const renamed = { resource: "nightly", project: "shop", stack: "main" };
  resource.args = { ...resource.args, __declarer: renamed };
  assert.equal(await resource.up(), "same");
  assert.deepEqual(await describeNodes(world.raw, BUILD_FOLDER), before);

  await world.edit({ "stages/clean/src/mapper.py": "print('cleaner')\n" });
  assert.equal(await resource.up(), "update");
  for (const node of ["source.tar.gz", `versions/${first}`]) {
    for (const [name, value] of Object.entries(renamed)) {
      assert.equal(await world.raw.get(`${BUILD_FOLDER}/${node}/@ytcode_${name}`), value);
    }
  }
  await resource.destroy();
  assert.equal(await world.raw.exists(BUILD_FOLDER), false);
});
