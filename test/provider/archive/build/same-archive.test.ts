/** When the archive of an earlier build is taken for the one that would be built now. */
import assert from "node:assert/strict";
import { lstatSync } from "node:fs";
import { link, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { signatureOf } from "../../../../common/cache/file-signature.ts";
import { SignatureMemory } from "../../../../common/cache/signature-memory.ts";
import {
  findSameArchive,
  rememberArchive,
} from "../../../../provider/archive/build/same-archive.ts";
import { COMPRESSION } from "../../../../provider/archive/gzip/gzip.ts";
import { sha256 } from "../../../../provider/manifest/digests.ts";
import { makeTree } from "../../../tools/temporary-tree.ts";

const CONTENT = "the bytes of an archive";
const BYTES = { sizeBytes: CONTENT.length, sha256: sha256(CONTENT), md5: "md5" };

async function makeArchive(t: TestContext): Promise<{ file: string; memory: SignatureMemory }> {
  const folder = await makeTree(t, { "source.tar.gz": CONTENT });
  const memory = SignatureMemory.load("builds", folder, undefined);
  return { file: path.join(folder, "source.tar.gz"), memory };
}

test("findSameArchive() knows the archive that was remembered, by its digest", async (t) => {
  const { file, memory } = await makeArchive(t);
  assert.equal(findSameArchive(file, "digest", memory), undefined);
  rememberArchive(file, "digest", BYTES, memory);
  assert.deepEqual(findSameArchive(file, "digest", memory), BYTES);
  assert.equal(findSameArchive(file, "other", memory), undefined);
});

test("findSameArchive() takes no archive that was touched, linked or removed", async (t) => {
  const { file, memory } = await makeArchive(t);
  rememberArchive(file, "digest", BYTES, memory);
  await link(file, `${file}.link`);
  assert.equal(findSameArchive(file, "digest", memory), undefined);
  await rm(`${file}.link`);
  assert.deepEqual(findSameArchive(file, "digest", memory), BYTES, "its content is the same");
  await writeFile(file, CONTENT.toUpperCase());
  assert.equal(findSameArchive(file, "digest", memory), undefined);
  await rm(file);
  assert.equal(findSameArchive(file, "digest", memory), undefined);
});

test("findSameArchive() takes no archive of another format, as of an earlier release", async (t) => {
  const { file, memory } = await makeArchive(t);
  const signature = signatureOf(lstatSync(file));
  for (const format of [{ compression: COMPRESSION }, { format: `segment 1, ${COMPRESSION}` }]) {
    const value = JSON.stringify({ digest: "digest", ...format, ...BYTES });
    memory.keep("../source.tar.gz", signature, value, Date.now() + 10_000);
    assert.equal(findSameArchive(file, "digest", memory), undefined, value);
  }
});
