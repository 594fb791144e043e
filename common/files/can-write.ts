/** Whether something can be written at a place, as far as permissions tell. */
import { accessSync, constants, statSync } from "node:fs";
import path from "node:path";
import { isSystemError } from "./file-errors.ts";

/**
 * Whether this process may make entries in a directory; for one that is missing, whether it may
 * make the directory.
 */
export function canWriteIn(directory: string): boolean {
  try {
    accessSync(directory, constants.W_OK | constants.X_OK);
    return statSync(directory).isDirectory();
  } catch (error) {
    if (!isSystemError(error)) {
      throw error;
    }
    const parent = path.dirname(directory);
    return error.code === "ENOENT" && parent !== directory && canWriteIn(parent);
  }
}
