/** Writes a page where the user wants it: whole, or not at all. */
import type { Stats } from "node:fs";
import { realpath, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { writeAtomically } from "../../common/files/atomic-write.ts";
import { findFileErrorReason } from "../../common/files/file-error-reason.ts";
import { isMissing } from "../../common/files/file-errors.ts";
import { UserError } from "../../common/errors/user-error.ts";

/**
 * Writes a page so that a reader never meets half of it, nor does a full disk or an interruption
 * leave that. What is no file, as a pipe or a device, is written to and stays; so does a link.
 *
 * @param file absolute path; what is there is replaced
 * @throws {UserError} when its folder is missing, or it cannot be written
 */
export async function writePage(file: string, content: string): Promise<void> {
  const folder = path.dirname(file);
  if ((await findStats(folder))?.isDirectory() !== true) {
    throw new UserError(`Cannot write the page "${file}" as there is no directory "${folder}"`);
  }
  const found = await findStats(file);
  if (found?.isDirectory() === true) {
    throw new UserError(`Cannot write the page "${file}" as it is a directory: name a file in it`);
  }
  try {
    if (found === undefined) {
      await writeAtomically(file, content, { mode: 0o666 });
    } else if (found.isFile()) {
      await writeAtomically(await realpath(file), content, { mode: 0o666 });
    } else {
      await writeFile(file, content);
    }
  } catch (error) {
    throw failure(file, error);
  }
}

async function findStats(name: string): Promise<Stats | undefined> {
  try {
    return await stat(name);
  } catch (error) {
    if (isMissing(error)) {
      return undefined;
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
