/** What is in a directory that need not be there. */
import { readdirSync } from "node:fs";
import { isMissing } from "./file-errors.ts";

/**
 * The names in a directory, in no order; none when there is no such directory.
 *
 * @throws {Error} what else the file system refuses
 */
export async function listNames(directory: string): Promise<readonly string[]> {
  try {
    // In other threads it would take several times as long, and a pipeline asks for many.
    return readdirSync(directory);
  } catch (error) {
    if (isMissing(error)) {
      return [];
    }
    throw error;
  }
}
