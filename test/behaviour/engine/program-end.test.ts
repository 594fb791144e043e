/** How the end of a program's process is waited for and judged, however long it takes. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { StackOperationOptions } from "../../../engine/index.ts";
import { Fixture, PATIENT } from "./fixture.ts";
import type { Outcome } from "./fixture.ts";

const NOTICE = "Everything is done; waiting for the program to end, press Ctrl-C to end it";

/** Keeps a program running after it has said that it is done, which the SDK does at the second `beforeExit`. */
const NEVER_ENDS = `
let count = 0;
process.on("beforeExit", () => {
  count += 1;
  if (count === 3) setInterval(() => {}, 1000);
});
`;

describe("The end of a program", PATIENT, () => {
  let fixture: Fixture;

  before(async () => {
    fixture = await Fixture.create();
  });
  after(() => fixture.remove());

  /** Starts an update, and waits until it has told that only the program's end is waited for. */
  const startUntilNotice = async (
    signals: Pick<StackOperationOptions, "signal" | "forceSignal">,
  ): Promise<{ readonly running: Promise<Outcome> }> => {
    let text = "";
    const stderr = { write: (chunk: string) => (text += chunk) };
    const running = fixture.run("up", { ...signals, stderr });
    const ended = running.then(() => true);
    while (!text.includes(NOTICE)) {
      assert.equal(await Promise.race([ended, delay(10, false)]), false, text);
    }
    return { running };
  };

  it("an exit handler is left to end, however long it takes", async () => {
    await fixture.program(`
import { writeFileSync } from "node:fs";
new Thing("a", { label: "x" });
process.on("exit", () => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 6000);
  writeFileSync("exited", "");
});
`);
    const { result } = await fixture.run("up");
    assert.deepEqual(result.diagnostics, []);
    assert.equal(result.succeeded, true);
    assert.ok(existsSync(join(fixture.directory, "exited")));
  });

  it("the exit status counts once everything is declared, too, and what was done is saved", async () => {
    await fixture.program(
      `new Thing("a", { label: "y" });\nprocess.on("exit", () => { process.exitCode = 3; });`,
    );
    const { result } = await fixture.run("up");
    assert.deepEqual(
      result.diagnostics.map(({ message }) => message),
      ["The program failed: it exited with status 3"],
    );
    assert.equal(result.succeeded, false);
    assert.equal((await fixture.resource("a"))?.inputs?.["label"], "y");
  });

  it("the exit status counts before that", async () => {
    await fixture.program(`new Thing("a", { label: "y" });\nprocess.exit(3);`);
    const { result } = await fixture.run("up");
    assert.deepEqual(
      result.diagnostics.map(({ message }) => message),
      ["The program failed: it exited with status 3"],
    );
    assert.equal(result.succeeded, false);
    assert.notEqual(await fixture.resource("a"), undefined, "nothing is deleted");
  });

  it("the first request to stop ends a program that does not end by itself", async () => {
    await fixture.program(`new Thing("a", { label: "z" });\n${NEVER_ENDS}`);
    const controller = new AbortController();
    const { running } = await startUntilNotice({ signal: controller.signal });
    controller.abort();
    const { result } = await running;
    assert.equal(result.cancelled, true);
    assert.equal((await fixture.resource("a"))?.inputs?.["label"], "z");
  });

  it("the second request to stop kills a program whose exit handler never ends", async () => {
    await fixture.program(`
new Thing("a", { label: "z" });
process.on("exit", () => {
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
});
`);
    const graceful = new AbortController();
    const forced = new AbortController();
    const { running } = await startUntilNotice({
      signal: graceful.signal,
      forceSignal: forced.signal,
    });
    graceful.abort();
    forced.abort();
    const { result } = await running;
    assert.equal(result.cancelled, true);
  });
});
