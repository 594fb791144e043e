/** Standard output: reports of any length, and readers that do not read to the end. */
import { once } from "node:events";
import { hasCode } from "../../common/files/file-errors.ts";
import { createPainter, wantsColor } from "./colors.ts";
import type { Painter } from "./colors.ts";

/** How many characters are written at a time. */
const PIECE_LENGTH = 64 * 1024;

/**
 * From now on it is no failure that nobody reads what is printed: not for a report (`ytcode inspect
 * … | head` has seen enough), and not for what must not end in the middle (`ytcode up | head`).
 */
export function ignoreGoneReaders(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error) => assertReaderGone(stream, error));
  }
}

/** The colours of standard output: none unless it is a terminal whose user wants them. */
export function stdoutPainter(): Painter {
  return createPainter(wantsColor(process.stdout, process.env));
}

/** Prints lines. */
export async function printLines(lines: readonly string[]): Promise<void> {
  await print(pieces(lines));
}

/** Prints bytes as they are. */
export async function printBytes(bytes: Buffer): Promise<void> {
  await print([bytes]);
}

function* pieces(lines: readonly string[]): Generator<string> {
  let waiting = "";
  for (const line of lines) {
    waiting += `${line}\n`;
    if (waiting.length < PIECE_LENGTH) {
      continue;
    }
    yield waiting;
    waiting = "";
  }
  if (waiting !== "") {
    yield waiting;
  }
}

async function print(parts: Iterable<string | Buffer>): Promise<void> {
  for (const part of parts) {
    if (process.stdout.write(part)) {
      continue;
    }
    try {
      await once(process.stdout, "drain");
    } catch (error) {
      assertReaderGone(process.stdout, error);
      return;
    }
  }
}

/** @throws {Error} what is wrong, unless it is that the reader of a pipe, or the terminal, has gone */
function assertReaderGone(stream: NodeJS.WriteStream, error: unknown): void {
  const isGone = hasCode(error, "EPIPE") || (stream.isTTY && hasCode(error, "EIO"));
  if (!isGone) {
    throw error;
  }
}
