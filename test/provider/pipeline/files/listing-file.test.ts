/** A listing that is written and read again, and what is made of one that was damaged. */
import assert from "node:assert/strict";
import { readFile, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { walkSource } from "../../../../provider/pipeline/files/file-list.ts";
import { readListing, writeListing } from "../../../../provider/pipeline/files/listing-file.ts";
import type { Listing } from "../../../../provider/pipeline/files/listing.ts";
import { makeTree } from "../../../tools/temporary-tree.ts";

async function listed(source: string): Promise<Listing> {
  const listing = await walkSource({ source, rulesFrom: path.dirname(source) });
  for (const [index, file] of listing.files.entries()) {
    file.value = index === 0 ? undefined : `value ${index}`;
  }
  listing.notes.set("key", "ß and a\nline");
  return listing;
}

/** All that is in a listing, made at once. */
function unpacked(listing: Listing | undefined): Listing {
  assert.ok(listing !== undefined);
  const { packed: _, ...all } = listing;
  return all;
}

test("readListing() gives what was written, links and rules and odd names too", async (t) => {
  const folder = await makeTree(t, {
    "lib/a/b.sh": { text: "x", mode: 0o755 },
    "lib/a/.ytignore": "c\n",
    "lib/a/c": "",
    "lib/new\nline": "1",
    "lib/ß/ü": "22",
    "lib/empty/": "",
  });
  const source = path.join(folder, "lib");
  await symlink("a", path.join(source, "linked"));
  await symlink("b.sh", path.join(source, "a/other.sh"));
  const listing = await listed(source);
  assert.equal(listing.links.length, 3);
  const file = path.join(folder, "listing");
  writeListing(file, "key", listing);
  assert.deepEqual(unpacked(readListing(file, "key", source)), listing);
  assert.equal(readListing(file, "another key", source), undefined);
  const ofFile = await listed(path.join(source, "a/b.sh"));
  writeListing(file, "key", ofFile);
  assert.deepEqual(unpacked(readListing(file, "key", path.join(source, "a/b.sh"))), ofFile);
});

test("readListing() takes a file that was damaged anywhere for none", async (t) => {
  const folder = await makeTree(t, { "lib/a": "1", "lib/b/c": "2" });
  const source = path.join(folder, "lib");
  const file = path.join(folder, "listing");
  writeListing(file, "key", await listed(source));
  const bytes = await readFile(file);
  assert.equal(readListing(path.join(folder, "missing"), "key", source), undefined);
  for (let at = 0; at < bytes.length; at += 7) {
    const damaged = Buffer.from(bytes);
    damaged[at] = (damaged[at] ?? 0) ^ 1;
    await writeFile(file, damaged);
    assert.equal(readListing(file, "key", source), undefined, `byte ${at}`);
    await writeFile(file, bytes.subarray(0, at));
    assert.equal(readListing(file, "key", source), undefined, `cut at ${at}`);
  }
});
