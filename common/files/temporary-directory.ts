/** Directories for what is needed for a moment, gone afterwards, also when the process is asked to end. */
import { mkdtempSync, rmSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import path from "node:path";
import { findFileErrorReason } from "./file-error-reason.ts";
import { ignoringFileSystemErrors, isSystemError } from "./file-errors.ts";
import { UserError } from "../errors/user-error.ts";

/** What asks a process to end, and ends it without a word where nobody listens. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Those that are there now. */
const directories = new Set<string>();

/** A directory that is removed at the end of a `using` block. */
export interface TemporaryDirectory extends Disposable {
  /** Absolute path. */
  readonly path: string;
}

/**
 * Makes a directory that only this user may look into, in the system's folder for such (`TMPDIR`).
 *
 * @param purpose what cannot be done without it, for the message: `build "daily"`
 * @throws {UserError} when none can be made
 */
export function makeTemporaryDirectory(purpose: string): TemporaryDirectory {
  let directory: string;
  try {
    directory = mkdtempSync(path.join(tmpdir(), "ytcode-"));
  } catch (error) {
    if (!isSystemError(error)) {
      throw error;
    }
    throw new UserError(
      `Cannot ${purpose} as no temporary folder can be made in "${tmpdir()}": ` +
        `${findFileErrorReason(error) ?? error.message}; set TMPDIR to a folder that can be written`,
    );
  }
  if (directories.size === 0) {
    process.on("exit", removeAll);
    for (const signal of SIGNALS.filter((name) => process.listenerCount(name) === 0)) {
      process.on(signal, endAtSignal);
    }
  }
  directories.add(directory);
  return { path: directory, [Symbol.dispose]: () => remove(directory) };
}

function remove(directory: string): void {
  directories.delete(directory);
  // Threads may still be writing.
  ignoringFileSystemErrors(() =>
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 }),
  );
  if (directories.size === 0) {
    process.off("exit", removeAll);
    for (const signal of SIGNALS) {
      process.off(signal, endAtSignal);
    }
  }
}

function removeAll(): void {
  for (const directory of directories) {
    remove(directory);
  }
}

/** Does what the signal does by itself, apart from exit handlers; whoever else listens has their way. */
function endAtSignal(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) === 1) {
    process.exit(128 + constants.signals[signal]);
  }
}
