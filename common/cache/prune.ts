/** Keeps the cache from growing for ever: what was not used for long goes first. */
import { lstatSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ignoringFileSystemErrors } from "../files/file-errors.ts";
import { makeDirectory } from "../files/make-directory.ts";
import { cacheDirectory } from "./directory.ts";

/** How much the cache may hold, in bytes. */
const MAX_BYTES = 2 * 2 ** 30;

/** What remains of that after it was too much. */
const SHARE_LEFT = 0.75;

/** What was not used for so long is not likely to be, in ms. */
const MAX_AGE_MS = 30 * 24 * 3600 * 1000;

/** How often to look, in ms. */
const INTERVAL_MS = 24 * 3600 * 1000;

/** A file whose time says when the cache was looked through. */
const STAMP = "pruned";

/** What to keep; see {@link pruneCache}. */
export interface PruneOptions {
  /** The cache. @default {@link cacheDirectory} */
  readonly directory?: string | undefined;
  /** @default 2 GiB */
  readonly maxBytes?: number;
  /** In ms since 1970. @default now */
  readonly nowMs?: number;
}

interface CachedFile {
  readonly file: string;
  readonly sizeBytes: number;
  readonly usedAtMs: number;
}

/**
 * Removes from the cache what was not used for 30 days, and the least recently used of what is
 * more than its bounds. Does nothing when that was done within a day.
 */
export function pruneCache(options: PruneOptions = {}): void {
  const { directory = cacheDirectory(), maxBytes = MAX_BYTES, nowMs = Date.now() } = options;
  if (directory === undefined) {
    return;
  }
  ignoringFileSystemErrors(() => {
    const stamp = path.join(directory, STAMP);
    const last = statSync(stamp, { throwIfNoEntry: false });
    if (last !== undefined && last.mtimeMs > nowMs - INTERVAL_MS) {
      return;
    }
    makeDirectory(directory, 0o700);
    writeFileSync(stamp, "", { mode: 0o600 });
    utimesSync(stamp, nowMs / 1000, nowMs / 1000);
    removeUnused(directory, maxBytes, nowMs);
  });
}

/** Shows that a file of the cache is in use; once a day is often enough. */
export function markUsed(file: string, nowMs: number = Date.now()): void {
  ignoringFileSystemErrors(() => {
    if (statSync(file).mtimeMs > nowMs - INTERVAL_MS) {
      return;
    }
    utimesSync(file, nowMs / 1000, nowMs / 1000);
  });
}

function removeUnused(directory: string, maxBytes: number, nowMs: number): void {
  const files = filesOf(directory).toSorted((a, b) => b.usedAtMs - a.usedAtMs);
  const total = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const bound = total > maxBytes ? maxBytes * SHARE_LEFT : maxBytes;
  let kept = 0;
  for (const { file, sizeBytes, usedAtMs } of files) {
    kept += sizeBytes;
    if (kept > bound || usedAtMs < nowMs - MAX_AGE_MS) {
      rmSync(file, { force: true });
    }
  }
}

function filesOf(directory: string): readonly CachedFile[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== STAMP)
    .flatMap((entry) => {
      const file = path.join(entry.parentPath, entry.name);
      // Another process may have removed it.
      const stats = lstatSync(file, { throwIfNoEntry: false });
      return stats === undefined ? [] : [{ file, sizeBytes: stats.size, usedAtMs: stats.mtimeMs }];
    });
}
