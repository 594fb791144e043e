/** Text tables. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { textTable } from "../../../cli/terminal/text-table.ts";

test("textTable() sets columns by what is seen of coloured cells", () => {
  const rows = [
    ["\u001b[1mname\u001b[22m", "size"],
    ["a", "\u001b[33m10\u001b[39m"],
  ];
  assert.deepEqual(textTable(rows, ["left", "right"]), [
    "\u001b[1mname\u001b[22m  size",
    "a       \u001b[33m10\u001b[39m",
  ]);
});

test("textTable() sets columns to the left unless told, and takes rows of any length", () => {
  const rows = [["a", "bb", "c"], ["long"], ["x", "y"]];
  assert.deepEqual(textTable(rows), ["a     bb  c", "long", "x     y"]);
});
