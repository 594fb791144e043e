/** Segments that join to one gzip member, as zlib reads it. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import {
  compressSegment,
  GZIP_HEADER,
  GzipTrailer,
} from "../../../../provider/archive/gzip/gzip.ts";

/** Compresses pieces as segments of one member. */
function gzip(pieces: readonly Buffer[]): Buffer {
  const trailer = new GzipTrailer();
  const compressed = pieces.map((piece) => {
    const segment = compressSegment(piece);
    trailer.update(segment);
    return segment.bytes;
  });
  return Buffer.concat([GZIP_HEADER, ...compressed, trailer.bytes()]);
}

test("compressSegment() makes segments that join to one gzip member, at any cuts", () => {
  const bytes = fc.uint8Array({ maxLength: 3000 });
  fc.assert(
    fc.property(fc.array(bytes, { maxLength: 6 }), (list) => {
      const pieces = list.map((piece) => Buffer.from(piece));
      assert.deepEqual(gunzipSync(gzip(pieces)), Buffer.concat(pieces));
    }),
    { numRuns: 60 },
  );
});

test("compressSegment() brings bytes that do not compress through", () => {
  const noise = randomBytes(3_000_000);
  assert.deepEqual(gunzipSync(gzip([noise, noise])), Buffer.concat([noise, noise]));
});

test("GZIP_HEADER holds no time, name or system", () => {
  assert.equal(GZIP_HEADER.toString("hex"), "1f8b08000000000000ff");
});
