/** Standard output: reports of any length, readers that do not read to the end, and places that take nothing. */
import { findFileErrorReason } from "../../common/files/file-error-reason.ts";
import { hasCode } from "../../common/files/file-errors.ts";
import { messageOf } from "../../common/errors/message-of.ts";
import { createPainter, wantsColor } from "./colors.ts";
import type { Painter } from "./colors.ts";
import { ExitStatus } from "./exit-status.ts";

/** How many characters are written at a time. */
const PIECE_LENGTH = 64 * 1024;

/** The exit status of a command whose output was lost. */
const OUTPUT_LOST = 1;

/**
 * From now on what cannot be printed ends no command in the middle: an update goes on to its end. That nobody
 * reads it is no failure (`ytcode inspect … | head` has seen enough); that it cannot be written, as on a full
 * disk, is one message and exit status 1.
 */
export function watchOutput(): void {
  let isReported = false;
  process.stdout.on("error", (error) => {
    if (isReported || isReaderGone(process.stdout, error)) {
      return;
    }
    isReported = true;
    process.exitCode = OUTPUT_LOST;
    const reason = findFileErrorReason(error) ?? messageOf(error);
    process.stderr.write(`ytcode: Cannot write to standard output: ${reason}\n`);
  });
  process.stderr.on("error", (error) => {
    if (!isReaderGone(process.stderr, error)) {
      process.exitCode = OUTPUT_LOST;
    }
  });
}

/** The colours of standard output: none unless it is a terminal whose user wants them. */
export function stdoutPainter(): Painter {
  return createPainter(wantsColor(process.stdout, process.env));
}

/**
 * Prints lines.
 *
 * @throws {ExitStatus} when they cannot be written, which {@link watchOutput} has said
 */
export async function printLines(lines: readonly string[]): Promise<void> {
  await print(pieces(lines));
}

/**
 * Prints bytes as they are.
 *
 * @throws {ExitStatus} when they cannot be written, which {@link watchOutput} has said
 */
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
  const { stdout } = process;
  for (const part of parts) {
    const error = await new Promise<unknown>((resolve) => {
      stdout.write(part, resolve);
    });
    if (error === undefined || error === null) {
      continue;
    }
    if (isReaderGone(stdout, error)) {
      return;
    }
    throw new ExitStatus(OUTPUT_LOST);
  }
}

/** Whether the reader of a pipe, or the terminal, has gone. */
function isReaderGone(stream: NodeJS.WriteStream, error: unknown): boolean {
  return hasCode(error, "EPIPE") || (stream.isTTY && hasCode(error, "EIO"));
}
