/** When the archive of an earlier build is taken for the one that would be built now. */
import assert from "node:assert/strict";
import { link, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import {
  findSameArchive,
  rememberArchive,
} from "../../../../provider/archive/build/same-archive.ts";
import { COMPRESSION } from "../../../../provider/archive/gzip/gzip.ts";
import { sha256 } from "../../../../provider/manifest/digests.ts";
import { makeTree } from "../../../tools/temporary-tree.ts";

const CONTENT = "the bytes of an archive";
const BYTES = { sizeBytes: CONTENT.length, sha256: sha256(CONTENT), md5: "md5" };

async function makeArchive(t: TestContext): Promise<string> {
  return path.join(await makeTree(t, { "source.tar.gz": CONTENT }), "source.tar.gz");
}

test("findSameArchive() knows the archive that was remembered, by its digest", async (t) => {
  const file = await makeArchive(t);
  assert.equal(findSameArchive(file, "digest", undefined), undefined);
  const remembered = rememberArchive(file, "digest", BYTES);
  assert.deepEqual(findSameArchive(file, "digest", remembered)?.bytes, BYTES);
  assert.equal(findSameArchive(file, "other", remembered), undefined);
});

test("findSameArchive() reads an archive that was too young when it was remembered, and then knows it by its signature", async (t) => {
  const file = await makeArchive(t);
  const young = rememberArchive(file, "digest", BYTES);
  assert.notEqual(findSameArchive(file, "digest", young), young);
  const old = { ...young, observedAtMs: Date.now() + 10_000 };
  assert.equal(findSameArchive(file, "digest", old), old);
  await writeFile(file, CONTENT.toUpperCase());
  assert.equal(findSameArchive(file, "digest", young), undefined);
  assert.equal(findSameArchive(file, "digest", old), undefined);
});

test("findSameArchive() takes no archive that was touched, linked or removed", async (t) => {
  const file = await makeArchive(t);
  const remembered = rememberArchive(file, "digest", BYTES);
  await link(file, `${file}.link`);
  assert.equal(findSameArchive(file, "digest", remembered), undefined);
  await rm(`${file}.link`);
  assert.deepEqual(
    findSameArchive(file, "digest", remembered)?.bytes,
    BYTES,
    "its content is the same",
  );
  await writeFile(file, CONTENT.toUpperCase());
  assert.equal(findSameArchive(file, "digest", remembered), undefined);
  await rm(file);
  assert.equal(findSameArchive(file, "digest", remembered), undefined);
});

test("findSameArchive() takes no archive of another format, as of an earlier release", async (t) => {
  const file = await makeArchive(t);
  const remembered = rememberArchive(file, "digest", BYTES);
  for (const format of ["", `segment 1, ${COMPRESSION}`]) {
    const earlier = { ...remembered, format, observedAtMs: Date.now() + 10_000 };
    assert.equal(findSameArchive(file, "digest", earlier), undefined, format);
  }
});
