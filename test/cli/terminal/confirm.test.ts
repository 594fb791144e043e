/** Questions before something is changed: only a yes is a yes. */
import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { confirm } from "../../../cli/terminal/confirm.ts";

for (const [typed, isYes] of [
  ["yes\n", true],
  ["Y\n", true],
  [" y \n", true],
  ["no\n", false],
  ["yesterday\n", false],
  ["\n", false],
] as const) {
  test(`confirm() takes ${JSON.stringify(typed)} for ${isYes ? "yes" : "no"}`, async () => {
    const { asked, input, output } = ask();
    input.write(typed);
    assert.equal(await asked, isYes);
    assert.match(String(output.read()), /^Perform this update\? /);
  });
}

for (const [what, key] of [
  ["Ctrl-C", "\u0003"],
  ["Ctrl-D", "\u0004"],
] as const) {
  test(`confirm() takes ${what} on a terminal for no`, async () => {
    const { asked, input } = ask({ isTerminal: true });
    input.write(key);
    assert.equal(await asked, false);
  });
}

test("confirm() takes the end of the input for no", async () => {
  const { asked, input } = ask();
  input.end();
  assert.equal(await asked, false);
});

test("confirm() takes the question back when it is told to", async () => {
  const controller = new AbortController();
  const { asked } = ask({ signal: controller.signal });
  controller.abort();
  assert.equal(await asked, false);
});

function ask({ isTerminal = false, signal = new AbortController().signal } = {}) {
  const input = new PassThrough();
  const output = Object.assign(new PassThrough(), isTerminal ? { isTTY: true } : {});
  return { asked: confirm("Perform this update? ", { input, output, signal }), input, output };
}
