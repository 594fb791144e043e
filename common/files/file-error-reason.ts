/** What the file system refuses, in words, for the codes that a user can do something about. */
import { isSystemError } from "./file-errors.ts";

const REASONS: ReadonlyMap<string, string> = new Map([
  ["EACCES", "permission denied"],
  ["EPERM", "permission denied"],
  ["EROFS", "the file system is read-only"],
  ["ENOSPC", "the disk is full"],
  ["EDQUOT", "the disk quota is used up"],
  ["EFBIG", "the system lets no file grow so large"],
  ["ENAMETOOLONG", "its name is too long"],
  ["ELOOP", "its path has a link that leads back to itself"],
]);

/** Why the file system refused, for the end of a message; undefined for codes without words. */
export function findFileErrorReason(error: unknown): string | undefined {
  return isSystemError(error) ? REASONS.get(error.code) : undefined;
}
