/**
 * The directory that a local cluster keeps its data in: made when it is missing, used by one process
 * at a time, and left as it was found when the cluster cannot be started in it.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import { UserError } from "../../common/errors/user-error.ts";
import { lockDirectory } from "../../common/files/directory-lock.ts";
import type { DirectoryLock } from "../../common/files/directory-lock.ts";
import { findFileErrorReason } from "../../common/files/file-error-reason.ts";
import {
  hasCode,
  ignoringFileSystemErrors,
  isSystemError,
} from "../../common/files/file-errors.ts";
import { makeDirectory, removeEmptyDirectories } from "../../common/files/make-directory.ts";

/** The committed state as it was at one moment, see `journal.ts`. */
export const SNAPSHOT = "snapshot";
/** What has been committed since. */
export const JOURNAL = "journal";
/** The contents of files, see `chunk-store.ts`. */
export const CHUNKS = "chunks";

/** A data directory that belongs to this process until it is released or discarded. */
export class DataDirectory {
  /** Absolute. */
  readonly path: string;
  readonly #lock: DirectoryLock;
  /** The directories that were made for it, the outermost first. */
  readonly #made: readonly string[];
  readonly #hadData: boolean;

  private constructor(directory: string, lock: DirectoryLock, made: readonly string[]) {
    this.path = directory;
    this.#lock = lock;
    this.#made = made;
    this.#hadData = [SNAPSHOT, JOURNAL].some((name) => fs.existsSync(path.join(directory, name)));
  }

  /**
   * Takes a directory for this process.
   *
   * @param lockTimeoutMs how long to wait for another process to release it, in milliseconds
   * @throws {UserError} when it cannot be made or written, or another process uses it
   */
  static async open(given: string, lockTimeoutMs: number): Promise<DataDirectory> {
    const directory = path.resolve(given);
    const made = make(directory);
    try {
      const purpose = purposeOf(directory);
      const inUse = (owner: string) =>
        `Cannot ${purpose}: process ${owner} uses it; wait for it, or end it`;
      const options = { purpose, timeoutMs: lockTimeoutMs, inUse };
      return new DataDirectory(directory, await lockDirectory(directory, options), made);
    } catch (error) {
      removeEmptyDirectories(made);
      throw error;
    }
  }

  /**
   * Call it before each commit: two processes that write one journal damage it.
   *
   * @throws {UserError} when it has been removed, or another process has taken it
   */
  assertHeld(): void {
    if (!this.#lock.isHeld()) {
      throw new UserError(
        `The data directory "${this.path}" of the local cluster was removed, or another process has taken it: stop this one`,
      );
    }
  }

  /** Lets commands that find the directory in use come to this address. */
  announce(address: string): void {
    this.#lock.announce(address);
  }

  /** Lets another process have it. */
  release(): void {
    this.#lock.release();
  }

  /** Releases it after a start that failed, without what that start has put into it. */
  discard(): void {
    if (!this.#hadData) {
      for (const name of [JOURNAL, SNAPSHOT]) {
        ignoringFileSystemErrors(() => fs.rmSync(path.join(this.path, name), { force: true }));
      }
      removeEmptyDirectories([path.join(this.path, CHUNKS)]);
    }
    this.#lock.withdraw();
    removeEmptyDirectories(this.#made);
  }

  /** The error to show for a failed start: one message for what the file system refuses. */
  explain(error: unknown): unknown {
    return isSystemError(error) ? refusal(this.path, error) : error;
  }
}

function purposeOf(directory: string): string {
  return `use "${directory}" as the data directory of the local cluster`;
}

function make(directory: string): readonly string[] {
  try {
    return makeDirectory(directory);
  } catch (error) {
    throw isSystemError(error) ? refusal(directory, error) : error;
  }
}

function refusal(directory: string, error: Error): UserError {
  return new UserError(`Cannot ${purposeOf(directory)}: ${reasonOf(directory, error)}`);
}

function reasonOf(directory: string, error: Error): string {
  const culprit = "path" in error ? String(error.path) : directory;
  if (hasCode(error, "ENOENT")) {
    return `the system does not let "${culprit}" be made`;
  }
  if (hasCode(error, "EEXIST")) {
    return isLink(culprit)
      ? `"${culprit}" is a link to a place that does not exist`
      : `"${culprit}" is not a directory`;
  }
  return findFileErrorReason(error) ?? error.message;
}

function isLink(file: string): boolean {
  return ignoringFileSystemErrors(() => fs.lstatSync(file).isSymbolicLink()) === true;
}
