/** The line that tells of a publication's success, and what is in it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { countReusedParts, formatSuccess } from "../../../provider/publication/report.ts";

test("formatSuccess() tells size, parts reused and bytes sent", () => {
  const published = { sizeBytes: 12_595, bytesSent: 17, partsReused: 4, partCount: 5 };
  assert.equal(
    formatSuccess(published),
    "[Upload] Code uploaded successfully: 12.3 KiB, 4 of 5 parts reused, 17 B sent",
  );
});

test("countReusedParts() counts equal digests under equal keys", () => {
  assert.equal(countReusedParts({ a: "1", b: "2", c: "3" }, { a: "1", b: "9", d: "3" }), 1);
});
