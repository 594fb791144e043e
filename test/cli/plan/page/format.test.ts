/** Sizes, counts and shares on the page: as on the terminal. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { formatShare as shareOnTerminal } from "../../../../cli/plan/format-share.ts";
import {
  formatCount,
  formatRun,
  formatShare,
  formatThings,
} from "../../../../cli/plan/page/format.js";
import { formatSize } from "../../../../common/page/format-size.js";
import { formatSize as sizeOnTerminal } from "../../../../common/text/format-size.ts";

test("formatSize() and formatShare() of the page say what the terminal says", () => {
  for (const size of [0, 1, 1023, 1024, 12_595, 5 << 20, 3 * 2 ** 30, 2 ** 41]) {
    assert.equal(formatSize(size), sizeOnTerminal(size));
    assert.equal(formatShare(size, 3 * 2 ** 30), shareOnTerminal(size, 3 * 2 ** 30));
  }
});

test("formatCount() and formatThings() are for people", () => {
  assert.deepEqual(
    [
      formatCount(10_000),
      formatThings(1, "file"),
      formatThings(0, "file"),
      formatThings(1234, "file"),
    ],
    ["10,000", "1 file", "0 files", "1,234 files"],
  );
});

test("formatRun() names a script that has another name than its operation's", () => {
  const runs = ["reducer.py", "legs/sum.py"].map((script) =>
    formatRun({
      stage: "train",
      operation: "reduce",
      wrapper: "",
      entryPoint: `stages/train/src/${script}`,
    }),
  );
  assert.deepEqual(runs, ["train (reduce)", "train (reduce: legs/sum.py)"]);
});
