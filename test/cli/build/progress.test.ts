/** The line that tells how far a build is: drawn over on a terminal, every few seconds elsewhere, and none for short ones. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { BuildProgress } from "../../../cli/build/progress.ts";

interface Told {
  readonly progress: BuildProgress;
  readonly written: string[];
  /** Lets time pass. */
  readonly pass: (durationMs: number) => void;
}

function tell(t: TestContext, isWatched: boolean): Told {
  t.mock.timers.enable({ apis: ["setInterval"] });
  let nowMs = 0;
  const written: string[] = [];
  const stream = {
    isTTY: isWatched,
    columns: 100,
    write: (text: string): number => written.push(text),
  };
  const pass = (durationMs: number): void => {
    for (let passed = 0; passed < durationMs; passed += 250) {
      nowMs += 250;
      t.mock.timers.tick(250);
    }
  };
  return { progress: new BuildProgress({ stream, isWatched, now: () => nowMs }), written, pass };
}

test("BuildProgress says a line after a second and then every five, with percent, speed and time left", async (t) => {
  const { progress, written, pass } = tell(t, false);
  await progress.during("Packing", async () => {
    await progress.during("Packing", async () => {
      progress.expect(100 << 20);
      pass(750);
      progress.did(25 << 20);
      pass(500);
    });
    pass(3750);
    progress.did(50 << 20);
    pass(1000);
  });
  pass(20_000);
  assert.deepEqual(written, [
    "Packing 25 %, 25.0 MiB/s, 3 s left (25.0 MiB of 100.0 MiB)\n",
    "Packing 75 %, 12.5 MiB/s, 2 s left (75.0 MiB of 100.0 MiB)\n",
  ]);
});

test("BuildProgress draws the line over on a terminal, and removes it when all is done", async (t) => {
  const { progress, written, pass } = tell(t, true);
  await progress.during("Packing", async () => {
    progress.expect(40 << 20);
    pass(1000);
    progress.did(45 << 20);
    pass(250);
  });
  assert.deepEqual(written, [
    "Packing 0 % (0 B of 40.0 MiB)",
    "\r\u001b[K",
    "Packing 100 % (40.0 MiB of 40.0 MiB)",
    "\r\u001b[K",
  ]);
});

test("BuildProgress says nothing of what is short, small, or has failed", async (t) => {
  for (const [sizeBytes, durationMs] of [
    [1 << 30, 750],
    [1 << 20, 60_000],
  ] as const) {
    const { progress, written, pass } = tell(t, false);
    await progress.during("Packing", async () => {
      progress.expect(sizeBytes);
      pass(durationMs);
    });
    await assert.rejects(
      progress.during("Writing", () => Promise.reject(new Error("no"))),
      { message: "no" },
    );
    pass(10_000);
    assert.deepEqual(written, []);
    t.mock.timers.reset();
  }
});
