/** Two resources of one run in one build folder. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ClaimedFolders } from "../../../provider/resource/claimed-folders.ts";
import { isSameCluster } from "../../../provider/yt/proxy-address.ts";

const DAILY = { resource: "daily", project: "sales", stack: "prod" };
const HOURLY = { ...DAILY, resource: "hourly" };
const PLACE = { proxy: "http://yt.example.com", buildFolder: "//home/a" };

const compare = async (one: string, other: string): Promise<boolean> => isSameCluster(one, other);

test("claim() names who has a build folder already, in whatever spelling of path and proxy", async () => {
  const claimed = new ClaimedFolders();
  assert.equal(await claimed.claim(DAILY, PLACE, compare), undefined);
  for (const place of [
    PLACE,
    { ...PLACE, buildFolder: "//home/\\x61" },
    { ...PLACE, proxy: "yt.example.com:80" },
  ]) {
    assert.equal(await claimed.claim(HOURLY, place, compare), DAILY);
  }
});

test("claim() lets different folders and clusters be", async () => {
  const claimed = new ClaimedFolders();
  await claimed.claim(DAILY, PLACE, compare);
  for (const place of [
    { ...PLACE, buildFolder: "//home/b" },
    { ...PLACE, buildFolder: "//home/a/b" },
    { ...PLACE, proxy: "other.example.com" },
  ]) {
    assert.equal(await claimed.claim(HOURLY, place, compare), undefined);
  }
});

test("claim() lets a resource be checked again, as when it is replaced", async () => {
  const claimed = new ClaimedFolders();
  await claimed.claim(DAILY, PLACE, compare);
  assert.equal(await claimed.claim(DAILY, PLACE, compare), undefined);
});

test("claim() forgets where a resource was before", async () => {
  const claimed = new ClaimedFolders();
  await claimed.claim(DAILY, PLACE, compare);
  await claimed.claim(DAILY, { ...PLACE, buildFolder: "//home/b" }, compare);
  assert.equal(await claimed.claim(HOURLY, PLACE, compare), undefined);
  await claimed.claim(HOURLY, undefined, compare);
  assert.equal(await claimed.claim(DAILY, PLACE, compare), undefined);
});

test("claim() blames the later of two that are checked at once", async () => {
  const claimed = new ClaimedFolders();
  const both = [DAILY, HOURLY].map(async (declarer) => claimed.claim(declarer, PLACE, compare));
  assert.deepEqual(await Promise.all(both), [undefined, DAILY]);
});

test("isElsewhere() knows who has left a build folder, and nothing of the others", async () => {
  const claimed = new ClaimedFolders();
  await claimed.claim(DAILY, PLACE, compare);
  const old = { ...PLACE, buildFolder: "//home/old" };
  assert.equal(claimed.isElsewhere(DAILY, old), true);
  assert.equal(claimed.isElsewhere(DAILY, { ...PLACE, buildFolder: "//home/\\x61" }), false);
  assert.equal(claimed.isElsewhere(HOURLY, old), false);
});

test("isElsewhere() tells clusters apart, and not their spellings", async () => {
  const claimed = new ClaimedFolders();
  await claimed.claim(DAILY, PLACE, compare);
  assert.equal(claimed.isElsewhere(DAILY, { ...PLACE, proxy: "other.example.com" }), true);
  assert.equal(claimed.isElsewhere(DAILY, { ...PLACE, proxy: "yt.example.com:80" }), false);
  const rules = { suffix: ".example.com" };
  assert.equal(claimed.isElsewhere(DAILY, { ...PLACE, proxy: "yt" }, rules), false);
});
