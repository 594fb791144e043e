/** How wide texts are on a terminal. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { cutToWidth, textWidth } from "../../../common/text/text-width.ts";

for (const [text, width] of [
  ["", 0],
  ["plain", 5],
  ["größe", 5],
  ["日本", 4],
  ["한글", 4],
  ["e\u0301", 1],
  ["🎉", 2],
  ["👩‍👩‍👧", 2],
  ["🇫🇷", 2],
  ["├─ ", 3],
  ["…", 1],
  ["Привет", 6],
  ["ｆｕｌｌ", 8],
] as const) {
  test(`textWidth() of ${JSON.stringify(text)} is ${width}`, () => {
    assert.equal(textWidth(text), width);
  });
}

test("cutToWidth() cuts between characters, never in one", () => {
  assert.equal(cutToWidth("creating", 8), "creating");
  assert.equal(cutToWidth("creating", 5), "crea…");
  assert.equal(cutToWidth("日本日本", 8), "日本日本");
  assert.equal(cutToWidth("日本日本", 6), "日本…");
  assert.equal(cutToWidth("a👩‍👩‍👧b", 3), "a…");
  assert.equal(cutToWidth("e\u0301e\u0301e\u0301", 2), "e\u0301…");
  assert.equal(cutToWidth("anything", 1), "…");
  assert.equal(cutToWidth("anything", 0), "");
  assert.equal(cutToWidth("日本日本", 6, "..."), "日...");
  assert.equal(cutToWidth("anything", 2, "..."), "");
});
