/**
 * Files of the cache that are taken for none when they are torn, damaged, or another one's under this name: a digest
 * of the name and of what they hold stands before it.
 */
import { hash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { ignoringFileSystemErrors } from "../files/file-errors.ts";
import { markUsed } from "./prune.ts";
import { writeCacheFile } from "./write-cache-file.ts";

/** In hex. */
const DIGEST_LENGTH = 64;

/**
 * Reads what {@link writeVerifiedFile} has written.
 *
 * @returns undefined for anything else, and where the file system refuses: it is only a memory
 */
export function readVerifiedFile(file: string): Buffer | undefined {
  const bytes = ignoringFileSystemErrors(() => readFileSync(file));
  const content = bytes?.subarray(DIGEST_LENGTH);
  if (
    content === undefined ||
    bytes?.toString("latin1", 0, DIGEST_LENGTH) !== digestOf(file, content)
  ) {
    return undefined;
  }
  markUsed(file);
  return content;
}

/** Writes a file of the cache. Where that cannot be done, the next run knows less, and that is all. */
export function writeVerifiedFile(file: string, content: Uint8Array): void {
  ignoringFileSystemErrors(() => writeCacheFile(file, digestOf(file, content), content));
}

function digestOf(file: string, content: Uint8Array): string {
  return hash("sha256", `${path.basename(file)} ${hash("sha256", content)}`);
}
