/** What it takes for files to survive a crash of the machine. */
import * as fs from "node:fs";
import { open } from "node:fs/promises";

/** Syncs the names in a directory: a new or renamed file is safe only then, see fsync(2). */
export function syncDirectory(directory: string): void {
  const file = fs.openSync(directory, "r");
  try {
    fs.fsyncSync(file);
  } finally {
    fs.closeSync(file);
  }
}

/**
 * Makes what syncs the names in a directory without holding up the process, and for many files at once: one
 * sync serves all those that were there before it began.
 */
export function createDirectorySync(directory: string): () => Promise<void> {
  let running = Promise.resolve();
  let next: Promise<void> | undefined;
  const sync = async (): Promise<void> => {
    next = undefined;
    const file = await open(directory, "r");
    try {
      await file.sync();
    } finally {
      await file.close();
    }
  };
  return async () => {
    if (next === undefined) {
      next = running.then(sync);
      // A failure is told to those who wait for it, not to those after them.
      running = next.catch(() => undefined);
    }
    return next;
  };
}
