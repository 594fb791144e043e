/** The digests of an archive, whoever takes them: this thread, or one that reads what was written. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { closeSync, openSync, truncateSync, writeSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { ArchiveDigests } from "../../../../provider/archive/build/archive-digests.ts";
import { makeTree } from "../../../tools/temporary-tree.ts";

const SMALL = 1 << 20;
const LARGE = 1 << 30;

function digest(algorithm: string, bytes: Buffer): string {
  return createHash(algorithm).update(bytes).digest("hex");
}

for (const contentBytes of [SMALL, LARGE]) {
  test(`ArchiveDigests takes the digests of what was written, of ${contentBytes} bytes`, async (t) => {
    const file = path.join(await makeTree(t), "archive");
    const pieces = [1, 300_000, 0, 7].map((size, index) => Buffer.alloc(size, `piece ${index}`));
    const output = openSync(file, "w");
    using digests = new ArchiveDigests(file, contentBytes);
    for (const piece of pieces) {
      writeSync(output, piece);
      digests.written(piece);
      await new Promise((resolve) => setImmediate(resolve));
    }
    closeSync(output);
    const all = Buffer.concat(pieces);
    assert.deepEqual(await digests.end(), {
      sizeBytes: all.length,
      sha256: digest("sha256", all),
      md5: digest("md5", all),
    });
  });
}

test("ArchiveDigests fails when there is less than was written, and lets its thread go", async (t) => {
  const file = path.join(await makeTree(t), "archive");
  for (let time = 0; time < 2; time++) {
    closeSync(openSync(file, "w"));
    const abandoned = new ArchiveDigests(file, LARGE);
    abandoned.written(Buffer.alloc(0));
    abandoned[Symbol.dispose]();
  }
  using digests = new ArchiveDigests(file, LARGE);
  truncateSync(file);
  digests.written(Buffer.alloc(1000));
  await assert.rejects(digests.end(), /cut it short while it was written: run it again/);
});
