/** Says what could not be done when the file system refuses it. */
import { UserError } from "../errors/user-error.ts";
import { wantedName } from "./atomic-write.ts";
import { fileErrorWords, findFileErrorReason } from "./file-error-reason.ts";
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
    // What is missing or in the way is what the purpose names.
    const isRefused = findFileErrorReason(error) !== undefined;
    const place = isRefused && "path" in error ? `: "${wantedName(String(error.path))}"` : "";
    throw new UserError(`Cannot ${purpose}: ${fileErrorWords(error)}${place}`);
  }
}
