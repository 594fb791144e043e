/** Maps that forget what they were told longest ago. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setBounded } from "../../../common/values/set-bounded.ts";

test("setBounded() keeps so many of the newest values", () => {
  const map = new Map<string, number>();
  for (const key of ["a", "b", "a", "c"]) {
    setBounded(map, key, 1, 2);
  }
  assert.deepEqual([...map.keys()], ["a", "c"]);
});
