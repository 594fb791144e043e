/**
 * Ctrl-C and its like, for commands that have something to finish or to end first: the first signal
 * asks them to stop, one more to kill what runs.
 */
import type { EventEmitter } from "node:events";
import { ExitStatus, signalStatus } from "./exit-status.ts";

/** The signals that ask a process to end: from a terminal, from a supervisor, a terminal gone. */
const SIGNALS: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];

/**
 * One press of Ctrl-C can arrive twice: from the terminal, and passed on by npm, which ran the
 * script. Whatever comes within this time of the first signal, in milliseconds, is the same press.
 */
const SAME_PRESS_MS = 300;

/** Where signals and the time come from; other than the process's own in tests. */
export interface InterruptSource {
  readonly emitter: Pick<EventEmitter, "on" | "off">;
  /** Milliseconds from any start. */
  readonly now: () => number;
}

/** Receives the signals of this process. */
export class Interrupts implements Disposable {
  readonly #source: InterruptSource;
  readonly #onFirst: (signal: NodeJS.Signals) => void;
  readonly #onSignal = (signal: NodeJS.Signals): void => this.#receive(signal);
  readonly #stop = new AbortController();
  readonly #kill = new AbortController();
  #first: { readonly signal: NodeJS.Signals; readonly time: number } | undefined;
  #target: ((signal: NodeJS.Signals) => void) | undefined;

  /** @param onFirst tells the user what the first signal does */
  constructor(
    onFirst: (signal: NodeJS.Signals) => void,
    source: InterruptSource = { emitter: process, now: () => performance.now() },
  ) {
    this.#onFirst = onFirst;
    this.#source = source;
  }

  /** From now on these signals do not end this process. */
  listen(signals: readonly NodeJS.Signals[] = SIGNALS): void {
    for (const signal of signals) {
      this.#source.emitter.on(signal, this.#onSignal);
    }
  }

  /** Gives signals their usual meaning back. */
  [Symbol.dispose](): void {
    for (const signal of SIGNALS) {
      this.#source.emitter.off(signal, this.#onSignal);
    }
  }

  /** Aborted by the first signal. */
  get stopRequest(): AbortSignal {
    return this.#stop.signal;
  }

  /** Aborted by a later one. */
  get killRequest(): AbortSignal {
    return this.#kill.signal;
  }

  /** The first signal, if one came. */
  get received(): NodeJS.Signals | undefined {
    return this.#first?.signal;
  }

  /** @throws {ExitStatus} when a signal came */
  assertNone(): void {
    if (this.received !== undefined) {
      throw new ExitStatus(signalStatus(this.received));
    }
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
    const time = this.#source.now();
    if (this.#first === undefined) {
      this.#first = { signal, time };
      this.#onFirst(signal);
      this.#target?.(signal);
      this.#stop.abort();
    } else if (time - this.#first.time > SAME_PRESS_MS) {
      this.#target?.("SIGKILL");
      this.#kill.abort();
    }
  }
}
