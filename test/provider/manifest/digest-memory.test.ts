/** Which digests are remembered, and which are taken anew. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { appendFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { digestsOf } from "../../../provider/manifest/digest-memory.ts";
import { walkSource } from "../../../provider/pipeline/files/file-list.ts";
import type { ListedFile, Listing } from "../../../provider/pipeline/files/listing.ts";
import { makeTree } from "../../tools/temporary-tree.ts";

/** A time when all files that are there by now are old enough. */
const LATER = Date.now() + 3_600_000;

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** A folder's files as if they had been listed at a time. */
async function listAt(source: string, observedAtMs: number): Promise<Listing> {
  const listing = await walkSource({ source });
  return { ...listing, files: listing.files.map((file) => ({ ...file, observedAtMs })) };
}

test("digestsOf() reads no file of which it knows the digest", async (t) => {
  const { files } = await listAt(await makeTree(t, { a: "one", b: "two" }), LATER);
  const first = await digestsOf(files);
  assert.deepEqual(
    first.map(({ sha256: digest, sizeBytes }) => [digest, sizeBytes]),
    [
      [sha256("one"), 3],
      [sha256("two"), 3],
    ],
  );
  // Nothing is there any more that could be read.
  await rm(files[0]?.file.absolutePath ?? "");
  assert.deepEqual(await digestsOf(files), first);
});

test("digestsOf() knows what it noticed of a file that it does not read again", async (t) => {
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${"0".repeat(64)}\nsize 7\n`;
  const { files } = await listAt(await makeTree(t, { a: "one", b: pointer }), LATER);
  const first = await digestsOf(files);
  assert.deepEqual(
    first.map(({ finding }) => finding),
    [undefined, "lfs-pointer"],
  );
  await rm(files[1]?.file.absolutePath ?? "");
  assert.deepEqual(await digestsOf(files), first);
});

test("digestsOf() remembers what code imports from the archive", async (t) => {
  const folder = await makeTree(t, {
    "a.py": "import ytjobs.s3\nfrom stages.b import c, d\n",
    "b.py": "import os\n",
    "c.txt": "import ytjobs\n",
  });
  const { files } = await listAt(folder, LATER);
  const first = await digestsOf(files);
  assert.deepEqual(
    first.map(({ imports }) => imports),
    ["1:ytjobs.s3:;2:stages.b:c,d", undefined, undefined],
  );
  await rm(path.join(folder, "a.py"));
  assert.deepEqual(await digestsOf(files), first);
});

test("digestsOf() reads what has changed", async (t) => {
  const folder = await makeTree(t, { a: "one", b: "two" });
  const before = await listAt(folder, LATER);
  await digestsOf(before.files);
  await writeFile(path.join(folder, "b"), "three");
  const { files } = await walkSource({ source: folder }, before);
  const [, second] = await digestsOf(files);
  assert.equal(second?.sha256, sha256("three"));
});

test("digestsOf() reads again what was too young when it was listed", async (t) => {
  const folder = await makeTree(t, { a: "one" });
  const young = await listAt(folder, 0);
  await digestsOf(young.files);
  // Another content of the same size, under the same signature: as within one tick of the clock.
  await writeFile(path.join(folder, "a"), "two");
  const now = await walkSource({ source: folder });
  const files = young.files.map((listed, index): ListedFile => {
    const { file, observedAtMs } = now.files[index] ?? listed;
    return { ...listed, file, observedAtMs: Math.min(observedAtMs, file.signature.mtimeMs) };
  });
  const [again] = await digestsOf((await walkSource({ source: folder }, { ...now, files })).files);
  assert.equal(again?.sha256, sha256("two"));
});

test("digestsOf() remembers nothing of a file that grew after it was listed", async (t) => {
  const folder = await makeTree(t, { a: "one" });
  const { files } = await listAt(folder, LATER);
  await appendFile(path.join(folder, "a"), " more");
  const [grown] = await digestsOf(files);
  assert.deepEqual([grown?.sha256, grown?.sizeBytes], [sha256("one more"), 8]);
  await appendFile(path.join(folder, "a"), " and more");
  const [again] = await digestsOf(files);
  assert.equal(again?.sha256, sha256("one more and more"));
});

test("digestsOf() names a file that goes away while the pipeline is read", async (t) => {
  const folder = await makeTree(t, { a: "one" });
  const { files } = await listAt(folder, LATER);
  await rm(path.join(folder, "a"));
  await assert.rejects(digestsOf(files), {
    name: "UserError",
    argument: "pipeline",
    message: `Cannot read the file "${path.join(folder, "a")}" as it went away while the pipeline was read: run the command again`,
  });
});
