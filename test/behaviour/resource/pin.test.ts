/** Promotions that are pinned to a version by its SHA-256. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { changedInputs } from "../../../provider/resource/inputs.ts";
import { BUILD_FOLDER, makeProjectWithCluster, sha256, startCluster } from "./lifecycle.ts";

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
