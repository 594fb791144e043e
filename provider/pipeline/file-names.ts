/** Names that would not survive the way into an archive and out of it. */
import path from "node:path";
import { UserError } from "../user-error.ts";

/**
 * Refuses a name that is not UTF-8.
 *
 * Node puts U+FFFD where the bytes of a name are no UTF-8; such a name would not survive.
 *
 * @param absolute absolute path of an entry
 * @throws {UserError} naming the entry
 */
export function assertUtf8Name(absolute: string): void {
  if (!path.basename(absolute).includes("\uFFFD")) return;
  throw new UserError(`Cannot pack "${absolute}" as its name is not UTF-8: rename it`, {
    argument: "pipeline",
  });
}
