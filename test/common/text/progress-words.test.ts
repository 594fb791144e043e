/** The words of a line that says how far some work is. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { paceOf, percentOf, sizesOf } from "../../../common/text/progress-words.ts";

test("percentOf() says 100 % of all, and never before", () => {
  const done = [0, 5, 380, 999, 1000, 1001];
  const said = done.map((doneBytes) => percentOf({ doneBytes, totalBytes: 1000 }));
  assert.deepEqual(said, ["0 %", "0 %", "38 %", "99 %", "100 %", "100 %"]);
});

test("sizesOf() never says more than all", () => {
  const totalBytes = 300_000_000;
  assert.equal(sizesOf({ doneBytes: 114_000_000, totalBytes }), "108.7 MiB of 286.1 MiB");
  assert.equal(sizesOf({ doneBytes: 301_000_000, totalBytes }), "286.1 MiB of 286.1 MiB");
});

test("paceOf() says what is left of the time at this speed", () => {
  const amount = { doneBytes: 120_000_000, totalBytes: 300_000_000 };
  assert.equal(paceOf(amount, 12_000), "11.4 MiB/s, 15 s left");
});
