/** Writes files of the cache, where other processes read and write at the same time. */
import { writeAtomicallySync } from "../files/atomic-write.ts";

/**
 * Writes a file of the cache, and the directories it is in. Only their owner can read them, as they
 * hold names and contents of files.
 *
 * @param pieces what it holds, one after another
 * @throws {Error} what the file system refuses; the file is as it was then
 */
export function writeCacheFile(file: string, ...pieces: readonly (string | Uint8Array)[]): void {
  writeAtomicallySync(file, pieces, { mode: 0o600, directoryMode: 0o700 });
}
