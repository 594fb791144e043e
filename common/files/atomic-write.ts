/** Writing into the cache, where other processes read and write at the same time. */
import { closeSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { threadId } from "node:worker_threads";

/**
 * Writes a file so that a reader finds the old content or the new, never a part of it. Only its
 * owner can read it.
 *
 * @param pieces what it holds, one after another
 */
export function writeAtomically(file: string, ...pieces: readonly (string | Uint8Array)[]): void {
  const temporary = `${file}.${process.pid}.${threadId}.tmp`;
  try {
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    const descriptor = openSync(temporary, "w", 0o600);
    try {
      // On an open file each goes on where the last one ended.
      for (const piece of pieces) writeFileSync(descriptor, piece);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
