/** Lines of files too large to be held: read and counted chunk by chunk. */
import { createReadStream } from "node:fs";

const NEWLINE = 0x0a;

/** How much there is in a file of rows. */
export interface RowCount {
  readonly rows: number;
  readonly sizeBytes: number;
}

/**
 * Splits chunks into lines, without their line ends. The lines of one chunk come together; a last
 * line without an end counts too.
 */
export async function* splitLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer[]> {
  let begun: Buffer[] = [];
  for await (const chunk of chunks) {
    const lines: Buffer[] = [];
    let start = 0;
    for (
      let end = chunk.indexOf(NEWLINE);
      end !== -1;
      start = end + 1, end = chunk.indexOf(NEWLINE, start)
    ) {
      const rest = chunk.subarray(start, end);
      lines.push(begun.length === 0 ? rest : Buffer.concat([...begun, rest]));
      begun = [];
    }
    if (start < chunk.length) begun.push(chunk.subarray(start));
    if (lines.length > 0) yield lines;
  }
  if (begun.length > 0) yield [Buffer.concat(begun)];
}

/** Counts the rows of a file of JSON lines: its lines. */
export async function countRows(file: string): Promise<RowCount> {
  const chunks: AsyncIterable<Buffer> = createReadStream(file, { highWaterMark: 1 << 20 });
  let rows = 0;
  let sizeBytes = 0;
  let last = NEWLINE;
  for await (const chunk of chunks) {
    sizeBytes += chunk.length;
    last = chunk.at(-1) ?? last;
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, at + 1)) rows += 1;
  }
  return { rows: last === NEWLINE ? rows : rows + 1, sizeBytes };
}
