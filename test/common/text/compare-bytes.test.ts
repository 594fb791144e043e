/** The order of names, by the bytes of UTF-8. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { compareBytes } from "../../../common/text/compare-bytes.ts";

test("compareBytes() orders as the bytes of UTF-8 do", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (a, b) => {
      const [hexA, hexB] = [a, b].map((text) => Buffer.from(text).toString("hex"));
      assert.ok(hexA !== undefined && hexB !== undefined);
      assert.equal(Math.sign(compareBytes(a, b)), hexA < hexB ? -1 : hexA > hexB ? 1 : 0);
    }),
  );
});
