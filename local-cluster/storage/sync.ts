/** What it takes for files to survive a crash of the machine. */
import * as fs from "node:fs";

/** Syncs the names in a directory: a new or renamed file is safe only then, see fsync(2). */
export function syncDirectory(directory: string): void {
  const file = fs.openSync(directory, "r");
  try {
    fs.fsyncSync(file);
  } finally {
    fs.closeSync(file);
  }
}
