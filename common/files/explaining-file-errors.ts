/** Says what could not be done when the file system refuses it. */
import { UserError } from "../errors/user-error.ts";
import { findFileErrorReason } from "./file-error-reason.ts";
import { isSystemError } from "./file-errors.ts";

/**
 * Does something with files.
 *
 * @param purpose what is done, after "Cannot"
 * @throws {UserError} why the file system refused, and where
 */
export async function explainingFileErrors<Result>(
  purpose: string,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!isSystemError(error)) {
      throw error;
    }
    const reason = findFileErrorReason(error);
    const place = "path" in error ? `: "${String(error.path)}"` : "";
    throw new UserError(
      `Cannot ${purpose}: ${reason === undefined ? error.message : `${reason}${place}`}`,
    );
  }
}
