/** Which digests are remembered, and which are taken anew. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { appendFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { digestsOf } from "../../../provider/manifest/digest-memory.ts";
import { listFiles } from "../../../provider/pipeline/files/file-list.ts";
import { makeTree } from "../../tools/temporary-tree.ts";

/** A time when all files that are there by now are old enough. */
const LATER = Date.now() + 3_600_000;

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

test("digestsOf() reads no file of which it knows the digest", async (t) => {
  const folder = await makeTree(t, { a: "one", b: "two" });
  const found = await listFiles({ source: folder });
  const first = await digestsOf(found, folder, LATER);
  assert.deepEqual(
    first.map(({ sha256: digest, sizeBytes }) => [digest, sizeBytes]),
    [
      [sha256("one"), 3],
      [sha256("two"), 3],
    ],
  );
  // Under the signatures of before, nothing is there any more that could be read.
  await rm(path.join(folder, "a"));
  assert.deepEqual(await digestsOf(found, folder, LATER), first);
});

test("digestsOf() knows what it noticed of a file that it does not read again", async (t) => {
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${"0".repeat(64)}\nsize 7\n`;
  const folder = await makeTree(t, { a: "one", b: pointer });
  const found = await listFiles({ source: folder });
  const first = await digestsOf(found, folder, LATER);
  assert.deepEqual(
    first.map(({ finding }) => finding),
    [undefined, "lfs-pointer"],
  );
  await rm(path.join(folder, "b"));
  assert.deepEqual(await digestsOf(found, folder, LATER), first);
});

test("digestsOf() remembers what code imports from the archive", async (t) => {
  const folder = await makeTree(t, {
    "a.py": "import ytjobs.s3\nfrom stages.b import c, d\n",
    "b.py": "import os\n",
    "c.txt": "import ytjobs\n",
  });
  const found = await listFiles({ source: folder });
  const first = await digestsOf(found, folder, LATER);
  assert.deepEqual(
    first.map(({ imports }) => imports),
    ["1:ytjobs.s3:;2:stages.b:c,d", undefined, undefined],
  );
  await rm(path.join(folder, "a.py"));
  assert.deepEqual(await digestsOf(found, folder, LATER), first);
});

test("digestsOf() reads what has changed", async (t) => {
  const folder = await makeTree(t, { a: "one", b: "two" });
  await digestsOf(await listFiles({ source: folder }), folder, LATER);
  await writeFile(path.join(folder, "b"), "three");
  const [, second] = await digestsOf(await listFiles({ source: folder }), folder, LATER);
  assert.equal(second?.sha256, sha256("three"));
});

test("digestsOf() reads again what was too young when it was listed", async (t) => {
  const folder = await makeTree(t, { a: "one" });
  const found = await listFiles({ source: folder });
  const justNow = found[0]?.signature.mtimeMs ?? 0;
  await digestsOf(found, folder, justNow);
  // Another content of the same size, under the same signature: as within one tick of the clock.
  await writeFile(path.join(folder, "a"), "two");
  const [again] = await digestsOf(found, folder, justNow);
  assert.equal(again?.sha256, sha256("two"));
});

test("digestsOf() remembers nothing of a file that grew after it was listed", async (t) => {
  const folder = await makeTree(t, { a: "one" });
  const found = await listFiles({ source: folder });
  await appendFile(path.join(folder, "a"), " more");
  const [grown] = await digestsOf(found, folder, LATER);
  assert.deepEqual([grown?.sha256, grown?.sizeBytes], [sha256("one more"), 8]);
  await appendFile(path.join(folder, "a"), " and more");
  const [again] = await digestsOf(found, folder, LATER);
  assert.equal(again?.sha256, sha256("one more and more"));
});

test("digestsOf() names a file that goes away while the pipeline is read", async (t) => {
  const folder = await makeTree(t, { a: "one" });
  const found = await listFiles({ source: folder });
  await rm(path.join(folder, "a"));
  await assert.rejects(digestsOf(found, folder, LATER), {
    name: "UserError",
    argument: "pipeline",
    message: `Cannot read the file "${path.join(folder, "a")}" as it went away while the pipeline was read: run the command again`,
  });
});
