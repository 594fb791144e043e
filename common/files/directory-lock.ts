/**
 * One process at a time may use a directory. Node has no file locks that end with their process, so
 * this is built from files `owner.<number>`, of which the highest number counts:
 *
 * - the owner's file names its process, and says "released" once it is done;
 * - who finds the highest one released, or its process dead, takes the next number. `link()` gives
 *   each number to one process only, so of many who see the same dead owner one gets through;
 * - the highest number is never removed, so it never falls back, and a late process cannot take
 *   a number that looks free to it: it looks again afterwards and gives way to a higher one.
 *
 * Removing and recreating one single file would let a slow process remove the fresh lock of
 * another that was quicker to notice the dead owner.
 */
import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { hostname } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { UserError } from "../errors/user-error.ts";
import { writeAtomicallySync } from "./atomic-write.ts";
import { findFileErrorReason } from "./file-error-reason.ts";
import { hasCode, ignoringFileSystemErrors, isSystemError } from "./file-errors.ts";
import {
  createOwnerFile,
  isUnchanged,
  listOwnerNumbers,
  ownerFile,
  parseOwner,
  readOwnerFile,
} from "./owner-file.ts";
import type { Owner } from "./owner-file.ts";
import { isAlive, processSpace, startTimeOf } from "./process-identity.ts";

const RETRY_MS = 50;

/** A file may go between being listed and being read, but then its successor is there. */
const MAX_LOOKS = 10;

/** Who has the directory, by the owner file that counts. */
interface CurrentOwner {
  readonly number: number;
  readonly owner: Owner;
}

/** Settings of {@link lockDirectory}. */
export interface DirectoryLockOptions {
  /** What cannot be done without the lock, for messages: `Cannot <purpose>: <why>`. */
  readonly purpose: string;
  /** How long to wait for a live owner to release the directory, in milliseconds. */
  readonly timeoutMs: number;
  /**
   * The message when a live owner keeps it, from its process in words.
   *
   * @default says the purpose and that the process uses the directory
   */
  readonly inUse?: (owner: string) => string;
}

/** A directory that is ours until it is released, or until this process ends. */
export interface DirectoryLock {
  /** Whether it is still ours: somebody may have removed the directory, or the owner file by mistake. */
  isHeld(): boolean;
  /** Says in the owner file where this process can be reached; see {@link findAnnounced}. */
  announce(address: string): void;
  /** Lets another process have the directory. */
  release(): void;
  /** The same, and removes what the lock has written, if nobody had the directory before. */
  withdraw(): void;
}

/** A live process has the directory, and has not released it in time. */
export class DirectoryInUseError extends UserError {
  override readonly name = "DirectoryInUseError";
}

/**
 * Takes a directory for this process.
 *
 * @throws {DirectoryInUseError} when a live process still has it after the timeout
 * @throws {UserError} when the directory is not there, the system refuses to read or write in it, or
 * its owner file does not name a process
 */
export async function lockDirectory(
  directory: string,
  options: DirectoryLockOptions,
): Promise<DirectoryLock> {
  try {
    return await waitForLock(directory, options);
  } catch (error) {
    if (!isSystemError(error)) {
      throw error;
    }
    const reason = hasCode(error, "ENOENT") ? `"${directory}" is not there` : undefined;
    throw new UserError(
      `Cannot ${options.purpose}: ${reason ?? findFileErrorReason(error) ?? error.message}`,
    );
  }
}

/**
 * Where the process that has a directory says that it can be reached.
 *
 * @returns undefined when it says nothing, or nobody on this machine has the directory
 */
export function findAnnounced(directory: string): string | undefined {
  return ignoringFileSystemErrors(() => {
    const number = Math.max(0, ...listOwnerNumbers(directory));
    const text = number === 0 ? undefined : readOwnerFile(ownerFile(directory, number));
    const owner = text === undefined ? undefined : parseOwner(text);
    return owner !== undefined && isNeighbour(owner) && isHeld(owner) ? owner.address : undefined;
  });
}

async function waitForLock(
  directory: string,
  options: DirectoryLockOptions,
): Promise<DirectoryLock> {
  const {
    purpose,
    timeoutMs,
    inUse = (owner: string) => `Cannot ${purpose}: process ${owner} uses it`,
  } = options;
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const current = findOwner(directory, purpose);
    if (current === undefined || !isHeld(current.owner)) {
      const lock = tryTake(directory, (current?.number ?? 0) + 1);
      if (lock !== undefined) {
        return lock;
      }
    } else if (Date.now() >= deadline) {
      throw new DirectoryInUseError(inUse(describeOwner(directory, current)));
    }
    await delay(RETRY_MS);
  }
}

function describeOwner(directory: string, { number, owner }: CurrentOwner): string {
  if (isNeighbour(owner)) {
    return String(owner.pid);
  }
  const file = ownerFile(directory, number);
  return `${owner.pid} on "${owner.host}" (if that is gone, remove "${file}")`;
}

function tryTake(directory: string, number: number): DirectoryLock | undefined {
  const file = ownerFile(directory, number);
  const owner: Owner = {
    pid: process.pid,
    host: hostname(),
    space: processSpace(),
    started: startTimeOf(process.pid),
    released: false,
    address: undefined,
  };
  // The id tells this lock from a later one of the same process.
  const id = randomUUID();
  let text = JSON.stringify({ ...owner, id });
  if (!createOwnerFile(directory, file, text)) {
    return undefined;
  }
  const numbers = listOwnerNumbers(directory);
  if (numbers.some((other) => other > number)) {
    rmSync(file, { force: true });
    return undefined;
  }
  // A directory with the sticky bit keeps the files of other users, which do no harm.
  ignoringFileSystemErrors(() => {
    for (const old of numbers) {
      if (old < number) {
        rmSync(ownerFile(directory, old), { force: true });
      }
    }
  });
  const announce = (address: string) => {
    if (isUnchanged(file, text)) {
      const announced = JSON.stringify({ ...owner, address, id });
      writeAtomicallySync(file, [announced], { mode: 0o666 });
      text = announced;
    }
  };
  const release = () => {
    if (isUnchanged(file, text)) {
      const released = JSON.stringify({ ...owner, released: true });
      writeAtomicallySync(file, [released], { mode: 0o666 });
    }
  };
  const remove = () => {
    if (isUnchanged(file, text)) {
      rmSync(file);
    }
  };
  return {
    isHeld: () => ignoringFileSystemErrors(() => isUnchanged(file, text)) === true,
    // Where that cannot be written, nobody finds it.
    announce: (address) => ignoringFileSystemErrors(() => announce(address)),
    // What a full disk keeps from being released is free when this process ends.
    release: () => ignoringFileSystemErrors(release),
    // Nobody can be about to follow the first number, as it was never released and its process lives.
    withdraw: () => ignoringFileSystemErrors(number === 1 ? remove : release),
  };
}

/** @throws {UserError} when the highest file does not name a process */
function findOwner(directory: string, purpose: string): CurrentOwner | undefined {
  let file = directory;
  for (let looks = 0; looks < MAX_LOOKS; looks += 1) {
    const number = Math.max(0, ...listOwnerNumbers(directory));
    if (number === 0) {
      return undefined;
    }
    file = ownerFile(directory, number);
    const text = readOwnerFile(file);
    if (text === undefined) {
      continue;
    }
    const owner = parseOwner(text);
    if (owner === undefined) {
      break;
    }
    return { number, owner };
  }
  throw new UserError(
    `Cannot ${purpose}: "${file}" does not say which process uses it; remove that file if none does`,
  );
}

function isHeld(owner: Owner): boolean {
  if (owner.released) {
    return false;
  }
  return !isNeighbour(owner) || isAlive(owner);
}

/** Whether its process can be looked at from here: it may be on another machine, or in another container. */
function isNeighbour({ host, space }: Owner): boolean {
  return host === hostname() && (space === undefined || space === processSpace());
}
