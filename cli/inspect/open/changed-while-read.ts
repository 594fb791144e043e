/** An archive that is read twice, or in two requests, has to be the same each time. */
import { UserError } from "../../../common/errors/user-error.ts";

/** What to throw when it was not. */
export function changedWhileRead(label: string): UserError {
  return new UserError(`Cannot inspect "${label}" as it changed while it was read: run it again`);
}

/**
 * Makes sure that a second reading has found what the first one saw.
 *
 * @throws {UserError} when the archive changed between the two
 */
export function assertAllFound(
  contents: ReadonlyMap<string, Buffer>,
  wanted: ReadonlyMap<string, number>,
  label: string,
): ReadonlyMap<string, Buffer> {
  if (Array.from(wanted.keys()).every((sha256) => contents.has(sha256))) {
    return contents;
  }
  throw changedWhileRead(label);
}
