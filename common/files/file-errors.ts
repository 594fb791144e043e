/** The few file system errors that mean something to us, told apart by their code. */

/**
 * Whether an error says that a path does not exist (`ENOENT`, or `ENOTDIR` when a component of
 * the path is a file).
 */
export function isMissing(error: unknown): boolean {
  return hasCode(error, "ENOENT") || hasCode(error, "ENOTDIR");
}

/** Whether an error of Node's file system carries the given code. */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

/** Whether an error comes from the file system, as a full disk does, and is no mistake of ours. */
export function isSystemError(
  error: unknown,
): error is Error & { readonly code: string; readonly syscall: string } {
  if (!(error instanceof Error) || !("code" in error) || !("syscall" in error)) {
    return false;
  }
  return typeof error.code === "string" && typeof error.syscall === "string";
}

/**
 * Does what can be left undone, as with a cache, when the file system refuses.
 *
 * @returns the result, or undefined when the file system refused
 * @throws {unknown} whatever else the work throws
 */
export function ignoringFileSystemErrors<Result>(work: () => Result): Result | undefined {
  try {
    return work();
  } catch (error) {
    if (!isSystemError(error)) {
      throw error;
    }
    return undefined;
  }
}
