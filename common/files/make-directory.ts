/**
 * Making a directory with those above it. Node's `mkdir` with `recursive` does not return where the
 * system answers ENOENT although the directory above is there, as in /proc: it tries again at full
 * speed for ever (seen with 24.21: `fs.mkdirSync("/proc/nope/d", { recursive: true })`).
 */
import { mkdirSync, rmdirSync, statSync } from "node:fs";
import path from "node:path";
import { hasCode, ignoringFileSystemErrors, isMissing } from "./file-errors.ts";

/**
 * Makes a directory, and those above it that are missing. What it has made is removed again when it
 * cannot make them all.
 *
 * @param mode permissions of what is made @default 0o777 without the bits of the process's umask
 * @returns the directories that it has made, the outermost first
 * @throws {Error} of the system, whose `path` is the one that cannot be made; its code is EEXIST for what
 * is no directory
 */
export function makeDirectory(directory: string, mode?: number): readonly string[] {
  const made: string[] = [];
  try {
    makeMissing(path.resolve(directory), mode, made);
  } catch (error) {
    removeEmptyDirectories(made);
    throw error;
  }
  return made;
}

/**
 * Removes directories that {@link makeDirectory} has made, as far as they are empty.
 *
 * @param made the outermost first
 */
export function removeEmptyDirectories(made: readonly string[]): void {
  // One that is in use by now stays, and those above it.
  ignoringFileSystemErrors(() => {
    for (const directory of made.toReversed()) {
      rmdirSync(directory);
    }
  });
}

function makeMissing(directory: string, mode: number | undefined, made: string[]): void {
  if (isDirectory(directory)) {
    return;
  }
  try {
    makeOne(directory, mode, made);
  } catch (error) {
    const parent = path.dirname(directory);
    if (!isMissing(error) || parent === directory) {
      throw error;
    }
    makeMissing(parent, mode, made);
    makeOne(directory, mode, made);
  }
}

function makeOne(directory: string, mode: number | undefined, made: string[]): void {
  try {
    mkdirSync(directory, { mode });
    made.push(directory);
  } catch (error) {
    // Another process may have made it meanwhile.
    if (!hasCode(error, "EEXIST") || !isDirectory(directory)) {
      throw error;
    }
  }
}

function isDirectory(directory: string): boolean {
  // Why it cannot be looked at is what making it says too.
  return ignoringFileSystemErrors(() => statSync(directory).isDirectory()) === true;
}
