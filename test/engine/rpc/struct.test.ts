/** Property values on the wire: what is known already is not read again, and marks survive. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  decodeStruct,
  decodeStructLike,
  encodeStruct,
  FOR_PROGRAM,
  FOR_PROVIDER,
} from "../../../engine/rpc/struct.ts";
import { Secret, unknown } from "../../../engine/values/property-value.ts";
import type { PropertyMap } from "../../../engine/values/property-value.ts";

/** So many fields that it is remembered what is in it. */
const large = (more: PropertyMap = {}): PropertyMap => ({
  ...Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`file${index}`, "x".repeat(20)])),
  ...more,
});

test("decodeStructLike() gives what is known where it is the same", () => {
  const known = { part: large(), other: large({ file0: "y" }) };
  encodeStruct(known, FOR_PROVIDER);
  const struct = encodeStruct({ part: large(), other: large(), more: large() }, FOR_PROVIDER);
  const decoded = decodeStructLike(struct, known);
  assert.deepEqual(decoded, { part: large(), other: large(), more: large() });
  assert.equal(decoded["part"], known.part);
  assert.equal(decodeStructLike(encodeStruct({ ...known }, FOR_PROVIDER), known), known);
  assert.deepEqual(decodeStructLike(undefined, known), {});
});

test("a large object with a secret or an unknown value keeps it, however often it is sent", () => {
  const values = { part: large({ secret: new Secret("s"), later: unknown }), plain: large() };
  for (let time = 0; time < 2; time++) {
    assert.deepEqual(decodeStruct(encodeStruct(values, FOR_PROGRAM)), values);
    const forProvider = encodeStruct(values, FOR_PROVIDER);
    const decoded = decodeStructLike(forProvider, values);
    assert.deepEqual(decoded["part"], large({ secret: "s", later: unknown }));
  }
});
