import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { compressSegment, GZIP_HEADER, GzipTrailer } from "../../provider/archive/gzip.ts";

/** Compresses pieces as segments of one member, each with the piece before it to refer to. */
async function gzip(pieces: readonly Buffer[]): Promise<Buffer> {
  const trailer = new GzipTrailer();
  const compressed = pieces.map((bytes, index) => {
    trailer.update(bytes);
    const before = pieces[index - 1];
    return compressSegment(before === undefined ? { bytes } : { bytes, before });
  });
  return Buffer.concat([GZIP_HEADER, ...(await Promise.all(compressed)), trailer.bytes()]);
}

test("compressSegment() makes segments that join to one gzip member, at any cuts", async () => {
  const bytes = fc.uint8Array({ maxLength: 3000 });
  await fc.assert(
    fc.asyncProperty(fc.array(bytes, { maxLength: 6 }), async (list) => {
      const pieces = list.map((piece) => Buffer.from(piece));
      assert.deepEqual(gunzipSync(await gzip(pieces)), Buffer.concat(pieces));
    }),
    { numRuns: 60 },
  );
});

test("compressSegment() refers to the end of what stands before, so that cuts cost little", async () => {
  const noise = randomBytes(30_000);
  const alone = await compressSegment({ bytes: noise });
  const after = await compressSegment({
    bytes: noise,
    before: Buffer.concat([randomBytes(100_000), noise]),
  });
  assert.ok(alone.length > 30_000, `${alone.length} bytes alone`);
  assert.ok(after.length < 1000, `${after.length} bytes after itself`);
});

test("GZIP_HEADER holds no time, name or system", () => {
  assert.equal(GZIP_HEADER.toString("hex"), "1f8b08000000000000ff");
});
