/** Names that would not survive the way into an archive and out of it. */
import { isUtf8 } from "node:buffer";
import { readdirSync } from "node:fs";
import path from "node:path";
import { hasCode } from "../../../common/files/file-errors.ts";
import { UserError } from "../../../common/errors/user-error.ts";

/** How much of a path that is too long is shown, at its start and at its end. */
const SHOWN_LENGTH = 60;

/**
 * Refuses a name that is not UTF-8.
 *
 * Node puts U+FFFD where the bytes of a name are no UTF-8; such a file could not even be opened.
 * A name may hold that character itself, so the directory is asked for the bytes.
 *
 * @param absolute absolute path of an entry, with a directory whose name is UTF-8
 * @throws {UserError} naming the entry, with `\xe9` for each byte that is part of no character
 */
export function assertUtf8Name(absolute: string): void {
  const name = path.basename(absolute);
  if (!name.includes("\uFFFD")) {
    return;
  }
  const directory = path.dirname(absolute);
  const entries = readdirSync(directory, { encoding: "buffer" });
  const bytes = entries.find((entry) => !isUtf8(entry) && entry.toString() === name);
  if (bytes === undefined) {
    return;
  }
  const shown = path.join(directory, escapeBytes(bytes));
  throw new UserError(`Cannot pack "${shown}" as its name is not UTF-8: rename it`, {
    argument: "pipeline",
  });
}

/** Text, with `\xe9` for each byte that is part of no character. */
function escapeBytes(bytes: Buffer): string {
  let text = "";
  for (let at = 0; at < bytes.length;) {
    const length = [1, 2, 3, 4].find((count) => isUtf8(bytes.subarray(at, at + count)));
    if (length === undefined) {
      text += `\\x${bytes.toString("hex", at, at + 1)}`;
    } else {
      text += bytes.toString("utf8", at, at + length);
    }
    at += length ?? 1;
  }
  return text;
}

/**
 * Turns the system's complaint about a path that is too long for it into one for people.
 *
 * @param error any error
 * @returns the same error when it is about something else
 */
export function explainLongPath(error: unknown): unknown {
  if (!hasCode(error, "ENAMETOOLONG") || !(error instanceof Error)) {
    return error;
  }
  const file = "path" in error && typeof error.path === "string" ? error.path : "";
  return new UserError(
    `Cannot pack "${shortenedPath(file)}" as its path of ${Buffer.byteLength(file)} bytes is longer than the system allows: ` +
      "move it up, or exclude it in a .ytignore above it",
    { argument: "pipeline" },
  );
}

/** The start and the end of a path that would fill a screen. */
export function shortenedPath(file: string): string {
  if (file.length <= 2 * SHOWN_LENGTH) {
    return file;
  }
  return `${file.slice(0, SHOWN_LENGTH)}...${file.slice(-SHOWN_LENGTH)}`;
}
