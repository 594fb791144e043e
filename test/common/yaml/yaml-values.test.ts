/** The values of YAML documents: those that the library gives. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseDocument, stringify } from "yaml";
import { readYamlValues } from "../../../common/yaml/yaml-values.ts";

test("readYamlValues() gives the values that the library gives", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
      const document = parseDocument(stringify(value));
      const wanted: unknown = document.toJS();
      assert.deepEqual(readYamlValues(document.contents), { value: wanted });
    }),
    { numRuns: 300 },
  );
});

for (const text of [
  "",
  "~",
  "{a: 1, 2: b, 3.5: c, true: d, null: e, x: }",
  "[0x10, 0o10, 1e3, .inf, -0, 1_000, 2001-01-01, yes, No, '1', \"\\u00e9\"]",
  "a: |\n  text\n  more\nb: >-\n  folded\n  text\n",
  "a: &a {x: [1, &b two]}\nc: [*a, *b]\n&k key: *k\n",
  "a: &n 1\nb: &n 2\nc: *n\n",
  "__proto__: {polluted: yes}\nconstructor: 1\n",
  "a: !mine x\nb: !!str 1\nc: !!int '2'\n",
]) {
  test(`readYamlValues() gives what the library gives for ${JSON.stringify(text)}`, () => {
    const document = parseDocument(text, { logLevel: "silent" });
    const wanted: unknown = document.toJS();
    assert.deepEqual(readYamlValues(document.contents), { value: wanted });
  });
}

test("readYamlValues() repeats a value for an alias, also inside that value", () => {
  const { contents } = parseDocument("a: &a {b: *a, c: 1}");
  const read = readYamlValues(contents);
  assert.ok(read.mistake === undefined);
  const inner: { b?: unknown; c: number } = { c: 1 };
  inner.b = inner;
  assert.deepEqual(read.value, { a: inner });
});

test("readYamlValues() leaves out a field whose name is a list or map, as none of ours is", () => {
  const { contents } = parseDocument("? [a, b]\n: 1\nc: 2\n");
  assert.deepEqual(readYamlValues(contents), { value: { c: 2 } });
});
