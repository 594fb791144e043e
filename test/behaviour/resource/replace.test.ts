/** Replacements: another build folder or another cluster. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { diff } from "../../../provider/resource/diff.ts";
import { remove } from "../../../provider/resource/remove.ts";
import { readSettings } from "../../../provider/resource/settings.ts";
import type { ProviderSettings } from "../../../provider/resource/settings.ts";
import {
  BUILD_FOLDER,
  describeNodes,
  makeProject,
  makeProjectWithCluster,
  sha256,
  STABLE_NAMES,
  startCluster,
} from "./lifecycle.ts";

const ELSEWHERE = "//home/elsewhere";

test("diff() replaces for another build folder: the new one is there before the old one goes", async (t) => {
  const world = await makeProjectWithCluster(t);
  const resource = world.declare(world.url);
  await resource.up();
  const { id, outputs = {}, settings, log } = resource;
  const old = await describeNodes(world.raw, BUILD_FOLDER);

  resource.args = { ...resource.args, buildFolder: ELSEWHERE };
  const inputs = await resource.checked();
  assert.deepEqual(diff(outputs, inputs), { changes: true, replaces: ["buildFolder"] });
  await resource.create(inputs);
  assert.deepEqual(await describeNodes(world.raw, BUILD_FOLDER), old);
  assert.deepEqual(await world.raw.list(ELSEWHERE), [...STABLE_NAMES, "versions"]);

  const created = await describeNodes(world.raw, ELSEWHERE);
  await remove(id, outputs, settings, log);
  assert.equal(await world.raw.exists(BUILD_FOLDER), false);
  assert.deepEqual(await describeNodes(world.raw, ELSEWHERE), created);
});

test("diff() replaces for another cluster, which then has the same archive", async (t) => {
  const world = await makeProjectWithCluster(t);
  const other = await startCluster(t);
  const resource = world.declare(world.url);
  await resource.up();
  const { sha256: before } = { sha256: resource.text("sha256") };

  resource.args = { ...resource.args, proxy: other.cluster.url };
  assert.deepEqual(diff(resource.outputs ?? {}, await resource.checked()), {
    changes: true,
    replaces: ["proxy"],
  });
  assert.equal(await resource.up(), "replace");
  assert.equal(await world.raw.exists(BUILD_FOLDER), false);
  assert.equal(sha256(await other.raw.read(`${BUILD_FOLDER}/source.tar.gz`)), before);
  assert.deepEqual(await resource.refresh(), await resource.checked());
});

test("diff() replaces when the stack's own proxy is another one", async (t) => {
  const world = await makeProjectWithCluster(t);
  const other = await startCluster(t);
  const resource = world.declare(world.url);
  await resource.up();
  resource.settings = { ...resource.settings, proxy: other.cluster.url };
  assert.equal(await resource.up(), "replace");
  assert.equal(await world.raw.exists(BUILD_FOLDER), false);
  assert.equal(resource.text("proxy"), other.cluster.url);
});

test("remove() of a resource that was replaced in the same place leaves the new one whole", async (t) => {
  const world = await makeProjectWithCluster(t);
  const resource = world.declare(world.url);
  await resource.up();
  const { id, outputs = {}, settings, log } = resource;
  await resource.create(await resource.checked());
  const created = await describeNodes(world.raw, BUILD_FOLDER);
  await remove(id, outputs, settings, log);
  assert.deepEqual(await describeNodes(world.raw, BUILD_FOLDER), created);
  assert.deepEqual(await resource.refresh(), await resource.checked());
});

test("sync() of a replacement that is refused leaves the old one alone", async (t) => {
  const world = await makeProjectWithCluster(t);
  const resource = world.declare(world.url);
  await resource.up();
  const { outputs } = resource;
  await world.raw.create("file", ELSEWHERE);
  const before = await describeNodes(world.raw, "/");
  resource.args = { ...resource.args, buildFolder: ELSEWHERE };
  await assert.rejects(resource.up(), {
    message:
      `Cannot use "${ELSEWHERE}" as build folder as it is a node of type "file", not a map node: ` +
      "choose another build folder",
  });
  assert.deepEqual(resource.outputs, outputs);
  assert.deepEqual(await describeNodes(world.raw, "/"), before);
});

test("remove() sends the stack's new token not to the cluster that the stack has left", async (t) => {
  const [from, to] = [await startCluster(t, "one"), await startCluster(t, "two")];
  const project = await makeProject(t);
  const settingsOf = (config: Readonly<Record<string, string>>): ProviderSettings => ({
    ...readSettings((key) => config[key], { HOME: project.directory }, project.directory),
    startLocalCluster: () => assert.fail("It must not be started"),
  });
  const resource = project.declare(from.cluster.url);
  resource.settings = settingsOf({ "yt:proxy": from.cluster.url, "yt:token": "one" });
  await resource.up();

  // The right one for the old cluster, so that it would do if it were sent.
  const moved = { "yt:proxy": to.cluster.url, "yt:token": "one" };
  const { id, outputs = {}, log } = resource;
  const { host } = new URL(from.cluster.url);
  await assert.rejects(
    remove(id, outputs, settingsOf(moved), log),
    (error: Error) =>
      error.message.includes(`: the cluster wants a token: set "${host}" in yt:tokens (`) &&
      error.message.includes(from.cluster.url),
  );
  assert.equal(await from.raw.exists(BUILD_FOLDER), true);

  const tokens = { "yt:token": "two", "yt:tokens": JSON.stringify({ [host]: "one" }) };
  resource.settings = settingsOf({ ...moved, ...tokens });
  assert.equal(await resource.up(), "replace");
  assert.equal(await from.raw.exists(BUILD_FOLDER), false);
  assert.equal(await to.raw.exists(`${BUILD_FOLDER}/source.tar.gz`), true);
});
