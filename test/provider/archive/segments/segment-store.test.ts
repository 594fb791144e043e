/** Compressed segments in the cache: found again, and never when damaged. */
import assert from "node:assert/strict";
import { readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { compressSegment } from "../../../../provider/archive/gzip/gzip.ts";
import {
  keepSegment,
  segmentFile,
  SegmentReader,
} from "../../../../provider/archive/segments/segment-store.ts";
import { makeTree } from "../../../tools/temporary-tree.ts";

const KEY = "abcdef";

test("segmentFile() is none for little content, and none without a cache", () => {
  assert.equal(segmentFile(KEY, 1 << 20, "/cache"), path.join("/cache", "segments", "ab", "cdef"));
  assert.equal(segmentFile(KEY, 100, "/cache"), undefined);
});

test("SegmentReader finds what was kept", async (t) => {
  const file = path.join(await makeTree(t), "ab", "cdef");
  assert.equal(new SegmentReader().find(file), undefined);
  const segment = compressSegment(Buffer.alloc(100_000, "content"));
  keepSegment(file, segment);
  const found = new SegmentReader().find(file);
  assert.ok(found !== undefined);
  assert.deepEqual(
    { ...found, bytes: Buffer.from(found.bytes) },
    { ...segment, bytes: Buffer.from(segment.bytes) },
  );
});

test("SegmentReader keeps what it lends as it is until it is taken back, whatever the size", async (t) => {
  const folder = await makeTree(t);
  const sizes = [10, 3 << 20, 1000, 2 << 20, 5];
  const places = sizes.map((size, index) => {
    const bytes = new Uint8Array(size).fill(index + 1);
    keepSegment(path.join(folder, String(index)), { bytes, crc: index, sizeBytes: size });
    return path.join(folder, String(index));
  });
  const reader = new SegmentReader();
  for (let round = 0; round < 3; round++) {
    const lent = places.map((place) => reader.find(place));
    for (const [index, segment] of lent.entries()) {
      assert.ok(segment !== undefined);
      assert.equal(segment.bytes.length, sizes[index]);
      assert.ok(segment.bytes.every((byte) => byte === index + 1));
      reader.takeBack(segment);
    }
  }
});

test("SegmentReader takes nothing that was damaged, wherever", async (t) => {
  const file = path.join(await makeTree(t), "segment");
  keepSegment(file, compressSegment(Buffer.alloc(1000, "content")));
  const whole = await readFile(file);
  for (const length of [0, 5, 12, whole.length - 1]) {
    await writeFile(file, whole.subarray(0, length));
    assert.equal(new SegmentReader().find(file), undefined, `${length} bytes are left`);
  }
  for (let at = 0; at < whole.length; at++) {
    const damaged = Buffer.from(whole);
    damaged[at] = (damaged[at] ?? 0) ^ 1;
    await writeFile(file, damaged);
    assert.equal(new SegmentReader().find(file), undefined, `byte ${at} differs`);
  }
});

test("SegmentReader takes a whole segment under another one's name for none", async (t) => {
  const folder = await makeTree(t);
  const other = path.join(folder, "other");
  keepSegment(other, compressSegment(Buffer.alloc(1000, "content")));
  await rename(other, path.join(folder, "segment"));
  assert.equal(new SegmentReader().find(path.join(folder, "segment")), undefined);
});

test("keepSegment() does without a place to write", async (t) => {
  const folder = await makeTree(t, { file: "" });
  keepSegment(path.join(folder, "file", "segment"), compressSegment(Buffer.from("x")));
  assert.equal(await readFile(path.join(folder, "file"), "utf8"), "");
});
