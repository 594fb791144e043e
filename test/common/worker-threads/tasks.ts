/** Tasks for the tests of worker threads. */
import { threadId } from "node:worker_threads";
import type { ThreadTask } from "../../../common/worker-threads/task.ts";

/** Gives back its input, and the thread that it ran on. */
export function echo(value: number): { readonly value: number; readonly thread: number } {
  return { value, thread: threadId };
}

/** Throws, as a mistake in a task would. */
export function refuse(message: string): never {
  throw new RangeError(message);
}

/** Gives bytes, which are handed over. */
export function makeBytes(length: number): { readonly bytes: Uint8Array; readonly note: string } {
  return { bytes: new Uint8Array(length).fill(7), note: "made" };
}

/** Ends its thread without an error. */
export function exitWith(code: number): never {
  return process.exit(code);
}

/** Returns, and has its thread fail when the flag is set. */
export function failWhenSet(flag: Int32Array): void {
  setInterval(() => {
    if (Atomics.load(flag, 0) === 1) {
      throw new RangeError("set");
    }
  }, 1);
}

/** Returns what cannot be sent to another thread. */
export function makeFunction(): unknown {
  return echo;
}

/** A function of this module as a task. */
export function taskOf<Input, Outcome>(run: (input: Input) => Outcome): ThreadTask<Input, Outcome> {
  return { module: import.meta.url, run };
}
