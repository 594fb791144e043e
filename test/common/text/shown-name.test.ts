/** Names as a terminal can show them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { shownName } from "../../../common/text/shown-name.ts";

test("shownName() leaves a name on one line, as it is read, and without escape sequences", () => {
  assert.equal(
    shownName("a\tb\nc\u001b[2J\u007f\u009b\u2028\u202e"),
    String.raw`a\u{9}b\u{a}c\u{1b}[2J\u{7f}\u{9b}\u{2028}\u{202e}`,
  );
});

test("shownName() shows every letter as it is", () => {
  for (const name of [
    "Wörter – same.tsv",
    "русский",
    "文件",
    "e\u0301",
    "👩‍🔬.txt",
    "a b",
    "\\u{a}",
  ]) {
    assert.equal(shownName(name), name);
  }
});
