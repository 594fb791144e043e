/** Whether something can be written at a place, as far as permissions tell. */
import { accessSync, constants, lstatSync } from "node:fs";
import path from "node:path";
import { hasCode } from "./file-errors.ts";

/** What the system says to who may not write, or look. */
const REFUSALS = ["EACCES", "EPERM", "EROFS"];

/**
 * Whether this process may make entries in a directory; where there is none, whether it may make it.
 * Whatever else is wrong with the place is left to those who write there.
 */
export function canWriteIn(directory: string): boolean {
  try {
    const isThere = lstatSync(directory, { throwIfNoEntry: false })?.isDirectory() === true;
    const parent = path.dirname(directory);
    if (!isThere && parent !== directory) {
      return canWriteIn(parent);
    }
    accessSync(directory, constants.W_OK | constants.X_OK);
    return true;
  } catch (error) {
    return !REFUSALS.some((code) => hasCode(error, code));
  }
}
