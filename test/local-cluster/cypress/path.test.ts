/** Parsing and writing paths of Cypress. */
import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { escapeKey, parsePath, pathFromValue } from "../../../local-cluster/cypress/path.ts";
import * as yson from "../../../common/yson/value.ts";

const keys = (text: string) => parsePath(text).steps.map((step) => step.key);

test("parsePath() splits a path into keys", () => {
  assert.deepEqual(keys("/"), []);
  assert.deepEqual(keys("//home/user/x"), ["home", "user", "x"]);
});

test("parsePath() reads every escape", () => {
  assert.deepEqual(keys(String.raw`//a\/b\@c\&d\*e\[f\{g\\h/\xd1\x8e`), [
    "a/b@c&d*e[f{g\\h",
    "\xd1\x8e",
  ]);
});

test("escapeKey() and parsePath() give back any key", () => {
  const key = fc.uint8Array({ minLength: 1 }).map((bytes) => Buffer.from(bytes).toString("latin1"));
  fc.assert(
    fc.property(fc.array(key, { minLength: 1 }), (wanted) => {
      const text = wanted.map((name) => `/${escapeKey(name)}`).join("");
      assert.deepEqual(keys(`/${text}`), wanted);
    }),
  );
});

test("parsePath() tells an object id from the root", () => {
  const path = parsePath("#1-2-10190-ff/x");
  assert.equal(path.objectId, "1-2-10190-ff");
  assert.deepEqual(path.steps, [{ key: "x", ampersand: false }]);
});

test("parsePath() reads what stands after the node", () => {
  assert.deepEqual(parsePath("//x/@").suffix, { type: "attribute", keys: [] });
  assert.deepEqual(parsePath("//x/@a/b/0").suffix, { type: "attribute", keys: ["a", "b", "0"] });
  assert.deepEqual(parsePath("//x/@*").suffix, { type: "all attributes" });
  assert.deepEqual(parsePath("//x/*").suffix, { type: "all children" });
  assert.deepEqual(parsePath("//x&/@a").steps, [{ key: "x", ampersand: true }]);
});

test("parsePath() leaves ranges and columns out", () => {
  assert.equal(parsePath("//x[#1:#2]").text, "//x");
  assert.deepEqual(keys("//x{a,b}"), ["x"]);
});

test("pathFromValue() takes annotations from the text and from the value", () => {
  const value = yson.withAttributes(
    yson.string("<append=%true>//x"),
    new Map([["executable", yson.boolean(false)]]),
  );
  const { text, annotations } = pathFromValue(value);
  assert.equal(text, "//x");
  assert.deepEqual(Object.fromEntries(annotations), {
    append: yson.boolean(true),
    executable: yson.boolean(false),
  });
});

const malformed: readonly (readonly [string, string])[] = [
  ["", "YPath cannot be empty"],
  ["a", 'Path "a" does not start with a valid root-designator'],
  ["#zzz", 'Path "#zzz" does not start with a valid root-designator'],
  ["/a", 'Expected "slash" in YPath but found "literal" token "a"'],
  ["/\xd0\xb0/b", 'Expected "slash" in YPath but found "literal" token "а"'],
  ["//tmp//a", 'Unexpected "slash" token "/" in YPath'],
  [
    "//tmp/",
    'Unexpected end-of-string in YPath; please note that YPath cannot normally end with "/"',
  ],
  ["//a@b", 'Expected "slash" in YPath but found "at" token "@"'],
  [String.raw`//a\q`, String.raw`Malformed escape sequence "\q" in YPath`],
  [String.raw`//a\x5`, String.raw`Malformed escape sequence "\x5" in YPath`],
  [String.raw`//\xzz`, String.raw`Malformed escape sequence "\xzz" in YPath`],
];

for (const [text, message] of malformed) {
  test(`parsePath() refuses "${text}"`, () => {
    assert.throws(() => parsePath(text), { name: "YtError", code: 1, message });
  });
}
