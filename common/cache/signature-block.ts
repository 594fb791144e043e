/** Many signatures in one block of numbers and one of texts: thousands of lines would take longer to parse than the files take to be looked at. */
import { isAscii } from "node:buffer";
import { hash } from "node:crypto";
import { endianness } from "node:os";
import type { FileSignature } from "./file-signature.ts";

/** What is remembered of a file. */
export interface Remembered {
  readonly signature: FileSignature;
  readonly observedAtMs: number;
  readonly value: string;
}

/** Stands at the start; another one is another format. */
const FORMAT = `pulumi-yt-code signatures 2 ${endianness()}\n`;

const DIGEST_LENGTH = 64;
const NUMBER_BYTES = 8;

/** Of each file: size, mtime, ctime, inode and when that was observed. */
const NUMBERS = 5;

/** Before the numbers: how many files there are, and of how many bytes the texts. */
const COUNTS = 2;

/** Between texts: the one character that is in no path. */
const BETWEEN = "\0";

/** Puts what is remembered, by its names, in a block. Neither names nor values hold a NUL. */
export function signatureBlock(known: ReadonlyMap<string, Remembered>): Buffer {
  const texts = [...known.keys(), ...Array.from(known.values(), ({ value }) => value)];
  const text = Buffer.from(texts.join(BETWEEN));
  const numbers = new Float64Array(COUNTS + known.size * NUMBERS);
  numbers.set([known.size, text.length]);
  let at = COUNTS;
  for (const { signature, observedAtMs } of known.values()) {
    const { sizeBytes, mtimeMs, ctimeMs, inode } = signature;
    numbers.set([sizeBytes, mtimeMs, ctimeMs, inode, observedAtMs], at);
    at += NUMBERS;
  }
  const content = Buffer.concat([new Uint8Array(numbers.buffer), text]);
  return Buffer.concat([Buffer.from(FORMAT + hash("sha256", content)), content]);
}

/**
 * Reads a block that something else may follow.
 *
 * @param known gets what is in it
 * @returns where it ends; undefined when it is none, or damaged
 */
export function readSignatureBlock(
  bytes: Buffer,
  known: Map<string, Remembered>,
): number | undefined {
  const start = FORMAT.length + DIGEST_LENGTH;
  if (bytes.toString("latin1", 0, FORMAT.length) !== FORMAT) {
    return undefined;
  }
  const [count = 0, textBytes = 0] = numbersAt(bytes, start, COUNTS);
  const textStart = start + (COUNTS + count * NUMBERS) * NUMBER_BYTES;
  const end = textStart + textBytes;
  const digest = hash("sha256", bytes.subarray(start, end));
  if (bytes.toString("latin1", FORMAT.length, start) !== digest) {
    return undefined;
  }
  const numbers = numbersAt(bytes, start + COUNTS * NUMBER_BYTES, count * NUMBERS);
  const text = bytes.subarray(textStart, end);
  const texts = (isAscii(text) ? text.toString("latin1") : text.toString()).split(BETWEEN);
  for (let index = 0; index < count; index++) {
    const at = index * NUMBERS;
    const signature = {
      sizeBytes: numbers[at] ?? 0,
      mtimeMs: numbers[at + 1] ?? 0,
      ctimeMs: numbers[at + 2] ?? 0,
      inode: numbers[at + 3] ?? 0,
    };
    const observedAtMs = numbers[at + 4] ?? 0;
    known.set(texts[index] ?? "", { signature, observedAtMs, value: texts[count + index] ?? "" });
  }
  return end;
}

/** Copied, as an array of numbers must begin at a multiple of their size; fewer when there are not so many. */
function numbersAt(bytes: Buffer, start: number, count: number): Float64Array {
  const length = Math.floor(Math.min(bytes.length - start, count * NUMBER_BYTES) / NUMBER_BYTES);
  const end = start + Math.max(0, length || 0) * NUMBER_BYTES;
  return new Float64Array(Uint8Array.from(bytes.subarray(start, end)).buffer);
}
