/** Lines of files too large to be held: read and counted chunk by chunk. */
import { open } from "node:fs/promises";

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
  await using handle = await open(file);
  // One for the whole file: buffers of a stream would be let go later than they are made.
  const buffer = Buffer.alloc(1 << 18);
  let rows = 0;
  let sizeBytes = 0;
  let last = NEWLINE;
  for (;;) {
    const { bytesRead } = await handle.read(buffer, 0, buffer.length);
    if (bytesRead === 0) break;
    const chunk = buffer.subarray(0, bytesRead);
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, at + 1)) rows += 1;
    sizeBytes += bytesRead;
    last = chunk.at(-1) ?? last;
  }
  return { rows: last === NEWLINE ? rows : rows + 1, sizeBytes };
}
