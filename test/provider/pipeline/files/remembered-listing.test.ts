/** What is remembered of sources from run to run, and within a process. */
import assert from "node:assert/strict";
import { readdir, rm, stat, symlink } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { setTimeout } from "node:timers/promises";
import { listRemembered } from "../../../../provider/pipeline/files/remembered-listing.ts";
import { makeTree } from "../../../tools/temporary-tree.ts";

const DIGEST = "0".repeat(64);

/** A source that was listed, of which all is known, and the cache by two names: a process takes them for two. */
async function listOnce(t: TestContext): Promise<{ source: string; cache: string; other: string }> {
  const source = await makeTree(t, { "a/b": "1" });
  const cache = await makeTree(t, {});
  const other = path.join(await makeTree(t, {}), "other");
  await symlink(cache, other);
  // What was made a tick of the file system's clock ago is trusted.
  const { mtimeMs } = await stat(path.join(source, "a/b"));
  await setTimeout(mtimeMs % 1000 === 0 ? 2200 : 60);
  const listing = await listRemembered({ source }, cache);
  for (const file of listing.files) {
    file.value = DIGEST;
  }
  listing.save();
  return { source, cache, other };
}

test("what is known of a small source is kept from run to run", async (t) => {
  const { source, cache, other } = await listOnce(t);
  assert.equal((await readdir(path.join(cache, "listings"))).length, 1);
  assert.equal((await listRemembered({ source }, other)).files[0]?.value, DIGEST);
});

test("what was read of a source is read once in a process, for all that share it", async (t) => {
  const { source, cache, other } = await listOnce(t);
  const { identity } = await listRemembered({ source }, other);
  await rm(path.join(cache, "listings"), { recursive: true });
  assert.equal((await listRemembered({ source }, other)).identity, identity);
});
