/** Whether there is something at a path. */
import { stat } from "node:fs/promises";
import { isMissing } from "./file-errors.ts";

/**
 * Whether a path leads to something; links are followed.
 *
 * @throws {unknown} what else the file system refuses: that it may not be looked at does not mean that it is not there
 */
export async function exists(file: string): Promise<boolean> {
  try {
    await stat(file);
    return true;
  } catch (error) {
    if (isMissing(error)) {
      return false;
    }
    throw error;
  }
}
