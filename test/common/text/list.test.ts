/** Lists in messages. */
import assert from "node:assert/strict";
import test from "node:test";
import { listSome } from "../../../common/text/list.ts";

test("listSome() writes all items when they are few", () => {
  assert.equal(listSome(['"a"', '"b"'], 2), '"a", "b"');
});

test("listSome() counts the items that it does not write", () => {
  assert.equal(listSome(["a", "b", "c", "d"], 2), "a, b and 2 more");
});
