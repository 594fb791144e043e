import { UserError } from "../../../common/errors/user-error.ts";

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
  if (Array.from(wanted.keys()).every((sha256) => contents.has(sha256))) return contents;
  throw new UserError(`Cannot inspect "${label}" as it changed while it was read: run it again`);
}
