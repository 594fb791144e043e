/** What worker threads do: data in, data out, so that it can pass between threads. */
import type { CopyTask, CopyOutcome } from "./copy-files.ts";
import type { PackTask, PackOutcome } from "../segments/pack-segment.ts";

/** Hash files. */
export interface HashTask {
  readonly type: "hash";
  readonly files: readonly string[];
}

/** What came of one file: its digest in hex and size, or the file system's error. */
export type HashOutcome =
  | { readonly type: "hashed"; readonly sha256: string; readonly sizeBytes: number }
  | { readonly type: "failed"; readonly error: SystemFailure };

/** An error of the file system as data. */
export interface SystemFailure {
  /** Like `ENOSPC`. */
  readonly code: string;
  readonly message: string;
}

/** Any task. */
export type Task = HashTask | PackTask | CopyTask;

/** The outcome of a task of type `T`. */
export type OutcomeOf<T extends Task> = T extends HashTask
  ? readonly HashOutcome[]
  : T extends PackTask
    ? PackOutcome
    : T extends CopyTask
      ? CopyOutcome
      : never;
