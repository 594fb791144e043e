/** Keys of rows: comparing them orders the rows as the cluster does. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { sortKeys, UnsortableRowError } from "../../../../cli/run/rows/sort-key.ts";

function key(row: string, ...columns: readonly string[]): Buffer {
  return Buffer.from(sortKeys(Buffer.from(row), [columns]).join(""), "hex");
}

/** Values as JSON, in the order of YTsaurus: by type first. */
const ASCENDING = [
  "null",
  "-9223372036854775808",
  "-9007199254740993",
  "-9007199254740992",
  "-1",
  "0",
  "1",
  "9007199254740992",
  "9007199254740993",
  "9223372036854775807",
  "9223372036854775808",
  "18446744073709551615",
  "-1.7976931348623157e308",
  "-2.5",
  "-1e-3",
  "0.0",
  "5e-324",
  "1.0",
  "1.5",
  "1e10",
  "false",
  "true",
  '""',
  '"\\u0000"',
  '"\\u0000\\u0000"',
  '"\\u0000a"',
  '"\\u0001"',
  '"A"',
  '"a"',
  '"a\\u0000"',
  '"aa"',
  '"b"',
  '"é"',
  '"\\uffff"',
  '"\\ud83d\\ude00"',
];

test("sortKeys() orders values by type and then by value, strings by bytes", () => {
  const keys = ASCENDING.map((value) => key(`{"k": ${value}}`, "k"));
  for (const [index, larger] of keys.entries()) {
    for (const smaller of keys.slice(0, index)) {
      assert.equal(smaller.compare(larger), -1);
    }
  }
});

test("sortKeys() gives equal keys to equal values, however they are written", () => {
  for (const [one, other] of [
    ['{"k": "a/é"}', ' {"k":"\\u0061\\/\\u00e9"}\r'],
    ['{"k": 0}', '{"k": -0}'],
    ['{"k": 0.0}', '{"k": -0.0}'],
    ['{"k": 1.50}', '{"k": 15e-1}'],
    ['{"k": null}', "{}"],
    ['{"k": 1, "a": {"k": 2}}', '{"a": {"k": 3}, "k": 1}'],
  ] as const) {
    assert.deepEqual(key(one, "k"), key(other, "k"));
  }
});

test("sortKeys() sees own columns only", () => {
  assert.deepEqual(key("{}", "constructor", "__proto__"), key("{}", "a", "b"));
  assert.notDeepEqual(key('{"__proto__": 1}', "__proto__"), key("{}", "__proto__"));
});

function bytesOf(text: string | null): Buffer {
  return Buffer.from(text === null ? "" : `x${text}`);
}

test("sortKeys() of several columns orders as comparing them one after another", () => {
  const value = fc.oneof(
    fc.constant(null),
    fc.string({ unit: fc.constantFrom("\0", "\u0001", "a", "é") }),
  );
  fc.assert(
    fc.property(fc.tuple(value, value), fc.tuple(value, value), (one, other) => {
      const first = bytesOf(one[0]).compare(bytesOf(other[0]));
      const wanted = first === 0 ? bytesOf(one[1]).compare(bytesOf(other[1])) : first;
      const [a, b] = [one, other].map(([x, y]) => key(JSON.stringify({ x, y }), "x", "y"));
      assert.ok(a !== undefined && b !== undefined);
      assert.equal(a.compare(b), wanted);
    }),
    { numRuns: 1000 },
  );
});

function assertOrdered(values: readonly string[], compare: (a: string, b: string) => number): void {
  const keys = values.map((value) => ({ value, key: key(`{"k": ${value}}`, "k") }));
  const sorted = keys.toSorted((a, b) => a.key.compare(b.key)).map((one) => one.value);
  assert.deepEqual(sorted, values.toSorted(compare));
}

test("sortKeys() orders numbers of one type by size", () => {
  const integers = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n });
  fc.assert(
    fc.property(fc.uniqueArray(integers), (values) =>
      assertOrdered(values.map(String), (a, b) => (BigInt(a) < BigInt(b) ? -1 : 1)),
    ),
  );
  const doubles = fc
    .double({ noNaN: true, noDefaultInfinity: true })
    .map((value) => value.toExponential())
    .filter((text) => !/^-?0e/.test(text));
  fc.assert(
    fc.property(fc.uniqueArray(doubles), (values) =>
      assertOrdered(values, (a, b) => Number(a) - Number(b)),
    ),
  );
});

for (const [row, message] of [
  ["no json", "it is no JSON"],
  ['{"k": NaN}', "it is no JSON"],
  ["[1]", "it is no JSON object"],
  ["1", "it is no JSON object"],
  ["null", "it is no JSON object"],
  ['{"k": []}', 'its "k" is a list or a map, which have no order'],
  ['{"k": {}}', 'its "k" is a list or a map, which have no order'],
  ['{"k": 18446744073709551616}', 'its "k" does not fit into 64 bits'],
  ['{"k": -9223372036854775809}', 'its "k" does not fit into 64 bits'],
] as const) {
  test(`sortKeys() refuses ${row}`, () => {
    assert.throws(() => key(row, "k"), new UnsortableRowError(message));
  });
}
