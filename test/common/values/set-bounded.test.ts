/** Maps that forget what they were told longest ago. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setBounded, setWithin } from "../../../common/values/set-bounded.ts";

test("setBounded() keeps so many of the newest values", () => {
  const map = new Map<string, number>();
  for (const key of ["a", "b", "a", "c"]) {
    setBounded(map, key, 1, 2);
  }
  assert.deepEqual([...map.keys()], ["a", "c"]);
});

test("setWithin() keeps as many of the newest values as weigh no more than the limit", () => {
  const map = new Map<string, number>();
  const set = (key: string, value: number): readonly string[] => {
    setWithin(map, key, value, 10, (weight) => weight);
    return [...map.keys()];
  };
  set("a", 4);
  assert.deepEqual(set("b", 6), ["a", "b"]);
  // One that is set again is the newest, and what it weighed before does not count.
  assert.deepEqual(set("a", 3), ["b", "a"]);
  assert.deepEqual(set("c", 3), ["a", "c"]);
  // What is older than one that had to go goes too.
  assert.deepEqual(set("d", 8), ["d"]);
  assert.deepEqual(set("e", 2), ["d", "e"]);
  assert.deepEqual(set("large", 11), ["large"]);
});
