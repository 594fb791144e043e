/**
 * The files `owner.<number>` by which processes lock a directory: which there are, what one says, and
 * how one is written so that nobody ever reads half of it. How they make a lock: directory-lock.ts.
 */
import { randomUUID } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { isRecord } from "../values/is-record.ts";
import { hasCode, isMissing } from "./file-errors.ts";
import type { ProcessIdentity } from "./process-identity.ts";

/** Who has a directory, as the file tells it. */
export interface Owner extends ProcessIdentity {
  /** Process ids mean something on one machine only. */
  readonly host: string;
  /** See `processSpace()`; undefined where it is not known, and from earlier releases. */
  readonly space: string | undefined;
  readonly released: boolean;
  /** Where its process can be reached, when it has said so. */
  readonly address: string | undefined;
}

/** The numbers of the owner files: without leading zeros, and small enough to count on from. */
export function listOwnerNumbers(directory: string): number[] {
  return fs.readdirSync(directory).flatMap((name) => {
    const number = /^owner\.([1-9][0-9]{0,14})$/.exec(name)?.[1];
    return number === undefined ? [] : [Number(number)];
  });
}

/** The owner file of a number. */
export function ownerFile(directory: string, number: number): string {
  return path.join(directory, `owner.${number}`);
}

/** Makes the file with its content in one step. @returns false when it exists already */
export function createOwnerFile(directory: string, file: string, text: string): boolean {
  const temporary = path.join(directory, `.owner-${randomUUID()}`);
  try {
    fs.writeFileSync(temporary, text);
    fs.linkSync(temporary, file);
    return true;
  } catch (error) {
    if (hasCode(error, "EEXIST")) {
      return false;
    }
    throw error;
  } finally {
    fs.rmSync(temporary, { force: true });
  }
}

/** Whether the file is still as it was written: the directory may have been removed, and made anew. */
export function isUnchanged(file: string, text: string): boolean {
  return fs.readFileSync(file, "utf8") === text;
}

/** Undefined when it is not there: its successor has cleared it away. */
export function readOwnerFile(file: string): string | undefined {
  try {
    return fs.readFileSync(file, "utf8");
  } catch (error) {
    if (isMissing(error)) {
      return undefined;
    }
    // A directory has no text, so it names no process.
    if (hasCode(error, "EISDIR")) {
      return "";
    }
    throw error;
  }
}

/** Undefined for a text that names no process, as a crash of the machine may leave. */
export function parseOwner(text: string): Owner | undefined {
  const parsed = parseJson(text);
  if (!isRecord(parsed)) {
    return undefined;
  }
  const { pid, host, space, started, released, address } = parsed;
  // Process 0 would mean every process of the group.
  if (typeof pid !== "number" || !Number.isInteger(pid) || pid <= 0) {
    return undefined;
  }
  if (typeof host !== "string") {
    return undefined;
  }
  return {
    pid,
    host,
    space: typeof space === "string" ? space : undefined,
    started: typeof started === "string" ? started : undefined,
    released: released === true,
    address: typeof address === "string" ? address : undefined,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) {
      return undefined;
    }
    throw error;
  }
}
