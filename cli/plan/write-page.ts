/** Writes a page where the user wants it: whole, or not at all. */
import { stat } from "node:fs/promises";
import path from "node:path";
import { writeAtomically } from "../../common/files/atomic-write.ts";
import { hasCode, isMissing } from "../../common/files/file-errors.ts";
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
    if (isMissing(error)) return false;
    throw failure(name, error);
  }
}

/** What the file system says, for the codes that a user can do something about. */
function failure(file: string, error: unknown): unknown {
  const reasons = {
    EACCES: "permission denied",
    EPERM: "permission denied",
    EROFS: "the file system is read-only",
    ENOSPC: "the disk is full",
    EDQUOT: "the disk quota is used up",
    ENAMETOOLONG: "its name is too long",
  };
  for (const [code, reason] of Object.entries(reasons)) {
    if (hasCode(error, code)) return new UserError(`Cannot write the page "${file}": ${reason}`);
  }
  return error;
}
