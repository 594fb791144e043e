/** Sends signals to an engine in the middle of a step, and lets the step go on then. */
import { existsSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Fixture } from "../../behaviour/engine/fixture.ts";
import type { RunAction } from "./scenario.ts";

/** How long two signals must be apart to be two presses of Ctrl-C, milliseconds. */
const APART_MS = 400;

/** How long a step may take to begin, and an engine to say that it stops, milliseconds; many times what it takes under load. */
const LONGEST_WAIT_MS = 300_000;

/** A command under way. */
export interface RunningEngine {
  readonly ended: Promise<unknown>;
  /** All that it has printed so far. */
  text(): string;
  signal(name: NodeJS.Signals): void;
}

/** What engines say when the first signal has come. */
const RECEIVED = /(?:\^C|SIGTERM) received|Stopping/;

/**
 * Waits until the provider hangs, sends the signals of the action, and lets the provider go on.
 *
 * @throws {Error} when the command has ended before that, or nothing of it happens
 */
export async function interrupt(
  project: Fixture,
  { interrupt: signals = [] }: RunAction,
  engine: RunningEngine,
): Promise<void> {
  if (signals.length === 0) {
    return;
  }
  const inProject = (name: string): string => path.join(project.directory, name);
  await until(engine, "the provider hangs", () => existsSync(inProject("hanging.pid")));
  for (const [index, signal] of signals.entries()) {
    if (index > 0) {
      await delay(APART_MS);
    }
    engine.signal(signal);
    if (index === 0 && signal !== "SIGKILL") {
      await until(engine, `${signal} is received`, () => RECEIVED.test(engine.text()));
    }
  }
  if (signals.length > 1 || signals[0] === "SIGKILL") {
    await engine.ended;
    // The provider may have outlived its engine. It must not do later what the scenario does not expect.
    await endProvider(inProject("hanging.pid"));
  } else {
    await project.write({ "go-on": "" });
    await engine.ended;
  }
  await rm(inProject("go-on"), { force: true });
  await rm(inProject("hanging.pid"), { force: true });
}

async function until(engine: RunningEngine, what: string, condition: () => boolean): Promise<void> {
  const begin = Date.now();
  const ended = engine.ended.then(() => true);
  while (!condition()) {
    if (await Promise.race([ended, delay(10, false)])) {
      throw new Error(`The command ended before it was interrupted:\n${engine.text()}`);
    }
    if (Date.now() - begin > LONGEST_WAIT_MS) {
      const seconds = LONGEST_WAIT_MS / 1000;
      throw new Error(`Waited ${seconds} s until ${what}, in vain:\n${engine.text()}`);
    }
  }
}

async function endProvider(file: string): Promise<void> {
  const pid = Number(await readFile(file, "utf8"));
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended with its engine.
  }
}
