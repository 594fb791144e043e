/**
 * Writing files so that a reader finds the old content or the new, never a part of it, also while
 * other processes write the same file.
 *
 * write-file-atomic 8.0.0 was tried: where a disk is full it takes the bytes that still fitted for
 * all of them and puts a file that is cut short in place of the old one, without an error.
 */
import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { hasCode } from "./file-errors.ts";
import { makeDirectory } from "./make-directory.ts";

/** How a file is written. */
export interface AtomicWriteOptions {
  /** The file's mode, of which the umask takes its part. */
  readonly mode: number;
  /** The mode of directories that are missing. @default none is made: the directory must be there */
  readonly directoryMode?: number;
  /** Waits until content and name are on the disk, so that the file survives a power failure. @default false */
  readonly flush?: boolean;
}

/**
 * Writes a file atomically.
 *
 * @param pieces what it holds, one after another
 * @throws {Error} what the file system refuses; the file is as it was then
 */
export function writeAtomicallySync(
  file: string,
  pieces: readonly (string | Uint8Array)[],
  { mode, directoryMode, flush = false }: AtomicWriteOptions,
): void {
  makeDirectoryOf(file, { directoryMode, flush });
  const temporary = temporaryName(file);
  try {
    const descriptor = openSync(temporary, "wx", mode);
    try {
      // On an open file each goes on where the last one ended.
      for (const piece of pieces) {
        writeFileSync(descriptor, piece);
      }
      if (flush) {
        fsyncSync(descriptor);
      }
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  if (flush) {
    flushDirectory(path.dirname(file));
  }
}

/**
 * Writes a file atomically.
 *
 * @throws {Error} what the file system refuses; the file is as it was then
 */
export async function writeAtomically(
  file: string,
  content: string | Uint8Array,
  { mode, directoryMode, flush = false }: AtomicWriteOptions,
): Promise<void> {
  makeDirectoryOf(file, { directoryMode, flush });
  await replaceAtomically(file, (temporary) =>
    writeFile(temporary, content, { flag: "wx", mode, flush }),
  );
  if (flush) {
    flushDirectory(path.dirname(file));
  }
}

/**
 * Puts a file in place that something else writes, under a temporary name beside it.
 *
 * @param write makes a file of the name that it is given
 * @returns what it returns
 * @throws {Error} what it throws, or what the file system refuses; the file is as it was then
 */
export async function replaceAtomically<Result>(
  file: string,
  write: (temporary: string) => Promise<Result>,
): Promise<Result> {
  const temporary = temporaryName(file);
  try {
    const result = await write(temporary);
    await rename(temporary, file);
    return result;
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Systems that flush no directories, as Windows, and file systems that do not. */
const NO_FLUSH = ["EACCES", "EINVAL", "EISDIR", "ENOTSUP", "EPERM"];

/** Waits until the names in a directory are on the disk. */
function flushDirectory(directory: string): void {
  try {
    const descriptor = openSync(directory, "r");
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    if (!NO_FLUSH.some((code) => hasCode(error, code))) {
      throw error;
    }
  }
}

function makeDirectoryOf(
  file: string,
  { directoryMode, flush }: { directoryMode: number | undefined; flush: boolean },
): void {
  if (directoryMode === undefined) {
    return;
  }
  const made = makeDirectory(path.dirname(file), directoryMode);
  for (const directory of flush ? made : []) {
    flushDirectory(path.dirname(directory));
  }
}

/** Another one for each call, whichever process or machine makes it. */
function temporaryName(file: string): string {
  const { dir, base } = path.parse(file);
  return path.join(dir, `.${base}.${randomBytes(6).toString("hex")}.tmp`);
}

/** The file that somebody wanted to write, when an error names the temporary one beside it. */
export function wantedName(file: string): string {
  const { dir, base } = path.parse(file);
  return path.join(dir, base.replace(/^\.(.+)\.[0-9a-f]{12}\.tmp$/, "$1"));
}
