/** When it pays to keep something of the files of a place from run to run. */
import type { FileSignature } from "./file-signature.ts";

/** Below both of these a place is read again faster than remembered. */
const MIN_FILES = 64;
const MIN_BYTES = 1 << 20;

/** How many places a process remembers; it reads each once or twice. */
export const OPEN_LIMIT = 2000;

/** Whether what is known of so many files is worth a file in the cache. */
export function isWorthRemembering(
  count: number,
  files: Iterable<{ readonly signature: FileSignature }>,
): boolean {
  if (count >= MIN_FILES) {
    return true;
  }
  let sizeBytes = 0;
  for (const { signature } of files) {
    sizeBytes += signature.sizeBytes;
  }
  return sizeBytes >= MIN_BYTES;
}
