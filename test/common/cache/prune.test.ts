/** What the cache loses when it grows old or large. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readdir, stat, utimes } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { markUsed, pruneCache } from "../../../common/cache/prune.ts";
import { makeTree } from "../../tools/temporary-tree.ts";

const NOW = Date.UTC(2030, 0, 31);
const DAY = 24 * 3600 * 1000;

/** A cache with files of 1000 bytes that were last used so many days ago. */
async function makeCache(t: TestContext, ages: Readonly<Record<string, number>>): Promise<string> {
  const text = "x".repeat(1000);
  const cache = await makeTree(
    t,
    Object.fromEntries(Object.keys(ages).map((name) => [name, text])),
  );
  for (const [name, days] of Object.entries(ages)) {
    const time = (NOW - days * DAY) / 1000;
    await utimes(path.join(cache, name), time, time);
  }
  return cache;
}

async function namesIn(cache: string): Promise<readonly string[]> {
  const entries = await readdir(cache, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files
    .map((entry) => path.relative(cache, path.join(entry.parentPath, entry.name)))
    .toSorted();
}

test("pruneCache() removes what was not used for 30 days", async (t) => {
  const cache = await makeCache(t, {
    "segments/aa/old": 31,
    "segments/aa/young": 29,
    "digests/x": 0,
  });
  pruneCache({ directory: cache, nowMs: NOW });
  assert.deepEqual(await namesIn(cache), ["digests/x", "pruned", "segments/aa/young"]);
});

test("pruneCache() removes the least recently used of too much", async (t) => {
  const cache = await makeCache(t, { a: 4, b: 1, c: 3, d: 2 });
  pruneCache({ directory: cache, nowMs: NOW, maxBytes: 3999 });
  assert.deepEqual(await namesIn(cache), ["b", "d", "pruned"]);
});

test("pruneCache() keeps what is not too much", async (t) => {
  const cache = await makeCache(t, { a: 4, b: 1 });
  pruneCache({ directory: cache, nowMs: NOW, maxBytes: 2000 });
  assert.deepEqual(await namesIn(cache), ["a", "b", "pruned"]);
});

test("pruneCache() looks once a day", async (t) => {
  const cache = await makeCache(t, { old: 29 });
  pruneCache({ directory: cache, nowMs: NOW });
  pruneCache({ directory: cache, nowMs: NOW + 0.9 * DAY, maxBytes: 0 });
  assert.deepEqual(await namesIn(cache), ["old", "pruned"]);
  pruneCache({ directory: cache, nowMs: NOW + 1.1 * DAY });
  assert.deepEqual(await namesIn(cache), ["pruned"]);
});

test("pruneCache() makes nothing of a cache that cannot be there", async (t) => {
  const folder = await makeTree(t, { file: "" });
  pruneCache({ directory: path.join(folder, "file", "cache"), nowMs: NOW });
  pruneCache({ directory: path.join(folder, "new"), nowMs: NOW });
  assert.ok(existsSync(path.join(folder, "new", "pruned")));
});

test("markUsed() sets the time once a day, and minds no missing file", async (t) => {
  const cache = await makeCache(t, { file: 0.5 });
  const file = path.join(cache, "file");
  markUsed(file, NOW);
  assert.equal((await stat(file)).mtimeMs, NOW - 0.5 * DAY);
  markUsed(file, NOW + 0.6 * DAY);
  assert.equal((await stat(file)).mtimeMs, NOW + 0.6 * DAY);
  markUsed(path.join(cache, "absent"), NOW);
});
