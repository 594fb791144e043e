/** What the file system refuses, in words, for the codes that a user can do something about. */
import { hasCode, isSystemError } from "./file-errors.ts";

const REASONS: readonly (readonly [code: string, words: string])[] = [
  ["EACCES", "permission denied"],
  ["EPERM", "permission denied"],
  ["EROFS", "the file system is read-only"],
  ["ENOSPC", "the disk is full"],
  ["EDQUOT", "the disk quota is used up"],
  ["EFBIG", "the system lets no file grow so large"],
  ["ENAMETOOLONG", "its name is too long"],
  ["ELOOP", "its path has a link that leads back to itself"],
];

/**
 * Why the file system refused, for the end of a message; undefined for codes without words. Of an error that comes
 * from a worker thread there may be no more than the code.
 */
export function findFileErrorReason(error: unknown): string | undefined {
  return REASONS.find(([code]) => hasCode(error, code))?.[1];
}

const OBSTACLES: ReadonlyMap<string, string> = new Map([
  ["ENOENT", "there is no such file or directory"],
  ["EEXIST", "there is something of that name"],
  ["ENOTDIR", "a file is where a directory should be"],
  ["EISDIR", "it is a directory"],
]);

/** What a file system's error says, in words where we have them, and without names of temporary files. */
export function fileErrorWords(error: Error): string {
  const known = isSystemError(error)
    ? (findFileErrorReason(error) ?? OBSTACLES.get(error.code))
    : undefined;
  return known ?? error.message;
}
