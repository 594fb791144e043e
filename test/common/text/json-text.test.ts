/** Printed JSON: the same strings for any reader, and nothing that acts on a terminal. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { jsonText } from "../../../common/text/json-text.ts";

test("jsonText() indents, and escapes what acts on a terminal", () => {
  const text = jsonText({ a: ["\u001b[31m", "\u009b", "\u202e", "é"] });
  assert.equal(
    text,
    '{\n  "a": [\n    "\\u001b[31m",\n    "\\u009b",\n    "\\u202e",\n    "é"\n  ]\n}',
  );
});

test("jsonText() gives the same strings to any reader", () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: "binary" }), (value) => {
      const text = jsonText(value);
      assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(value)));
      // oxlint-disable-next-line no-control-regex -- these are what must not get through
      assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b\u2028-\u202e]/);
    }),
  );
});
