/**
 * What the file system says of a file without it being read, and when that is enough to know that
 * the content is the same as before.
 */
import type { Stats } from "node:fs";

/** What changes whenever a file's content does, save within one tick of its file system's clock. */
export interface FileSignature {
  readonly sizeBytes: number;
  /** Time of the last change of content, in ms since 1970 with what fraction there is. */
  readonly mtimeMs: number;
  /** Time of the last change of content or attributes; nothing sets it back, as tools do with mtime. */
  readonly ctimeMs: number;
  readonly inode: number;
}

/** The coarsest clock there is: FAT counts pairs of seconds. In ms, with a margin. */
const COARSE_TICK_MS = 2100;

/** Others follow the kernel's timer, which ticks every 1 to 10 ms. In ms, with a margin. */
const FINE_TICK_MS = 25;

/** The signature of a file. */
export function signatureOf({ size, mtimeMs, ctimeMs, ino }: Stats): FileSignature {
  return { sizeBytes: size, mtimeMs, ctimeMs, inode: ino };
}

/** Whether two signatures are the same in all. */
export function isSameSignature(a: FileSignature, b: FileSignature): boolean {
  return (
    a.mtimeMs === b.mtimeMs &&
    a.ctimeMs === b.ctimeMs &&
    a.sizeBytes === b.sizeBytes &&
    a.inode === b.inode
  );
}

/**
 * Whether a signature that was taken at a time proves what was read after it: a change
 * after the reading would show. A file that was changed within the clock's tick before could be
 * changed once more and look the same (https://git-scm.com/docs/racy-git).
 *
 * @param observedAtMs when the signature was taken, before the content was read
 */
export function isSettled(
  { mtimeMs, ctimeMs }: Pick<FileSignature, "ctimeMs" | "mtimeMs">,
  observedAtMs: number,
): boolean {
  const tickMs = isWholeSeconds(mtimeMs) || isWholeSeconds(ctimeMs) ? COARSE_TICK_MS : FINE_TICK_MS;
  return Math.max(mtimeMs, ctimeMs) < observedAtMs - tickMs;
}

function isWholeSeconds(ms: number): boolean {
  return ms % 1000 === 0;
}
