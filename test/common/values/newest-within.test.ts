/** A map that holds the newest values. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { NewestWithin } from "../../../common/values/newest-within.ts";

test("NewestWithin holds as many of the newest values as weigh no more than the limit", () => {
  const map = new NewestWithin<string, number>(10, (weight) => weight);
  const keys = ["a", "b", "c", "d", "e", "large"];
  const set = (key: string, value: number): readonly string[] => {
    map.set(key, value);
    return keys.filter((held) => map.get(held) !== undefined);
  };
  set("a", 4);
  assert.deepEqual(set("b", 6), ["a", "b"]);
  // One that is set again is the newest, and what it weighed before does not count.
  assert.deepEqual(set("a", 3), ["a", "b"]);
  assert.deepEqual(set("c", 3), ["a", "c"]);
  // What is older than one that had to go goes too.
  assert.deepEqual(set("d", 8), ["d"]);
  assert.deepEqual(set("e", 2), ["d", "e"]);
  assert.deepEqual(set("large", 11), ["large"]);
  assert.equal(map.get("large"), 11);
  assert.equal(map.get("e"), undefined);
});

test("NewestWithin keeps so many of the newest values when all weigh the same", () => {
  const map = new NewestWithin<string, number>(2, () => 1);
  for (const key of ["a", "b", "a", "c"]) {
    map.set(key, 1);
  }
  assert.deepEqual(
    ["a", "b", "c"].filter((held) => map.get(held) !== undefined),
    ["a", "c"],
  );
});

test("NewestWithin weighs each value once, however often it is set", () => {
  let weighed = 0;
  const map = new NewestWithin<string, object>(10, () => {
    weighed += 1;
    return 1;
  });
  const values = [{}, {}, {}];
  for (const value of [...values, ...values]) {
    map.set(String(values.indexOf(value)), value);
  }
  assert.equal(weighed, values.length);
});
