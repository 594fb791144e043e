/** Reading and writing open files step by step, on whichever thread it is. */
import { closeSync, openSync, readSync, writeSync } from "node:fs";

/**
 * Opens a file for some work, and closes it also when that fails.
 *
 * @param flags `"r"` to read, `"wx"` to write a file that must not be there
 * @throws {unknown} what the file system refuses, and what the work throws
 */
export function withOpen<Result>(
  file: string,
  flags: "r" | "wx",
  work: (descriptor: number) => Result,
): Result {
  const descriptor = openSync(file, flags);
  try {
    return work(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Reads from an open file until the buffer is full or the file ends.
 *
 * @param position where to begin, in bytes @default where the last reading ended
 * @returns how many bytes were read
 */
export function readInto(descriptor: number, buffer: Uint8Array, position?: number): number {
  let length = 0;
  while (length < buffer.length) {
    const at = position === undefined ? null : position + length;
    const bytesRead = readSync(descriptor, buffer, length, buffer.length - length, at);
    if (bytesRead === 0) {
      break;
    }
    length += bytesRead;
  }
  return length;
}

/** Writes all bytes to an open file, where the last writing ended; one call of the system may write fewer. */
export function writeAll(descriptor: number, bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.length) {
    written += writeSync(descriptor, bytes, written);
  }
}
