/** Sizes for people. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { formatSize } from "../../../common/text/format-size.ts";

const MIB = 1024 * 1024;

test("formatSize() uses binary units with one decimal", () => {
  assert.deepEqual([0, 1023, 1024, 12_595, 5 * MIB, 3 * 1024 * MIB].map(formatSize), [
    "0 B",
    "1023 B",
    "1.0 KiB",
    "12.3 KiB",
    "5.0 MiB",
    "3.0 GiB",
  ]);
});
