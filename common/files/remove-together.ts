/** Removes several files and folders so that all of them are gone, or all are still there. */
import { rename, rm } from "node:fs/promises";
import { isMissing } from "./file-errors.ts";

/** What a path is called on its way out; no stack and no file of a user's ends like this. */
const ASIDE = "~removed";

/**
 * Removes files and folders; those that are not there are none. They are renamed first, in their order: where one
 * cannot be, the others get their names back.
 *
 * @param paths what counts most comes last
 * @throws {Error} what the file system refuses
 */
export async function removeTogether(paths: readonly string[]): Promise<void> {
  const aside: string[] = [];
  try {
    for (const path of paths) {
      // From a run that was killed.
      await rm(`${path}${ASIDE}`, { recursive: true, force: true });
      if (await isRenamed(path)) {
        aside.push(path);
      }
    }
  } catch (error) {
    for (const path of aside.toReversed()) {
      await rename(`${path}${ASIDE}`, path);
    }
    throw error;
  }
  for (const path of aside) {
    await rm(`${path}${ASIDE}`, { recursive: true, force: true });
  }
}

/** @returns false where there is nothing */
async function isRenamed(path: string): Promise<boolean> {
  try {
    await rename(path, `${path}${ASIDE}`);
    return true;
  } catch (error) {
    if (isMissing(error)) {
      return false;
    }
    throw error;
  }
}
