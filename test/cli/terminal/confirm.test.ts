/** Questions before something is changed: only a yes is a yes. */
import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { confirm } from "../../../cli/terminal/confirm.ts";

for (const [typed, answer] of [
  ["yes\n", "yes"],
  ["Y\n", "yes"],
  [" y \n", "yes"],
  ["no\n", "no"],
  ["yesterday\n", "no"],
  ["\n", "no"],
  ["details\n", "details"],
  ["D\n", "details"],
] as const) {
  test(`confirm() takes ${JSON.stringify(typed)} for ${answer}`, async () => {
    const { asked, input, output } = ask();
    input.write(typed);
    assert.equal(await asked, answer);
    assert.equal(String(output.read()), "Perform this update? ");
  });
}

for (const [what, key, answer] of [
  ["Ctrl-C", "\u0003", "interrupted"],
  ["Ctrl-D", "\u0004", "no"],
] as const) {
  test(`confirm() takes ${what} on a terminal for ${answer}, and ends the line`, async () => {
    const { asked, input, output } = ask({ isTerminal: true });
    input.write(key);
    assert.equal(await asked, answer);
    assert.match(String(output.read()), /Perform this update\? .*\n$/);
  });
}

test("confirm() takes the end of the input for no", async () => {
  const { asked, input } = ask();
  input.end();
  assert.equal(await asked, "no");
});

test("confirm() takes the question back when it is told to, also beforehand", async () => {
  const controller = new AbortController();
  const { asked } = ask({ signal: controller.signal });
  controller.abort();
  assert.equal(await asked, "interrupted");
  assert.equal(await ask({ signal: controller.signal }).asked, "interrupted");
});

function ask({ isTerminal = false, signal = new AbortController().signal } = {}) {
  const input = new PassThrough();
  const output = Object.assign(new PassThrough(), isTerminal ? { isTTY: true } : {});
  return { asked: confirm("Perform this update? ", { input, output, signal }), input, output };
}
