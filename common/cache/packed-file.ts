/** Files of the cache that hold a line of text, numbers, and texts: thousands of lines would take longer to parse. */
import {
  BYTE_ORDER,
  joinTexts,
  NUMBER_BYTES,
  readNumbers,
  splitTexts,
} from "./packed-signatures.ts";
import { releaseMemory } from "../release-memory.ts";
import { readVerifiedFile, writeVerifiedFile } from "./verified-file.ts";

/** What such a file holds. */
export interface Packed {
  /** One line, without its end. */
  readonly head: string;
  readonly numbers: Float64Array;
  /** Without a NUL. */
  readonly texts: readonly string[];
}

/**
 * Reads what {@link writePacked} has written.
 *
 * @param file absolute path
 * @param format names what numbers and texts mean, in one line; another one is another format
 * @returns undefined for anything else, and where the file system refuses: it is only a memory
 */
export function readPacked(file: string, format: string): Packed | undefined {
  const content = readVerifiedFile(file);
  const start = startOf(format);
  if (content?.toString("utf8", 0, start.length) !== start) {
    return undefined;
  }
  const [countEnd = 0, headEnd = 0] = lineEnds(content, start.length);
  const count = Number(content.toString("latin1", start.length, countEnd));
  const numbersStart = headEnd + 1;
  const packed = {
    head: content.toString("utf8", countEnd + 1, headEnd),
    numbers: readNumbers(content, numbersStart, count),
    texts: splitTexts(content.subarray(numbersStart + count * NUMBER_BYTES)),
  };
  releaseMemory(content);
  return packed;
}

/** Writes such a file. Where that cannot be done, the next run knows less, and that is all. */
export function writePacked(file: string, format: string, { head, numbers, texts }: Packed): void {
  const content = Buffer.concat([
    Buffer.from(`${startOf(format)}${numbers.length}\n${head}\n`),
    new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength),
    joinTexts(texts),
  ]);
  writeVerifiedFile(file, content);
  releaseMemory(content);
}

/** Numbers are in the order of the machine's bytes. */
function startOf(format: string): string {
  return `${format} ${BYTE_ORDER}\n`;
}

function lineEnds(content: Buffer, from: number): readonly number[] {
  const first = content.indexOf("\n", from);
  return [first, content.indexOf("\n", first + 1)];
}
