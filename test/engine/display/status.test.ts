/** How a display tells how far something is: lines that come and go on a terminal, and plain ones elsewhere. */
import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { OperationDisplay } from "../../../engine/display/operation-display.ts";
import { SecretMask } from "../../../engine/display/secret-mask.ts";

const urnOf = (name: string): string => `urn:pulumi:dev::shop::test:index:Thing::${name}`;

function displayOn(
  isTTY: boolean,
  { suppressProgress = false, plainProgress = false, showReads = false } = {},
) {
  const written: string[] = [];
  const output = { isTTY, columns: 80, write: (text: string) => written.push(text) };
  const mask = new SecretMask();
  mask.learn({ "4dabf18193072939515e22adb298388d": "x" });
  const display = new OperationDisplay({
    operation: "up",
    identity: { project: "shop", stack: "dev" },
    output,
    errorOutput: output,
    colored: isTTY,
    diff: false,
    showSames: false,
    showReads,
    suppressOutputs: false,
    showSecrets: false,
    suppressProgress,
    plainProgress,
    shown: (text) => text,
    mask,
    now: () => 5000,
  });
  const start = (name: string) => {
    const urn = urnOf(name);
    const step = { operation: "create", urn, before: undefined, after: undefined } as const;
    display.listen({ type: "step-started", step });
    return () => display.listen({ type: "step-finished", step });
  };
  return { display, written, start };
}

test("OperationDisplay has no row for what is only read, unless reads are to be shown", () => {
  const urn = "urn:pulumi:dev::shop::pulumi:pulumi:StackReference::other";
  const step = { operation: "read", urn, before: undefined, after: undefined } as const;
  for (const showReads of [false, true]) {
    const { display, written } = displayOn(false, { showReads });
    display.listen({ type: "step-started", step });
    display.listen({ type: "step-finished", step });
    display.finish({ counts: new Map(), durationMs: 1000 });
    assert.equal(/StackReference +other +read/.test(written.join("")), showReads);
  }
});

test("OperationDisplay shows on a terminal a line for each resource that tells how far it is, until that is done", (t) => {
  mock.timers.enable({ apis: ["setInterval"] });
  t.after(() => mock.timers.reset());
  const { display, written, start } = displayOn(true);
  const finish = start("a");
  start("b");
  start("c");
  display.status("a: [Upload] 10 %", undefined);
  display.status("a: [Upload] 20 %\nmore", undefined);
  display.status("5 \u001b[31mof\u001b[0m 7\u0007", urnOf("c"));
  display.status("unknown: 1 %", undefined);
  written.length = 0;
  mock.timers.tick(250);
  assert.equal(written.join(""), "a: [Upload] 20 %\n5 of 7\\u{7}\ncreating b (0s)");
  finish();
  written.length = 0;
  mock.timers.tick(250);
  assert.match(written.join(""), /^\r[^a]*5 of 7\\u\{7\}\ncreating b \(0s\)$/);
  written.length = 0;
  display.finish({ counts: new Map(), durationMs: 1000 });
  assert.doesNotMatch(written.join(""), /Upload|5 of 7|message/);
});

test("OperationDisplay prints such lines elsewhere, and where nobody sits at the terminal; they are no messages", () => {
  for (const isTTY of [true, false]) {
    const { display, written, start } = displayOn(isTTY, { plainProgress: isTTY });
    start("a")();
    display.status("a: [Upload] 10 %", undefined);
    assert.equal(written.at(-1), "    a: [Upload] 10 %\n");
    display.finish({ counts: new Map(), durationMs: 1000 });
    assert.equal(written.join("").split("[Upload]").length, 2);
    assert.doesNotMatch(written.join(""), /Diagnostics|message/);
  }
});

test("OperationDisplay prints no such lines where progress is not wanted", () => {
  for (const isTTY of [true, false]) {
    const { display, written } = displayOn(isTTY, { suppressProgress: true, plainProgress: isTTY });
    display.status("a: [Upload] 10 %", undefined);
    assert.doesNotMatch(written.join(""), /Upload/);
  }
});
