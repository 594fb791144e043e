import * as fs from "node:fs";

/** Makes names in a folder last: a new or renamed file is safe only when its folder is synced. */
export function syncDirectory(directory: string): void {
  const file = fs.openSync(directory, "r");
  try {
    fs.fsyncSync(file);
  } finally {
    fs.closeSync(file);
  }
}
