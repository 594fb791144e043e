/** Whom the stack commands ask. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { isUnwatched, mayAsk } from "../../../cli/stack/may-ask.ts";

const PERSON = { environment: {}, stdin: { isTTY: true }, stdout: { isTTY: true } };
const options = { stack: "dev" };

test("mayAsk() is true for a person at a terminal who has not answered yet", () => {
  assert.equal(mayAsk(options, PERSON), true);
  assert.equal(mayAsk({ ...options, yes: true }, PERSON), false);
  assert.equal(mayAsk({ ...options, skipPreview: true }, PERSON), false);
});

test("mayAsk() is false where input or output is no terminal", () => {
  assert.equal(mayAsk(options, { ...PERSON, stdin: {} }), false);
  assert.equal(mayAsk(options, { ...PERSON, stdout: {} }), false);
});

for (const [value, asks] of [
  ["true", false],
  ["1", false],
  ["woodpecker", false],
  ["", true],
  ["false", true],
  ["False", true],
] as const) {
  test(`mayAsk() is ${asks} at a terminal with CI="${value}"`, () => {
    assert.equal(mayAsk(options, { ...PERSON, environment: { CI: value } }), asks);
  });
}

test("isUnwatched() is true in CI and with --non-interactive, whatever the terminal", () => {
  assert.equal(isUnwatched({}, { CI: "true" }), true);
  assert.equal(isUnwatched({}, { CI: "false" }), false);
  assert.equal(isUnwatched({ nonInteractive: true }, {}), true);
});
