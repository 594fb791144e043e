/** Lines of files that are too large for memory: split and counted chunk by chunk. */
import { open } from "node:fs/promises";

const NEWLINE = 0x0a;

/** How many rows are in a file. */
export interface RowCount {
  readonly rows: number;
  readonly sizeBytes: number;
}

/**
 * Splits chunks into lines, without their line ends. The lines of one chunk come together; a last
 * line without an end counts too.
 */
export async function* splitLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer[]> {
  let partial: Buffer[] = [];
  for await (const chunk of chunks) {
    const lines: Buffer[] = [];
    let start = 0;
    for (
      let end = chunk.indexOf(NEWLINE);
      end !== -1;
      start = end + 1, end = chunk.indexOf(NEWLINE, start)
    ) {
      const rest = chunk.subarray(start, end);
      lines.push(partial.length === 0 ? rest : Buffer.concat([...partial, rest]));
      partial = [];
    }
    if (start < chunk.length) {
      partial.push(chunk.subarray(start));
    }
    if (lines.length > 0) {
      yield lines;
    }
  }
  if (partial.length > 0) {
    yield [Buffer.concat(partial)];
  }
}

/** Counts the rows of a file of JSON lines: its lines. */
export async function countRows(file: string): Promise<RowCount> {
  await using handle = await open(file);
  // One for the whole file: the buffers of a stream are collected more slowly than they are made.
  const buffer = Buffer.alloc(1 << 18);
  let rows = 0;
  let sizeBytes = 0;
  let last = NEWLINE;
  for (;;) {
    const { bytesRead } = await handle.read(buffer, 0, buffer.length);
    if (bytesRead === 0) {
      break;
    }
    const chunk = buffer.subarray(0, bytesRead);
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, at + 1)) {
      rows += 1;
    }
    sizeBytes += bytesRead;
    last = chunk.at(-1) ?? last;
  }
  return { rows: last === NEWLINE ? rows : rows + 1, sizeBytes };
}
