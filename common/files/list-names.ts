/** What is in a directory that need not be there. */
import { readdir } from "node:fs/promises";
import { isMissing } from "./file-errors.ts";

/**
 * The names in a directory, in no order; none when there is no such directory.
 *
 * @throws {Error} what else the file system refuses
 */
export async function listNames(directory: string): Promise<readonly string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (isMissing(error)) {
      return [];
    }
    throw error;
  }
}
