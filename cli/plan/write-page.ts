/** Writes a page where the user wants it: whole, or not at all. */
import { stat } from "node:fs/promises";
import path from "node:path";
import { writeAtomically } from "../../common/files/atomic-write.ts";
import { findFileErrorReason } from "../../common/files/file-error-reason.ts";
import { isMissing } from "../../common/files/file-errors.ts";
import { UserError } from "../../common/errors/user-error.ts";

/**
 * Writes a page so that a reader never meets half of it, nor does a full disk or an interruption
 * leave that.
 *
 * @param file absolute path; what is there is replaced
 * @throws {UserError} when its folder is missing, or it cannot be written
 */
export async function writePage(file: string, content: string): Promise<void> {
  await assertWritablePlace(file);
  try {
    await writeAtomically(file, content, { mode: 0o666 });
  } catch (error) {
    throw failure(file, error);
  }
}

async function assertWritablePlace(file: string): Promise<void> {
  const folder = path.dirname(file);
  if (!(await isDirectory(folder))) {
    throw new UserError(`Cannot write the page "${file}" as there is no directory "${folder}"`);
  }
  if (await isDirectory(file)) {
    throw new UserError(`Cannot write the page "${file}" as it is a directory: name a file in it`);
  }
}

async function isDirectory(name: string): Promise<boolean> {
  try {
    return (await stat(name)).isDirectory();
  } catch (error) {
    if (isMissing(error)) {
      return false;
    }
    throw failure(name, error);
  }
}

/** What to throw when the file system refuses: one message, where the user can do something about it. */
function failure(file: string, error: unknown): unknown {
  const reason = findFileErrorReason(error);
  if (reason === undefined) {
    return error;
  }
  return new UserError(`Cannot write the page "${file}": ${reason}`);
}
