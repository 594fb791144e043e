/** Signatures as numbers and names as one text: thousands of lines take longer to parse than the files to be looked at. */
import { isAscii } from "node:buffer";
import type { Stats } from "node:fs";
import { endianness } from "node:os";
import { isSettled } from "./file-signature.ts";
import type { FileSignature } from "./file-signature.ts";

/** A signature, and when it was taken, or before, in ms since 1970. */
export interface ObservedSignature {
  readonly signature: FileSignature;
  readonly observedAtMs: number;
}

/** The size of a number, in bytes. */
export const NUMBER_BYTES = 8;

/** How many numbers {@link observedNumbers} gives. */
export const OBSERVED_NUMBERS = 5;

/** Belongs into the name of a format: numbers are in the order of the machine's bytes. */
export const BYTE_ORDER: string = endianness();

/** Between texts: the one character that is in no path. */
const BETWEEN = "\0";

/** Size, mtime, ctime, inode and when that was observed. */
export function observedNumbers({
  signature: { sizeBytes, mtimeMs, ctimeMs, inode },
  observedAtMs,
}: ObservedSignature): readonly number[] {
  return [sizeBytes, mtimeMs, ctimeMs, inode, observedAtMs];
}

/** What {@link observedNumbers} was made of. */
export function observedAt(numbers: Float64Array, at: number): ObservedSignature {
  const signature = {
    sizeBytes: numbers[at] ?? 0,
    mtimeMs: numbers[at + 1] ?? 0,
    ctimeMs: numbers[at + 2] ?? 0,
    inode: numbers[at + 3] ?? 0,
  };
  return { signature, observedAtMs: numbers[at + 4] ?? 0 };
}

/** {@link observedNumbers} of what the file system says, into a block of numbers. */
export function setObserved(
  numbers: Float64Array,
  at: number,
  { size, mtimeMs, ctimeMs, ino }: Stats,
  observedAtMs: number,
): void {
  numbers[at] = size;
  numbers[at + 1] = mtimeMs;
  numbers[at + 2] = ctimeMs;
  numbers[at + 3] = ino;
  numbers[at + 4] = observedAtMs;
}

/** Whether the file system still says what {@link setObserved} has kept, and that was taken late enough to be trusted. */
export function isAsObserved(
  numbers: Float64Array,
  at: number,
  { size, mtimeMs, ctimeMs, ino }: Stats,
): boolean {
  return (
    numbers[at + 1] === mtimeMs &&
    numbers[at + 2] === ctimeMs &&
    numbers[at] === size &&
    numbers[at + 3] === ino &&
    isSettled({ mtimeMs, ctimeMs }, numbers[at + 4] ?? 0)
  );
}

/** Numbers among other bytes: copied, as an array of them must begin at a multiple of their size; fewer when there are not so many. */
export function readNumbers(bytes: Buffer, start: number, count: number): Float64Array {
  const length = Math.floor(Math.min(bytes.length - start, count * NUMBER_BYTES) / NUMBER_BYTES);
  const end = start + Math.max(0, length || 0) * NUMBER_BYTES;
  return new Float64Array(Uint8Array.from(bytes.subarray(start, end)).buffer);
}

/** Texts without a NUL as one. */
export function joinTexts(texts: readonly string[]): Buffer {
  return Buffer.from(texts.join(BETWEEN));
}

/** What {@link joinTexts} has joined. */
export function splitTexts(bytes: Buffer): readonly string[] {
  return (isAscii(bytes) ? bytes.toString("latin1") : bytes.toString()).split(BETWEEN);
}
