/** The text of anything that was thrown. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { messageOf } from "../../../common/errors/message-of.ts";

test("messageOf() gives an error's message, and anything else as text", () => {
  assert.equal(messageOf(new TypeError("no such thing")), "no such thing");
  assert.equal(messageOf("text"), "text");
  assert.equal(messageOf(undefined), "undefined");
});
