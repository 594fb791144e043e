/** Checksums of joined bytes, compared with those that zlib takes of the whole. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { crc32 } from "node:zlib";
import fc from "fast-check";
import { combineCrc32 } from "../../../../provider/archive/gzip/crc32.ts";

test("combineCrc32() gives the CRC-32 of the whole, for any two stretches", () => {
  const bytes = fc.uint8Array({ maxLength: 5000 });
  fc.assert(
    fc.property(bytes, bytes, (first, second) => {
      const whole = crc32(Buffer.concat([first, second]));
      assert.equal(combineCrc32(crc32(first), crc32(second), second.length), whole);
    }),
  );
});

test("combineCrc32() takes stretches of many megabytes", () => {
  const first = Buffer.alloc(12_345_678, "first");
  const second = Buffer.alloc(98_765_432, "second");
  const whole = crc32(second, crc32(first));
  assert.equal(combineCrc32(crc32(first), crc32(second), second.length), whole);
});
