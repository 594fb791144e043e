/** Many signatures in one block of numbers and one of texts. */
import { hash } from "node:crypto";
import {
  BYTE_ORDER,
  joinTexts,
  NUMBER_BYTES,
  OBSERVED_NUMBERS,
  observedAt,
  observedNumbers,
  readNumbers,
  splitTexts,
} from "./packed-signatures.ts";
import type { ObservedSignature } from "./packed-signatures.ts";

/** What is remembered of a file. */
export interface Remembered extends ObservedSignature {
  readonly value: string;
}

/** Stands at the start; another one is another format. */
const FORMAT = `pulumi-yt-code signatures 2 ${BYTE_ORDER}\n`;

const DIGEST_LENGTH = 64;
/** Before the numbers: how many files there are, and of how many bytes the texts. */
const COUNTS = 2;

/** Puts what is remembered, by its names, in a block. Neither names nor values hold a NUL. */
export function signatureBlock(known: ReadonlyMap<string, Remembered>): Buffer {
  const texts = [...known.keys(), ...Array.from(known.values(), ({ value }) => value)];
  const text = joinTexts(texts);
  const numbers = new Float64Array(COUNTS + known.size * OBSERVED_NUMBERS);
  numbers.set([known.size, text.length]);
  let at = COUNTS;
  for (const one of known.values()) {
    numbers.set(observedNumbers(one), at);
    at += OBSERVED_NUMBERS;
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
  const [count = 0, textBytes = 0] = readNumbers(bytes, start, COUNTS);
  const textStart = start + (COUNTS + count * OBSERVED_NUMBERS) * NUMBER_BYTES;
  const end = textStart + textBytes;
  const digest = hash("sha256", bytes.subarray(start, end));
  if (bytes.toString("latin1", FORMAT.length, start) !== digest) {
    return undefined;
  }
  const numbers = readNumbers(bytes, start + COUNTS * NUMBER_BYTES, count * OBSERVED_NUMBERS);
  const texts = splitTexts(bytes.subarray(textStart, end));
  for (let index = 0; index < count; index++) {
    const observed = observedAt(numbers, index * OBSERVED_NUMBERS);
    known.set(texts[index] ?? "", { ...observed, value: texts[count + index] ?? "" });
  }
  return end;
}
