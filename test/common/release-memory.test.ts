/** Which memory is given back, and which must not be. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { releaseMemory } from "../../common/release-memory.ts";

test("releaseMemory() empties large bytes at once", () => {
  const bytes = Buffer.alloc(1 << 20, "x");
  releaseMemory(bytes);
  assert.equal(bytes.length, 0);
});

test("releaseMemory() leaves small bytes alone, which may share their memory", () => {
  const [one, other] = [Buffer.from("one"), Buffer.from("other")];
  releaseMemory(one);
  assert.equal(one.toString(), "one");
  assert.equal(other.toString(), "other");
});

test("releaseMemory() leaves memory alone that threads share", () => {
  const bytes = new Uint8Array(new SharedArrayBuffer(1 << 20));
  releaseMemory(bytes);
  assert.equal(bytes.length, 1 << 20);
});
