/** Ids in the form of YTsaurus. */
import assert from "node:assert/strict";
import test from "node:test";
import { createGuid } from "../../../common/values/guid.ts";

test("createGuid() gives four groups of hex digits without leading zeros", () => {
  for (let count = 0; count < 1000; count++) {
    assert.match(createGuid(), /^(?:0|[1-9a-f][0-9a-f]{0,7})(?:-(?:0|[1-9a-f][0-9a-f]{0,7})){3}$/);
  }
});

test("createGuid() gives another id each time", () => {
  assert.equal(new Set(Array.from({ length: 1000 }, createGuid)).size, 1000);
});
