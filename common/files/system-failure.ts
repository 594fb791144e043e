/** Errors of the file system as data, as an `Error` loses its code on the way between threads. */
import { isSystemError } from "./file-errors.ts";

/** An error of the file system as data. */
export interface SystemFailure {
  /** Like `ENOSPC`. */
  readonly code: string;
  readonly message: string;
}

/**
 * An error of the file system as data.
 *
 * @throws {unknown} the error itself when it is no such error
 */
export function systemFailure(error: unknown): SystemFailure {
  if (!isSystemError(error)) {
    throw error;
  }
  return { code: error.code, message: error.message };
}
