/** The text of an ignore file. */
import { isUtf8 } from "node:buffer";
import { constants, readFileSync } from "node:fs";
import { hasCode, isMissing } from "../../../common/files/file-errors.ts";
import { UserError } from "../../../common/errors/user-error.ts";

/**
 * Reads an ignore file.
 *
 * @param file absolute path
 * @returns undefined when there is none
 * @throws {UserError} when it is not UTF-8 (with the line), a link, or cannot be read
 */
export function readIgnoreFile(file: string): string | undefined {
  const bytes = readBytes(file);
  if (bytes === undefined) {
    return undefined;
  }
  try {
    // Takes a byte order mark away.
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw cannotRead(
      `Cannot read "${file}" as line ${lineOfBadByte(bytes)} is not UTF-8 text: save the file as UTF-8`,
    );
  }
}

/** Whether an ignore file that is there says anything, or cannot be read. */
export function hasRules(file: string): boolean {
  try {
    return /^(?!#).*\S/m.test(readIgnoreFile(file) ?? "");
  } catch (error) {
    if (error instanceof UserError) {
      return true;
    }
    throw error;
  }
}

function readBytes(file: string): Buffer | undefined {
  try {
    return readFileSync(file, { flag: constants.O_RDONLY | constants.O_NOFOLLOW });
  } catch (error) {
    // A directory of that name holds no rules; git looks past it too.
    if (isMissing(error) || hasCode(error, "EISDIR")) {
      return undefined;
    }
    if (hasCode(error, "ELOOP")) {
      // git follows none either, but passes over its rules.
      throw cannotRead(`Cannot read "${file}" as it is a symbolic link: put a file in its place`);
    }
    if (!hasCode(error, "EACCES")) {
      throw error;
    }
    throw cannotRead(
      `Cannot read "${file}": permission denied; make it and its directory readable or exclude the directory`,
    );
  }
}

/** Counted from 1. A line feed is never part of another character, so lines can be read alone. */
function lineOfBadByte(bytes: Buffer): number {
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const feed = bytes.indexOf(0x0a, start);
    const end = feed === -1 ? bytes.length : feed;
    if (!isUtf8(bytes.subarray(start, end))) {
      return line;
    }
    start = end + 1;
  }
  return line;
}

function cannotRead(message: string): UserError {
  return new UserError(message, { argument: "pipeline" });
}
