/** Text tables. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { textTable, wrapCells } from "../../../cli/terminal/text-table.ts";

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

test("textTable() sets rows one after the other where the table has no room, and breaks nothing but between words", () => {
  const rows = [
    ["word_count", "updated", "//home/examples/word_count/build/source.tar.gz on local"],
    ["名前", "", "8 KiB"],
    ["", "", ""],
  ];
  assert.deepEqual(textTable(rows, [], 80), textTable(rows));
  assert.deepEqual(textTable(rows, [], 50), [
    "word_count  updated",
    "    //home/examples/word_count/build/source.tar.gz",
    "    on local",
    "名前  8 KiB",
    "",
  ]);
  assert.deepEqual(textTable(rows, [], 20).slice(0, 3), [
    "word_count  updated",
    "    //home/examples/word_count/build/source.tar.gz",
    "    on local",
  ]);
  assert.deepEqual(wrapCells(["名前", "名前", "12"], 10, ""), ["名前  名前", "12"]);
  assert.deepEqual(wrapCells(["名前", "名前", "12"], 9, ""), ["名前", "名前  12"]);
});
