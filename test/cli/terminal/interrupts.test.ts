/** Ctrl-C: what the first signal does, what a later one does, and which are one press. */
import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { test } from "node:test";
import { ExitStatus } from "../../../cli/terminal/exit-status.ts";
import { Interrupts } from "../../../cli/terminal/interrupts.ts";

/** Signals that come when a test says so, at the time that it says. */
function signalsAt() {
  const emitter = new EventEmitter();
  let time = 1000;
  const shown: string[] = [];
  const interrupts = new Interrupts((signal) => shown.push(signal), { emitter, now: () => time });
  const send = (signal: NodeJS.Signals, afterMs: number): void => {
    time += afterMs;
    emitter.emit(signal, signal);
  };
  return { emitter, interrupts, send, shown };
}

test("Interrupts asks to stop at the first signal, and says so once", () => {
  const { interrupts, send, shown } = signalsAt();
  interrupts.listen();
  interrupts.assertNone();
  assert.equal(interrupts.stopRequest.aborted, false);
  send("SIGTERM", 0);
  send("SIGINT", 10_000);
  assert.deepEqual(shown, ["SIGTERM"]);
  assert.equal(interrupts.stopRequest.aborted, true);
  assert.equal(interrupts.received, "SIGTERM");
  assert.throws(
    () => interrupts.assertNone(),
    (error) => error instanceof ExitStatus && error.status === 143,
  );
});

test("Interrupts takes what comes soon after the first signal for the same press", () => {
  const { interrupts, send } = signalsAt();
  interrupts.listen();
  send("SIGINT", 0);
  // From the terminal, and passed on by npm.
  send("SIGINT", 1);
  send("SIGINT", 200);
  assert.equal(interrupts.killRequest.aborted, false);
  send("SIGINT", 300);
  assert.equal(interrupts.killRequest.aborted, true);
});

test("passTo() passes the first signal on as it is and a later press as SIGKILL", async () => {
  const { interrupts, send } = signalsAt();
  interrupts.listen();
  const passed: NodeJS.Signals[] = [];
  const work = Promise.withResolvers<string>();
  const result = interrupts.passTo((signal) => passed.push(signal), work.promise);
  send("SIGHUP", 0);
  send("SIGHUP", 5);
  assert.deepEqual(passed, ["SIGHUP"]);
  send("SIGINT", 500);
  assert.deepEqual(passed, ["SIGHUP", "SIGKILL"]);
  work.resolve("done");
  assert.equal(await result, "done");
  send("SIGINT", 10_000);
  assert.deepEqual(passed, ["SIGHUP", "SIGKILL"]);
});

test("Interrupts leaves signals alone before it listens, after it is disposed of, and those not listed", () => {
  const { emitter, interrupts } = signalsAt();
  const counts = () =>
    ["SIGINT", "SIGTERM", "SIGHUP"].map((signal) => emitter.listenerCount(signal));
  assert.deepEqual(counts(), [0, 0, 0]);
  interrupts.listen(["SIGINT", "SIGTERM"]);
  assert.deepEqual(counts(), [1, 1, 0]);
  interrupts[Symbol.dispose]();
  assert.deepEqual(counts(), [0, 0, 0]);
});
