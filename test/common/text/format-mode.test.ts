/** Modes of files as people write them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { formatMode } from "../../../common/text/format-mode.ts";

test("formatMode() gives four octal digits", () => {
  assert.deepEqual([0o755, 0o644, 0, 0o4711].map(formatMode), ["0755", "0644", "0000", "4711"]);
});
