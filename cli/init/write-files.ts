/** Writes new files, all of them or none, and never in place of one that is there. */
import { mkdir, rm, rmdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { UserError } from "../../common/errors/user-error.ts";
import { exists } from "../../common/files/exists.ts";
import { fileErrorWords } from "../../common/files/file-error-reason.ts";
import { isSystemError } from "../../common/files/file-errors.ts";
import type { Files } from "./stage-template.ts";

/**
 * Writes files.
 *
 * @param directory absolute; made when it is not there
 * @throws {UserError} when one of them is there, or cannot be written; nothing is left of the others then
 */
export async function writeNewFiles(directory: string, files: Files): Promise<void> {
  const names = Object.keys(files);
  const taken: string[] = [];
  for (const name of names) {
    if (await exists(path.join(directory, name))) {
      taken.push(`"${name}"`);
    }
  }
  if (taken.length > 0) {
    throw new UserError(
      `Cannot make it in "${directory}" as ${taken.join(", ")} ${taken.length === 1 ? "is" : "are"} there: ` +
        "name another folder, or remove what is in the way",
    );
  }
  const written: string[] = [];
  const made: string[] = [];
  try {
    for (const [name, text] of Object.entries(files)) {
      const file = path.join(directory, name);
      const first = await mkdir(path.dirname(file), { recursive: true });
      if (first !== undefined) {
        made.push(...foldersBetween(first, path.dirname(file)));
      }
      await writeFile(file, text, { flag: "wx" });
      written.push(file);
    }
  } catch (error) {
    await Promise.all(written.map((file) => rm(file, { force: true })));
    // The innermost first. One that somebody else has put something into stays.
    for (const folder of made.toSorted((a, b) => b.length - a.length)) {
      await rmdir(folder).catch(() => undefined);
    }
    if (!isSystemError(error)) {
      throw error;
    }
    throw new UserError(`Cannot write in "${directory}": ${fileErrorWords(error)}`);
  }
}

/** From the first folder that was made to the last, both among them. */
function foldersBetween(first: string, last: string): readonly string[] {
  return first === last ? [first] : [...foldersBetween(first, path.dirname(last)), last];
}
