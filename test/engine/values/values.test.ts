/** Property values: how they travel, are stored, compared and found by paths. */
import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import {
  decodeStruct,
  encodeStruct,
  FOR_PROGRAM,
  FOR_PROVIDER,
} from "../../../engine/rpc/struct.ts";
import { createPassphraseKey } from "../../../engine/secrets/passphrase.ts";
import { readProperties, writeProperties } from "../../../engine/state/property-json.ts";
import { changedPaths, compareProperties } from "../../../engine/values/difference.ts";
import { equalValues } from "../../../engine/values/equality.ts";
import { parsePropertyPath, pathContains, resetPath } from "../../../engine/values/path.ts";
import {
  markSecretsLike,
  ResourceReference,
  Secret,
  unknown,
} from "../../../engine/values/property-value.ts";
import type { PropertyMap } from "../../../engine/values/property-value.ts";

/** Any JSON that a property can hold; -0 is 0 on the wire. */
const json = fc.dictionary(
  fc.string(),
  fc.jsonValue({ maxDepth: 3 }).map((value): PropertyMap => JSON.parse(JSON.stringify(value))),
);

/** google-protobuf's maps, on both ends of the wire, lose the one key that plain objects do not take. */
const onWire = json.filter((properties) => !JSON.stringify(properties).includes('"__proto__":'));

test("encodeStruct() and decodeStruct() agree on any properties", () => {
  fc.assert(
    fc.property(onWire, (properties) => {
      assert.deepEqual(
        { ...decodeStruct(encodeStruct(properties, FOR_PROGRAM)) },
        { ...properties },
      );
    }),
  );
});

test("encodeStruct() keeps secrets, unknowns and references for programs", () => {
  const properties = {
    secret: new Secret({ a: [1] }),
    later: unknown,
    other: new ResourceReference("urn:x", "id", ""),
  };
  assert.deepEqual(decodeStruct(encodeStruct(properties, FOR_PROGRAM)), properties);
});

test("encodeStruct() gives providers secrets as they are and references by id", () => {
  const properties = {
    secret: new Secret("s"),
    other: new ResourceReference("urn:x", "id", ""),
    component: new ResourceReference("urn:y", undefined, ""),
  };
  assert.deepEqual(encodeStruct(properties, FOR_PROVIDER).toJavaScript(), {
    secret: "s",
    other: "id",
    component: "urn:y",
  });
});

test("writeProperties() and readProperties() agree on any properties, secret or not", async () => {
  const { crypter } = await createPassphraseKey("");
  fc.assert(
    fc.property(json, (properties) => {
      const value: PropertyMap = { open: properties, hidden: new Secret(properties) };
      const text = JSON.stringify(writeProperties(value, crypter));
      assert.ok(equalValues(readProperties(JSON.parse(text), crypter), value));
    }),
    { numRuns: 50 },
  );
});

test("markSecretsLike() marks outputs as their inputs were, whole lists at once", () => {
  const inputs = {
    a: new Secret("x"),
    map: { k: new Secret(1), open: 2 },
    list: [1, new Secret(2)],
  };
  assert.deepEqual(
    markSecretsLike({ a: "y", map: { k: 1, open: 2 }, list: [1, 2], new: 3 }, inputs),
    {
      a: new Secret("y"),
      map: { k: new Secret(1), open: 2 },
      list: new Secret([1, 2]),
      new: 3,
    },
  );
});

test("compareProperties() leaves out keys that start with __, at any depth, and secrecy", () => {
  const before = {
    __provider: "a",
    same: new Secret(1),
    "p/": { "__init__.py": "1", x: 1 },
    gone: 1,
  };
  const after = { __provider: "b", same: 1, "p/": { "__init__.py": "2", x: 1 }, added: null };
  assert.deepEqual(compareProperties(before, after), {
    added: ["added"],
    deleted: ["gone"],
    updated: [],
  });
});

test("parsePropertyPath() reads names, positions, stars and quoted names", () => {
  assert.deepEqual(parsePropertyPath('a.b[0]["c.d"][*]'), ["a", "b", 0, "c.d", "*"]);
  assert.deepEqual(parsePropertyPath('["stages/run_map"].x'), ["stages/run_map", "x"]);
  assert.equal(parsePropertyPath("a["), undefined);
});

test("resetPath() puts old values back, or takes away what was not there", () => {
  const before = { a: { b: 1, c: 2 }, list: [{ x: 1 }, { x: 2 }] };
  const after = { a: { b: 9, d: 3 }, list: [{ x: 8 }, { x: 9, y: 1 }] };
  assert.deepEqual(resetPath(before, after, ["a", "b"]), { ...after, a: { b: 1, d: 3 } });
  assert.deepEqual(resetPath(before, after, ["a", "d"]), { ...after, a: { b: 9 } });
  assert.deepEqual(resetPath(before, after, ["list", "*", "x"]), {
    ...after,
    list: [{ x: 1 }, { x: 2, y: 1 }],
  });
});

test("resetPath() leaves what was added or removed in a list, and says so", () => {
  const before = { list: [1, 2], map: { a: { b: 1 } }, text: "x" };
  const after = { list: [8, 9, 3], map: { a: { b: 2 }, c: { b: 3 } }, text: "y" };
  const impossible: string[] = [];
  const reset = (text: string): PropertyMap =>
    resetPath(before, after, parsePropertyPath(text) ?? [], () => impossible.push(text));
  assert.deepEqual(reset("list[*]"), { ...after, list: [1, 2, 3] });
  assert.deepEqual(reset("list[1]"), { ...after, list: [8, 2, 3] });
  assert.deepEqual(reset("list[2]"), after);
  assert.deepEqual(reset("list[7]"), after);
  assert.deepEqual(reset("map.*.b"), { ...after, map: { a: { b: 1 }, c: { b: 3 } } });
  assert.deepEqual(reset("map.*"), { ...after, map: { a: { b: 1 } } });
  assert.deepEqual(reset("text.deeper"), after);
  assert.deepEqual(reset("absent.deeper"), after);
  assert.deepEqual(impossible, ["list[*]", "list[2]"]);
});

function contains(path: string, other: string): boolean {
  return pathContains(parsePropertyPath(path) ?? [], parsePropertyPath(other) ?? []);
}

test("pathContains() takes a path for what lies in it, not for what it lies in", () => {
  assert.ok(contains("a", "a.b"));
  assert.ok(contains("a.*.c", "a[0].c"));
  assert.ok(!contains("a.b", "a"));
  assert.ok(!contains("a.b", "a.c"));
});

test("changedPaths() goes as deep as both sides go", () => {
  assert.deepEqual(
    changedPaths(
      { same: 1, map: { a: 1, b: 2 }, list: [1, { x: 1 }], kind: 1 },
      { same: 1, map: { a: 2, c: { d: 1 } }, list: [1, { x: 2 }, 3], kind: [1] },
    ),
    [["map", "a"], ["map", "b"], ["map", "c"], ["list", 1, "x"], ["list", 2], ["kind"]],
  );
});
