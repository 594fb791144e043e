/** Reading and writing values: YSON as text and binary, and JSON. */
import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { writeYsonBinary } from "../../../common/yson/binary.ts";
import { bytesFromText } from "../../../common/yson/byte-string.ts";
import { parseJson } from "../../../common/yson/json-reader.ts";
import { writeJson, writeJsonAscii } from "../../../common/yson/json-writer.ts";
import { parseYson } from "../../../common/yson/parser.ts";
import { writeYsonText } from "../../../common/yson/text-writer.ts";
import * as yson from "../../../common/yson/value.ts";
import type { YsonValue } from "../../../common/yson/value.ts";

const bytes = fc.uint8Array().map((array) => Buffer.from(array).toString("latin1"));
const text = fc.string({ unit: "binary" }).map(bytesFromText);

/** Any value; `strings` are the strings and keys in it. */
function anyValue(strings: fc.Arbitrary<string>): fc.Arbitrary<YsonValue> {
  const { node } = fc.letrec<{ node: YsonValue; bare: YsonValue }>((tie) => ({
    bare: fc.oneof(
      { depthSize: "small" },
      fc.constant(yson.entity),
      strings.map(yson.string),
      fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n).map(yson.int64),
      fc.bigInt(0n, 2n ** 64n - 1n).map(yson.uint64),
      fc.double().map(yson.double),
      fc.boolean().map(yson.boolean),
      fc.array(tie("node"), { maxLength: 3 }).map(yson.list),
      fc
        .array(fc.tuple(strings, tie("node")), { maxLength: 3 })
        .map((entries) => yson.map(new Map(entries))),
    ),
    node: fc
      .tuple(tie("bare"), fc.array(fc.tuple(strings, tie("bare")), { maxLength: 2 }))
      .map(([value, attributes]) =>
        attributes.length === 0 ? value : yson.withAttributes(value, new Map(attributes)),
      ),
  }));
  return node;
}

test("parseYson() reads back any value from text, pretty text and binary", () => {
  fc.assert(
    fc.property(anyValue(bytes), (value) => {
      assert.deepEqual(parseYson(writeYsonText(value)), value);
      assert.deepEqual(parseYson(writeYsonText(value, "pretty")), value);
      assert.deepEqual(parseYson(writeYsonBinary(value)), value);
    }),
  );
});

test("writeYsonText() stays on one line and in ASCII", () => {
  fc.assert(fc.property(anyValue(bytes), (value) => /^[ -~]*$/.test(writeYsonText(value))));
});

/** JSON has one kind of number, so what a number was is only kept when types are written. */
const withTypes = { annotateWithTypes: true, stringify: true } as const;

test("parseJson() reads back any bytes in the default mode", () => {
  fc.assert(
    fc.property(anyValue(bytes), (value) => {
      assert.deepEqual(parseJson(writeJson(value, withTypes)), value);
      assert.deepEqual(parseJson(writeJsonAscii(value, withTypes)), value);
    }),
  );
});

test("parseJson() reads back any text in the UTF-8 mode", () => {
  fc.assert(
    fc.property(anyValue(text), (value) => {
      const options = { ...withTypes, encodeUtf8: false };
      assert.deepEqual(parseJson(writeJson(value, options), options), value);
    }),
  );
});

test("writeJson() writes each byte as a character unless told otherwise", () => {
  const letter = yson.string(bytesFromText("ю"));
  assert.equal(writeJson(letter), bytesFromText('"\u00d1\u008e"'));
  assert.equal(writeJsonAscii(letter), String.raw`"\u00d1\u008e"`);
  assert.equal(writeJson(letter, { encodeUtf8: false }), bytesFromText('"ю"'));
});

test("parseJson() reads both string modes", () => {
  assert.deepEqual(parseJson(String.raw`"\u00d1\u008e"`), yson.string("\xd1\x8e"));
  assert.deepEqual(parseJson(String.raw`"\u044e"`, { encodeUtf8: false }), yson.string("\xd1\x8e"));
});

test("writeJson() shows attributes, and keys that start with a dollar", () => {
  const value = yson.withAttributes(yson.map({ $a: yson.entity }), new Map([["b", yson.int64(1)]]));
  assert.equal(writeJson(value), '{"$attributes":{"b":1},"$value":{"$$a":null}}');
  assert.deepEqual(parseJson('{"$attributes":{"b":1},"$value":{"$$a":null}}'), value);
});

test("parseJson() keeps integers that a double cannot hold", () => {
  assert.deepEqual(parseJson("9223372036854775807"), yson.int64(2n ** 63n - 1n));
  assert.deepEqual(parseJson("18446744073709551615"), yson.uint64(2n ** 64n - 1n));
});

test("parseYson() reads what the Go and Python clients write", () => {
  assert.deepEqual(
    parseYson('{path="//tmp/\\xd1\\x8e";recursive=%true;"file_writer"=#;n=5u;d=1e3;}'),
    yson.map({
      path: yson.string("//tmp/\xd1\x8e"),
      recursive: yson.boolean(true),
      file_writer: yson.entity,
      n: yson.uint64(5),
      d: yson.double(1000),
    }),
  );
});

const damagedJson: readonly (readonly [string, string])[] = [
  ['"\u00d1\u008e\u00d1"', "Invalid UTF-8 string in JSON"],
  [
    bytesFromText('"ю"'),
    'Unicode symbols with codes greater than 255 are not supported by default; please refer to "encode_utf8" option in the format description',
  ],
  ['{"$x":1}', 'Key "$x" starts with single "$"; use "$$x" to encode this key in JSON format'],
  ["18446744073709551616", "Integer is out of range in JSON: 18446744073709551616"],
  ['{"$attributes":{}}', 'Found key "$attributes" or "$type" without "$value" in JSON'],
];

for (const [json, message] of damagedJson) {
  test(`parseJson() refuses ${JSON.stringify(json)}`, () => {
    assert.throws(() => parseJson(json), { name: "ValueSyntaxError", message });
  });
}

const damagedYson: readonly (readonly [string, string])[] = [
  ["{a=1", 'Unexpected end of input while parsing YSON at offset 4: expected "}"'],
  ["[1 2]", 'Unexpected "2" while parsing YSON at offset 3: expected "]"'],
  ['"abc', "Unterminated string in YSON"],
  ["\x01\x08ab", "Premature end of YSON"],
  ["9223372036854775808", "Integer is out of range: 9223372036854775808"],
  ["1 2", 'Unexpected "2" while parsing YSON at offset 2: expected end of input'],
  ["[".repeat(300), "Depth limit exceeded while parsing YSON: limit is 256"],
];

for (const [source, message] of damagedYson) {
  test(`parseYson() refuses ${JSON.stringify(source.slice(0, 20))}`, () => {
    assert.throws(() => parseYson(source), { name: "ValueSyntaxError", message });
  });
}
