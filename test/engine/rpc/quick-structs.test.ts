/** Structs that are read and written quickly: the same bytes and values as the library's own. */
import assert from "node:assert/strict";
import { test } from "node:test";
import protobuf from "google-protobuf";
import structs from "google-protobuf/google/protobuf/struct_pb.js";
import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb.js";
import { expectLike, quickenStructs } from "../../../engine/rpc/quick-structs.ts";

const { Struct, Value } = structs;

const TEXTS = [
  "",
  "a",
  "__proto__",
  "10",
  "9",
  "ä",
  "日本",
  "\u{1f600}",
  "é".repeat(40),
  "x".repeat(300),
];
const SCALARS = [
  null,
  true,
  false,
  0,
  -0,
  1.5,
  2 ** 53,
  Number.NaN,
  Number.NEGATIVE_INFINITY,
  ...TEXTS,
];

/** The same for the same seed. */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed; ;) {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    yield state >> 8;
  }
}

function makeValue(random: Generator<number, never>, depth: number): JavaScriptValue {
  const pick = (count: number): number => random.next().value % count;
  const kind = depth === 0 ? 0 : pick(4);
  switch (kind) {
    case 2:
      return Array.from({ length: pick(5) }, () => makeValue(random, depth - 1));
    case 3:
      return makeFields(random, depth - 1);
    default:
      return SCALARS[pick(SCALARS.length)] ?? null;
  }
}

function makeFields(random: Generator<number, never>, depth: number): Fields {
  const count = random.next().value % 9;
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => {
      const text = TEXTS[random.next().value % TEXTS.length] ?? "";
      return [`${text === "__proto__" ? "proto" : text}${index}`, makeValue(random, depth)];
    }),
  );
}

type Fields = Record<string, JavaScriptValue>;

class Point {
  readonly x = 1;
}

/** What becomes of a struct: its bytes and what is read of them, or that it is refused. */
function written(fields: Fields): unknown {
  const bytes = outcome(() => Buffer.from(Struct.fromJavaScript(fields).serializeBinary()));
  return Buffer.isBuffer(bytes) ? { hex: bytes.toString("hex"), read: read(bytes) } : bytes;
}

function read(bytes: Uint8Array): unknown {
  // As entries, whose order counts, in a copy, for which all is read.
  return outcome(() =>
    Object.entries(structuredClone(Struct.deserializeBinary(bytes).toJavaScript())),
  );
}

function outcome<Result>(work: () => Result): Result | "refused" {
  try {
    return work();
  } catch {
    return "refused";
  }
}

function entry(key: string, text: string): Buffer {
  return Buffer.from(Struct.fromJavaScript({ [key]: text }).serializeBinary());
}

/** The bytes of a struct, each replaced in turn. */
function* damaged(fields: Fields): Generator<Buffer> {
  const good = Buffer.from(Struct.fromJavaScript(fields).serializeBinary());
  for (let at = 0; at < good.length; at++) {
    for (const byte of [0, 0x0a, 0x12, 0x7f, 0xff]) {
      const bad = Buffer.from(good);
      bad[at] = byte;
      yield bad;
    }
  }
}

test("structs become the bytes, and bytes the values, that the library makes", () => {
  const large = Array.from({ length: 2000 }, (_, index) => [`k${index}`, "v".repeat(index % 400)]);
  const cases: readonly Fields[] = [
    {},
    Object.fromEntries(large),
    ...Array.from({ length: 400 }, (_, seed) => makeFields(numbers(seed), 4)),
    // What is not plain is the library's to write or to refuse.
    { half: "\ud800x" },
    { "\udc00": 1 },
    JSON.parse('{ "__proto__": 1 }'),
    { point: Object.assign(new Point()) },
    { date: Object.assign(new Date(0)) },
    { a: Object.assign(() => 1) },
    JSON.parse('{ "deep": [[[[[]]]]] }'),
  ];
  const inBytes = [
    // As of another writer: "b" before "a", "a" twice.
    Buffer.concat([entry("b", "1"), entry("a", "2"), entry("a", "3")]),
    ...damaged({ a: { b: [1, "x", null] } }),
    ...damaged({ a: { b: "x".repeat(260), c: { d: 1, e: "ä" } }, f: 1 }),
  ];
  const expected = { written: cases.map(written), read: inBytes.map(read) };

  for (const isLazy of [false, true]) {
    quickenStructs({ structs, protobuf }, { isLazy, isFrozen: isLazy });
    for (const [index, fields] of cases.entries()) {
      assert.deepEqual(written(fields), expected.written[index]);
      // What it was written as is kept.
      assert.deepEqual(written(fields), expected.written[index]);
    }
    for (const [index, bytes] of inBytes.entries()) {
      assert.deepEqual(read(bytes), expected.read[index], bytes.toString("hex"));
    }
  }

  const struct = Struct.deserializeBinary(
    Struct.fromJavaScript({ a: { b: [1, "x"] }, c: 2 }).serializeBinary(),
  );
  const inner = struct.getFieldsMap().get("a")?.getStructValue();
  assert.deepEqual(inner?.toJavaScript(), { b: [1, "x"] });
  struct.getFieldsMap().set("d", new Value().setBoolValue(true));
  struct.getFieldsMap().del("c");
  const changed = { a: { b: [1, "x"] }, d: true };
  assert.deepEqual(struct.toJavaScript(), changed);
  assert.deepEqual(Struct.deserializeBinary(struct.serializeBinary()).toJavaScript(), changed);
});

test("a large struct is read when it is asked for, and is an ordinary field from then on", () => {
  quickenStructs({ structs, protobuf }, { isLazy: true, isFrozen: false });
  const large = { text: "x".repeat(300) };
  const message = Struct.fromJavaScript({ large, other: large, small: { a: 1 } });
  const fields = Struct.deserializeBinary(message.serializeBinary()).toJavaScript();
  const kinds = (): readonly string[] =>
    Object.values(Object.getOwnPropertyDescriptors(fields)).map((field) =>
      "get" in field ? "get" : "value",
    );
  assert.deepEqual(kinds(), ["get", "get", "value"]);
  assert.equal(fields["large"], fields["large"]);
  fields["other"] = 1;
  assert.deepEqual(kinds(), ["value", "value", "value"]);
  assert.deepEqual({ ...fields }, { large, other: 1, small: { a: 1 } });
});

test("expectLike() has a large object be the one that was written the same, and no other", () => {
  quickenStructs({ structs, protobuf }, { isLazy: false, isFrozen: true });
  const same = { text: "x".repeat(300), a: 1 };
  const known = { same, changed: { text: "y".repeat(300) }, small: { a: 1 }, text: "a" };
  const before = Struct.fromJavaScript(known);
  const now = { ...known, same: { a: 1, text: same.text }, changed: { text: "z".repeat(300) } };
  const message = Struct.deserializeBinary(Struct.fromJavaScript(now).serializeBinary());
  expectLike(message, known);
  const fields = message.toJavaScript();
  assert.deepEqual(fields, now);
  assert.equal(fields["same"], same);
  assert.notEqual(fields["changed"], known.changed);

  const again = Struct.deserializeBinary(before.serializeBinary());
  expectLike(again, known);
  assert.equal(again.toJavaScript(), known);

  // What was never written is not known by its bytes.
  const another = Struct.deserializeBinary(before.serializeBinary());
  const like = { same: { ...same } };
  expectLike(another, like);
  assert.deepEqual(another.toJavaScript(), known);
  assert.notEqual(another.toJavaScript()["same"], like.same);
});
