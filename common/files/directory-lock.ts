/**
 * One process at a time may use a data directory. Node has no file locks that end with their
 * process, so this is built from files `owner.<number>`, of which the highest number counts:
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
import * as fs from "node:fs";
import { hostname } from "node:os";
import * as path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { UserError } from "../errors/user-error.ts";
import { isAlive, type ProcessIdentity, startTimeOf } from "./process-identity.ts";

const RETRY_MS = 50;

/** Who has a directory, as the file tells it. */
interface Owner extends ProcessIdentity {
  /** Process ids mean something on one machine only. */
  readonly host: string;
  readonly released: boolean;
}

/** A directory that is ours until it is released, or until this process dies. */
export interface DirectoryLock {
  release(): void;
}

/**
 * Takes a data directory for this process.
 *
 * @param timeoutMs how long to wait for a live owner to let go
 * @param refusal the message when it does not, from the directory and the process in words
 * @throws {UserError} when a live process still has it then
 */
export async function lockDirectory(
  directory: string,
  timeoutMs: number,
  refusal: (directory: string, owner: string) => string = dataDirectoryRefusal,
): Promise<DirectoryLock> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const current = findOwner(directory);
    if (current === undefined || !isHeld(current.owner)) {
      const lock = tryTake(directory, (current?.number ?? 0) + 1);
      if (lock !== undefined) return lock;
    } else if (Date.now() >= deadline) {
      const file = path.join(directory, fileName(current.number));
      throw new UserError(refusal(directory, describeOwner(current.owner, file)));
    }
    await delay(RETRY_MS);
  }
}

function dataDirectoryRefusal(directory: string, owner: string): string {
  return (
    `Cannot use the data directory of the local cluster as another process has it: ` +
    `directory is "${directory}", process is ${owner}`
  );
}

function describeOwner({ pid, host }: Owner, file: string): string {
  return host === hostname()
    ? String(pid)
    : `${pid} on "${host}" (if that is gone, remove "${file}")`;
}

function tryTake(directory: string, number: number): DirectoryLock | undefined {
  const file = path.join(directory, fileName(number));
  const owner: Owner = {
    pid: process.pid,
    host: hostname(),
    started: startTimeOf(process.pid),
    released: false,
  };
  if (!linkNew(directory, file, owner)) return undefined;
  const numbers = listNumbers(directory);
  if (numbers.some((other) => other > number)) {
    fs.rmSync(file);
    return undefined;
  }
  for (const old of numbers) {
    if (old < number) fs.rmSync(path.join(directory, fileName(old)), { force: true });
  }
  return { release: () => replace(directory, file, { ...owner, released: true }) };
}

/** Makes the file with its content in one step. @returns false when it exists already */
function linkNew(directory: string, file: string, owner: Owner): boolean {
  const temporary = writeTemporary(directory, owner);
  try {
    fs.linkSync(temporary, file);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  } finally {
    fs.rmSync(temporary);
  }
}

function replace(directory: string, file: string, owner: Owner): void {
  // Somebody may have removed the data of a running cluster: then there is nothing to give back.
  if (!fs.existsSync(file)) return;
  fs.renameSync(writeTemporary(directory, owner), file);
}

function writeTemporary(directory: string, owner: Owner): string {
  const temporary = path.join(directory, `.owner-${randomUUID()}`);
  fs.writeFileSync(temporary, JSON.stringify(owner));
  return temporary;
}

function findOwner(directory: string): { number: number; owner: Owner } | undefined {
  const number = Math.max(...listNumbers(directory));
  if (!Number.isFinite(number)) return undefined;
  try {
    const text = fs.readFileSync(path.join(directory, fileName(number)), "utf8");
    return { number, owner: parseOwner(text) };
  } catch (error) {
    // Cleared away by the owner of a higher number: look again.
    if (error instanceof Error && "code" in error && error.code === "ENOENT") {
      return findOwner(directory);
    }
    throw error;
  }
}

function parseOwner(text: string): Owner {
  const parsed: unknown = JSON.parse(text);
  const fields = new Map(
    Object.entries(typeof parsed === "object" && parsed !== null ? parsed : {}),
  );
  return {
    pid: Number(fields.get("pid")),
    host: String(fields.get("host")),
    started: fields.has("started") ? String(fields.get("started")) : undefined,
    released: fields.get("released") === true,
  };
}

function isHeld(owner: Owner): boolean {
  if (owner.released) return false;
  return owner.host !== hostname() || isAlive(owner);
}

function listNumbers(directory: string): number[] {
  return fs.readdirSync(directory).flatMap((name) => {
    const number = /^owner\.([0-9]+)$/.exec(name)?.[1];
    return number === undefined ? [] : [Number(number)];
  });
}

function fileName(number: number): string {
  return `owner.${number}`;
}
