/** Whether one path lies in another: by components of the paths. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { isInside } from "../../../common/files/is-inside.ts";

test("isInside() goes by components, not by letters", () => {
  const inside = ["/a", "/a/b", "/a/..b", "/a/b/../c"].map((file) => isInside("/a", file));
  assert.deepEqual(inside, [true, true, true, true]);
  const outside = ["/", "/b", "/ab", "/a/..", "/a/../b"].map((file) => isInside("/a", file));
  assert.deepEqual(outside, [false, false, false, false, false]);
});
