/** Promotions that are pinned to a version by its SHA-256. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { changedInputs } from "../../../provider/resource/inputs.ts";
import {
  BUILD_FOLDER,
  makeProjectWithCluster,
  sha256,
  startCluster,
  unusedHost,
} from "./lifecycle.ts";

const PROD_FOLDER = "//home/daily/prod";

/** A source with two versions, the second one live, and what promotes from it. */
async function makePin(t: TestContext) {
  const world = await makeProjectWithCluster(t);
  const source = world.declare(world.url, undefined, { stack: "dev" });
  await source.up();
  const first = { digest: source.text("digest"), sha256: source.text("sha256") };
  await world.edit({ "stages/clean/src/mapper.py": "print('cleaner')\n" });
  await source.up();
  const args = { promoteFrom: source.outputs ?? {}, buildFolder: PROD_FOLDER };
  const target = world.declare(world.url, args);
  return { ...world, source, target, first };
}

test("sync() holds a pinned version although the source has moved on", async (t) => {
  const world = await makePin(t);
  const { source, target, first, raw } = world;
  target.args = { ...target.args, sha256: first.sha256 };
  await target.up();
  assert.equal(target.text("sha256"), first.sha256);
  assert.equal(sha256(await raw.read(`${PROD_FOLDER}/source.tar.gz`)), first.sha256);
  await world.edit({ "stages/clean/src/mapper.py": "print('cleanest')\n" });
  await source.up();
  target.args = { ...target.args, promoteFrom: source.outputs ?? {} };
  assert.equal(await target.up(), "same");
});

test("sync() rolls back to a pinned version without packing or sending anything", async (t) => {
  const world = await makePin(t);
  const { target, first, raw } = world;
  await target.up();
  assert.notEqual(target.text("sha256"), first.sha256);
  target.args = { ...target.args, sha256: first.sha256 };
  const inputs = await target.checked();
  assert.deepEqual(changedInputs(target.outputs ?? {}, inputs), ["stages/clean"]);
  world.cluster.clearRequests();
  target.lines.length = 0;
  assert.equal(await target.up(), "update");
  assert.equal(world.count("write_file"), 0);
  assert.ok(!target.lines.includes("[Upload] Packaging code..."));
  assert.match(target.lines.at(-1) ?? "", /, 3 of 4 parts reused, 0 B sent$/);
  assert.equal(sha256(await raw.read(`${PROD_FOLDER}/source.tar.gz`)), first.sha256);
  assert.deepEqual(await target.refresh(), inputs);
});

test("sync() rolls back across two clusters", async (t) => {
  const { target, first } = await makePin(t);
  const other = await startCluster(t);
  target.args = { ...target.args, proxy: other.cluster.url };
  await target.up();
  target.args = { ...target.args, sha256: first.sha256 };
  assert.equal(await target.up(), "update");
  assert.equal(sha256(await other.raw.read(`${PROD_FOLDER}/source.tar.gz`)), first.sha256);
});

/** What may become of a source that a stack has pinned a version of. */
const LOSSES: Readonly<Record<string, (world: Awaited<ReturnType<typeof makePin>>) => unknown>> = {
  "is gone": ({ raw }) => raw.remove(BUILD_FOLDER),
  "has lost the version": ({ raw, first }) =>
    raw.remove(`${BUILD_FOLDER}/versions/${first.digest}`),
  "has an altered version": ({ raw, first }) =>
    raw.write(`${BUILD_FOLDER}/versions/${first.digest}/source.tar.gz`, "other"),
  "does not answer": async ({ target }) => {
    const source = { ...Object(target.args["promoteFrom"]), proxy: await unusedHost() };
    target.args = { ...target.args, promoteFrom: source };
  },
  "may not be read any more": ({ raw }) =>
    raw.set(`${BUILD_FOLDER}/@acl`, [
      { action: "deny", subjects: ["everyone"], permissions: ["read"] },
    ]),
};

for (const [loss, lose] of Object.entries(LOSSES)) {
  test(`sync() rolls back to what the target has itself when the source ${loss}`, async (t) => {
    const world = await makePin(t);
    const { target, first, raw } = world;
    const { args } = target;
    target.args = { ...args, sha256: first.sha256 };
    await target.up();
    target.args = args;
    await target.up();
    assert.notEqual(target.text("sha256"), first.sha256);
    target.args = { ...args, sha256: first.sha256 };
    await lose(world);
    target.lines.length = 0;
    const inputs = await target.checked();
    const taken =
      `Pinned version ${first.sha256.slice(0, 12)} is in this build folder: ` +
      `taken from ${PROD_FOLDER}/versions/${first.digest}`;
    // The preview's own line says that it goes back; that it is taken from there is said once, by the update.
    assert.deepEqual(target.lines, []);

    world.cluster.clearRequests();
    target.lines.length = 0;
    await target.update(inputs);
    assert.equal(target.lines[0], `[Upload] ${taken}`);
    assert.equal(world.count("write_file"), 0);
    assert.equal(sha256(await raw.read(`${PROD_FOLDER}/source.tar.gz`)), first.sha256);
    assert.equal(target.text("sha256"), first.sha256);
    // It runs now, so that there is nothing to take, and nothing to say.
    target.lines.length = 0;
    assert.deepEqual(await target.refresh(), inputs);
    assert.equal(await target.up(), "same");
    assert.deepEqual(target.lines, []);
  });
}

test("sync() marks at the source which version the stack runs, wherever it was taken from", async (t) => {
  const { source, target, first, raw } = await makePin(t);
  const { args } = target;
  const markOf = (digest: string) =>
    raw.exists(`${BUILD_FOLDER}/versions/${digest}/@ytcode_kept_for_${target.id}`);
  const second = source.text("digest");
  target.args = { ...args, sha256: first.sha256 };
  await target.up();
  assert.deepEqual([await markOf(first.digest), await markOf(second)], [true, false]);
  target.args = args;
  await target.up();
  assert.deepEqual([await markOf(first.digest), await markOf(second)], [false, true]);
  target.args = { ...args, sha256: first.sha256 };
  await target.up();
  assert.deepEqual([await markOf(first.digest), await markOf(second)], [true, false]);
  await target.destroy();
  assert.deepEqual([await markOf(first.digest), await markOf(second)], [false, false]);
});

test("sync() withdraws its mark from a source that it no longer takes from", async (t) => {
  const { source, target, raw } = await makePin(t);
  await target.up();
  const mark = `${BUILD_FOLDER}/versions/${source.text("digest")}/@ytcode_kept_for_${target.id}`;
  assert.equal(await raw.exists(mark), true);
  target.args = { pipeline: "daily", buildFolder: PROD_FOLDER, mode: "prod" };
  assert.equal(await target.up(), "update");
  assert.equal(await raw.exists(mark), false);
});

test("sync() keeps its mark when the source is written in another way", async (t) => {
  const { source, target, raw } = await makePin(t);
  await target.up();
  const mark = `${BUILD_FOLDER}/versions/${source.text("digest")}/@ytcode_kept_for_${target.id}`;
  const buildFolder = BUILD_FOLDER.replace("h", "\\x68");
  const promoteFrom = { ...source.outputs, buildFolder };
  target.args = { promoteFrom, buildFolder: PROD_FOLDER, keepVersions: 3 };
  await target.update(await target.checked());
  assert.equal(await raw.exists(mark), true);
});

test("remove() goes on when the source is gone for good, and says so", async (t) => {
  const { target, raw } = await makePin(t);
  await target.up();
  const host = await unusedHost();
  target.outputs = { ...target.outputs, source: { proxy: host, buildFolder: BUILD_FOLDER } };
  target.lines.length = 0;
  await target.destroy();
  assert.equal(await raw.exists(PROD_FOLDER), false);
  assert.match(
    target.lines.at(-1) ?? "",
    /^\[Upload\] Marks of versions that are no longer in use stay in .* does not answer/,
  );
});

test("check() of a pin that no place has fails as before when the target is up", async (t) => {
  const { target } = await makePin(t);
  await target.up();
  target.args = { ...target.args, sha256: "0".repeat(64) };
  const { failures } = await target.check();
  assert.deepEqual(
    failures.map(({ property }) => property),
    ["sha256"],
  );
});

test("check() says that a pin is the digest of a version, and which SHA-256 is meant", async (t) => {
  const { target, first, url } = await makePin(t);
  target.args = { ...target.args, sha256: first.digest };
  const { failures } = await target.check();
  assert.deepEqual(failures, [
    {
      property: "sha256",
      reason:
        `Cannot promote from "${BUILD_FOLDER}" on cluster "${url}" as no version there has ` +
        `SHA-256 ${first.digest}: that is the digest of one, whose SHA-256 is ${first.sha256}`,
    },
  ]);
});

test("check() of an unknown pin fails on sha256 and lists the versions there are", async (t) => {
  const { source, target, first, url, raw } = await makePin(t);
  const unknown = "0".repeat(64);
  target.args = { ...target.args, sha256: unknown };
  const { failures } = await target.check();
  const made = async (digest: string): Promise<string> =>
    String(await raw.get(`${BUILD_FOLDER}/versions/${digest}/@creation_time`));
  assert.deepEqual(failures, [
    {
      property: "sha256",
      reason:
        `Cannot promote from "${BUILD_FOLDER}" on cluster "${url}" as no version there has ` +
        `SHA-256 ${unknown}: there are ` +
        `${source.text("sha256")} of ${await made(source.text("digest"))}, ` +
        `${first.sha256} of ${await made(first.digest)}`,
    },
  ]);
});
