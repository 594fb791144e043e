/** Errors of the file system as data, as an `Error` loses its code on the way between threads. */
import { isSystemError } from "./file-errors.ts";
import type { SystemFailure } from "../../provider/archive/build/tasks.ts";

/**
 * An error of the file system as data.
 *
 * @throws the error itself when it is no such error
 */
export function systemFailure(error: unknown): SystemFailure {
  if (!isSystemError(error)) throw error;
  return { code: error.code, message: error.message };
}
