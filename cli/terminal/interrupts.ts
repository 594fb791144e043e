/**
 * What Ctrl-C and its like mean to a development run: the first signal is passed on to what runs,
 * which is waited for; one more kills it.
 */
import { constants } from "node:os";
import { ExitStatus } from "./exit-status.ts";

/** The signals that ask a process to end: from a terminal, from a supervisor, a terminal gone. */
const SIGNALS: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];

/**
 * One press of Ctrl-C can arrive twice: from the terminal, and passed on by npm. What comes so
 * soon, in milliseconds, is no second wish.
 */
const SAME_PRESS_MS = 300;

/** The exit status of a process that a signal ended, as shells tell it. */
export function signalStatus(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}

/** Catches signals, once it listens, until the process ends, which a run is the last thing to do in. */
export class Interrupts {
  readonly #aborter = new AbortController();
  readonly #onSignal = (signal: NodeJS.Signals): void => this.#receive(signal);
  readonly #say: (message: string) => void;
  #received: { readonly signal: NodeJS.Signals; readonly time: number } | undefined;
  #target: ((signal: NodeJS.Signals) => void) | undefined;

  /** @param say tells the user what the first signal did */
  constructor(say: (message: string) => void) {
    this.#say = say;
  }

  /** From now on signals are caught. */
  listen(): void {
    for (const signal of SIGNALS) process.on(signal, this.#onSignal);
  }

  /** Aborted by the first signal. */
  get signal(): AbortSignal {
    return this.#aborter.signal;
  }

  /** The first signal, if one came. */
  get received(): NodeJS.Signals | undefined {
    return this.#received?.signal;
  }

  /** @throws {ExitStatus} when a signal came */
  assertNone(): void {
    if (this.received !== undefined) throw new ExitStatus(signalStatus(this.received));
  }

  /** Passes signals on while work goes on: the first as it is, a later one as SIGKILL. */
  async passTo<Result>(
    target: (signal: NodeJS.Signals) => void,
    work: Promise<Result>,
  ): Promise<Result> {
    this.#target = target;
    try {
      return await work;
    } finally {
      this.#target = undefined;
    }
  }

  #receive(signal: NodeJS.Signals): void {
    if (this.#received === undefined) {
      this.#received = { signal, time: performance.now() };
      this.#say(`Stopping (${signal}); once more kills what runs`);
      this.#target?.(signal);
      this.#aborter.abort();
    } else if (performance.now() - this.#received.time > SAME_PRESS_MS) {
      this.#target?.("SIGKILL");
    }
  }
}
