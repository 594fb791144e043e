/**
 * `configs/secrets.env`: variables for a job that are in no archive. Read as upstream reads it
 * (yt_framework/utils/env.py): `NAME=value` lines, all between "=" and the end of the line but the blanks
 * around it, quotes too, and `#` at the start of a line for comments.
 */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { UserError } from "../../../common/errors/user-error.ts";
import { findFileErrorReason } from "../../../common/files/file-error-reason.ts";
import { hasCode, isMissing } from "../../../common/files/file-errors.ts";
import { listSome } from "../../../common/text/list.ts";

/** The file, relative to the pipeline directory, whatever the configuration file is. */
export const SECRETS_FILE = "configs/secrets.env";

/** How many numbers of lines a warning shows. */
const SHOWN_LINES = 5;

/** What a text holds. */
interface ParsedSecrets {
  readonly variables: ReadonlyMap<string, string>;
  /** The numbers of lines that are no variable, from 1. */
  readonly wrongLines: readonly number[];
}

/** Takes a text apart; a name that is there twice has its last value. */
export function parseSecrets(text: string): ParsedSecrets {
  const variables = new Map<string, string>();
  const wrongLines: number[] = [];
  for (const [index, untrimmed] of text.split(/\r\n|\n|\r/).entries()) {
    const line = untrimmed.trim();
    if (line === "" || line.startsWith("#")) {
      continue;
    }
    const [name = "", ...rest] = line.split("=");
    const value = rest.join("=").trim();
    // No shell finds a name with blanks, as in "export NAME", and no process takes a zero byte.
    const isVariable = /^[^\s\0]+\s*$/.test(name) && !value.includes("\0");
    if (rest.length > 0 && isVariable) {
      variables.set(name.trim(), value);
    } else {
      wrongLines.push(index + 1);
    }
  }
  return { variables, wrongLines };
}

/**
 * Reads the file; none is as good as an empty one. Nothing of what is in it gets into a message, also no
 * name: the lines of a key that somebody has pasted in may look like variables.
 *
 * @param warn takes a line for each thing that is odd
 * @throws {UserError} when it is no text
 */
export async function readSecrets(
  pipelineDirectory: string,
  warn: (line: string) => void,
): Promise<ReadonlyMap<string, string>> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path.join(pipelineDirectory, SECRETS_FILE));
  } catch (error) {
    if (isMissing(error)) {
      return new Map();
    }
    const reason = hasCode(error, "EISDIR") ? "it is a directory" : findFileErrorReason(error);
    if (reason === undefined) {
      throw error;
    }
    warn(`"${SECRETS_FILE}" cannot be read, so the job does without it: ${reason}`);
    return new Map();
  }
  const { variables, wrongLines } = parseSecrets(decode(bytes));
  if (wrongLines.length > 0) {
    const which = wrongLines.length === 1 ? "line" : "lines";
    const numbers = listSome(wrongLines.map(String), SHOWN_LINES);
    const are = wrongLines.length === 1 ? "is" : "are";
    warn(
      `${which} ${numbers} of "${SECRETS_FILE}" ${are} left out: write NAME=value on one line, without "export"`,
    );
  }
  return variables;
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) {
      throw error;
    }
    throw new UserError(`Cannot read "${SECRETS_FILE}" as it is no UTF-8 text: save it as UTF-8`);
  }
}
