import { readFile } from "node:fs/promises";
import { LineCounter, parseDocument } from "yaml";
import { isMissing } from "../files/file-errors.ts";
import { UserError } from "../errors/user-error.ts";

/**
 * Reads a YAML file.
 *
 * @param what what the file is, for messages: `project file`
 * @returns undefined when there is no such file
 * @throws UserError with file, line and column when it does not parse
 */
export async function readYamlFile(path: string, what: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw new UserError(`Cannot read the ${what} "${path}": ${messageOf(error)}`);
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [problem] = document.errors;
  if (problem !== undefined) {
    const { line, col } = lines.linePos(problem.pos[0]);
    throw new UserError(`Cannot read the ${what} "${path}:${line}:${col}": ${problem.message}`);
  }
  return document.toJS() ?? {};
}

/** The text of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
