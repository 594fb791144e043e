/** What is stored as it is: content that is compressed already, and nothing else. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { deflateRawSync, gunzipSync } from "node:zlib";
import {
  compressSegment,
  GZIP_HEADER,
  GzipTrailer,
} from "../../../../provider/archive/gzip/gzip.ts";
import { isIncompressible } from "../../../../provider/archive/gzip/incompressible.ts";

/** Bytes that are all as likely, but repeat. */
const REPEATING = Buffer.alloc(
  200_000,
  Uint8Array.from({ length: 256 }, (_, byte) => byte),
);

/** Numbers as a model has them: their low bytes are noise, their high bytes are not. */
function weights(): Buffer {
  const numbers = Float32Array.from(
    randomBytes(100_000),
    (byte, index) => (byte - 128) / (index + 1),
  );
  return Buffer.from(numbers.buffer);
}

test("isIncompressible() tells what is compressed already from what is not", () => {
  const words = randomBytes(300_000).toString("base64");
  assert.equal(isIncompressible(randomBytes(200_000)), true);
  assert.equal(isIncompressible(deflateRawSync(words)), true);
  assert.equal(isIncompressible(Buffer.from(words)), false);
  assert.equal(isIncompressible(REPEATING), false);
  assert.equal(isIncompressible(weights()), false);
  assert.equal(isIncompressible(Buffer.alloc(200_000)), false);
  assert.equal(isIncompressible(randomBytes(1000)), false, "not worth it");
  assert.equal(isIncompressible(Buffer.alloc(0)), false);
});

test("compressSegment() stores such stretches wherever they are, and ends with a flush", () => {
  const content = Buffer.concat([
    Buffer.alloc(3000, "text"),
    randomBytes(200_000),
    Buffer.alloc(70_000),
  ]);
  const stretches = [
    [],
    [{ start: 3000, end: 203_000 }],
    [{ start: 0, end: 10 }],
    [
      { start: 0, end: 65_535 },
      { start: 65_535, end: content.length },
    ],
    [
      { start: 3000, end: 4000 },
      { start: 5000, end: 5001 },
    ],
  ];
  for (const incompressible of stretches) {
    const segment = compressSegment(content, incompressible);
    const trailer = new GzipTrailer();
    trailer.update(segment);
    const member = Buffer.concat([GZIP_HEADER, segment.bytes, trailer.bytes()]);
    assert.deepEqual(gunzipSync(member), content);
    assert.deepEqual([...segment.bytes.subarray(-4)], [0, 0, 0xff, 0xff]);
  }
});
