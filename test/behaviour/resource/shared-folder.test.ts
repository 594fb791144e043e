/** Two archives that want one build folder: of one stack, or of a promotion and its source. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ClaimedFolders } from "../../../provider/resource/claimed-folders.ts";
import { BUILD_FOLDER, makeProjectWithCluster } from "./lifecycle.ts";

test("check() refuses a second resource of the run in the same build folder, and asks no cluster", async (t) => {
  const world = await makeProjectWithCluster(t);
  const claimedFolders = new ClaimedFolders();
  const [first, second] = ["daily", "hourly"].map((resource) => {
    const declared = world.declare(world.url, { pipeline: "daily" }, { resource });
    declared.settings = { ...declared.settings, claimedFolders };
    return declared;
  });
  assert.ok(first !== undefined && second !== undefined);
  await first.checked();
  await first.checked();
  second.args = { ...second.args, buildFolder: "//home/daily/\\x62uild" };
  second.settings = { ...second.settings, proxy: world.url.replace("127.0.0.1", "localhost") };
  assert.deepEqual((await second.check()).failures, [
    {
      property: "buildFolder",
      reason:
        'Cannot publish to "//home/daily/\\x62uild" as resource "daily" of this stack publishes there, too: ' +
        "give one of them another build folder",
    },
  ]);
  assert.deepEqual(world.cluster.requests, []);

  // The first moves away in the same run.
  first.args = { ...first.args, buildFolder: "//home/elsewhere" };
  await first.checked();
  await second.checked();
});

test("sync() moves into a folder that another resource leaves in the same run, which then loses nothing but its own", async (t) => {
  const world = await makeProjectWithCluster(t);
  const leaving = world.declare(world.url);
  await leaving.up();
  await world.edit({ "stages/clean/src/mapper.py": "print('cleaner')\n" });
  await leaving.up();
  const coming = world.declare(world.url, { pipeline: "daily" }, { resource: "hourly" });
  await assert.rejects(coming.up(), /belongs to resource "daily"/);

  const claimedFolders = new ClaimedFolders();
  for (const resource of [leaving, coming]) {
    resource.settings = { ...resource.settings, claimedFolders };
  }
  leaving.args = { ...leaving.args, buildFolder: "//home/elsewhere" };
  await leaving.checked();
  assert.equal(await coming.up(), "create");
  assert.ok(
    coming.lines.includes(
      `[Upload] Taking over "${BUILD_FOLDER}/source.tar.gz", which belonged to ` +
        'resource "daily" of stack "prod" (project "sales")',
    ),
  );
  assert.equal(await leaving.up(), "replace");
  assert.deepEqual(await world.raw.list(`${BUILD_FOLDER}/versions`), [coming.text("digest")]);
  for (const resource of [leaving, coming]) {
    assert.deepEqual(await resource.refresh(), await resource.checked());
  }
});

test("check() lets resources in dev mode share a build folder: nothing is published there", async (t) => {
  const world = await makeProjectWithCluster(t);
  const claimedFolders = new ClaimedFolders();
  for (const resource of ["daily", "hourly"]) {
    const args = { pipeline: "daily", mode: "dev" };
    const declared = world.declare(world.url, args, { resource });
    declared.settings = { ...declared.settings, claimedFolders };
    await declared.checked();
  }
});

test("check() refuses a promotion onto its own source, in whatever spelling", async (t) => {
  const world = await makeProjectWithCluster(t);
  const source = world.declare(world.url, undefined, { stack: "dev" });
  await source.up();
  for (const [proxy, buildFolder] of [
    [world.url, BUILD_FOLDER],
    [world.url.replace("http://127.0.0.1", "LOCALHOST"), BUILD_FOLDER],
    [world.url, "//home/\\x64aily/build"],
  ] as const) {
    const args = { promoteFrom: source.outputs, buildFolder, adopt: true };
    const target = world.declare(proxy, args);
    assert.deepEqual((await target.check()).failures, [
      {
        property: "buildFolder",
        reason:
          `Cannot promote "${buildFolder}" to itself: set "buildFolder" to another one, ` +
          "or promote from another archive",
      },
    ]);
  }
});
