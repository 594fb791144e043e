/** Standard output, for reports of any length. */
import { once } from "node:events";

/** Characters that are handed over at a time. */
const PIECE_LENGTH = 64 * 1024;

/** Prints lines. A reader that has gone (`ytcode inspect … | head`) has seen enough: no failure. */
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
    if (waiting.length < PIECE_LENGTH) continue;
    yield waiting;
    waiting = "";
  }
  if (waiting !== "") yield waiting;
}

async function print(parts: Iterable<string | Buffer>): Promise<void> {
  const gone = new AbortController();
  const onError = (error: NodeJS.ErrnoException): void => {
    if (error.code !== "EPIPE") throw error;
    gone.abort();
  };
  // Stays on: the failure of the last write may come when all has been handed over.
  process.stdout.on("error", onError);
  for (const part of parts) {
    if (gone.signal.aborted) return;
    if (process.stdout.write(part)) continue;
    await Promise.race([once(process.stdout, "drain"), once(gone.signal, "abort")]);
  }
}
