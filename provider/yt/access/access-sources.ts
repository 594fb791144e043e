/** Where settings on access come from, and how single values are read. */
import { UserError } from "../../../common/errors/user-error.ts";

/** Where settings come from. */
export interface AccessSources {
  /** Looks a key of a stack's configuration up; secrets come as plain text. @default there is no stack */
  readonly config?: (key: string) => string | undefined;
  readonly environment: NodeJS.ProcessEnv;
  /** Relative paths of files in the environment start here. */
  readonly directory: string;
}

/** @throws {UserError} for a setting that is neither */
export function parseSwitch(
  name: string,
  value: string | undefined,
  off: string,
  on: string,
): boolean | undefined {
  const text = nonEmpty(value);
  if (text === undefined || text === on || text === off) {
    return text === undefined ? undefined : text === on;
  }
  throw new UserError(`Cannot use "${text}" as ${name}: write ${off} or ${on}`);
}

/** Without white space at its ends; undefined when nothing is left. */
export function nonEmpty(text: string | undefined): string | undefined {
  const trimmed = text?.trim();
  return trimmed === "" ? undefined : trimmed;
}
