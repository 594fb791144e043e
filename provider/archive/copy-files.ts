/**
 * Copies files to their places in the assembled tree: clones that share their bytes where the file
 * system can do that, else copies. Never hard links, through which an edit would write.
 */
import { createHash } from "node:crypto";
import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  fchmodSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { hasCode, isMissing } from "../file-errors.ts";
import { sha256 } from "../manifest/digests.ts";
import type { ManifestFile } from "../manifest/manifest.ts";
import { systemFailure } from "../workers/system-failure.ts";
import type { SystemFailure } from "../workers/tasks.ts";

/** Files up to this size are read whole, in bytes; larger ones in pieces of this size. */
export const PIECE_SIZE: number = 1 << 20;

/** A file and, when the tree lacks it, its place there. */
export interface FileToCopy {
  readonly file: ManifestFile;
  /** Absolute path, of which the directory is there and the file is not. */
  readonly copy: string | undefined;
}

/** Copies files, or where there is nothing to copy makes sure that they are what they were. */
export interface CopyTask {
  readonly type: "copy";
  readonly files: readonly FileToCopy[];
}

/** A file is not what the manifest says, or the file system refuses. */
export type CopyProblem =
  | { readonly type: "changed"; readonly file: ManifestFile }
  | { readonly type: "failed"; readonly error: SystemFailure };

/** What came of it. */
export type CopyOutcome = { readonly type: "copied" } | CopyProblem;

/** See {@link CopyTask}. Stops at the first problem. */
export function copyFiles({ files }: CopyTask): CopyOutcome {
  for (const { file, copy } of files) {
    const done = file.sizeBytes > PIECE_SIZE ? copyLarge(file, copy) : copySmall(file, copy);
    if (done.type !== "copied") return done;
  }
  return { type: "copied" };
}

/** A small file's bytes, verified, and copied when there is a place for it. */
export function copySmall(
  file: ManifestFile,
  copy: string | undefined,
): { readonly type: "copied"; readonly bytes: Buffer } | CopyProblem {
  try {
    if (file.content.type === "text") {
      const bytes = Buffer.from(file.content.text);
      if (copy !== undefined) writeCopy(copy, bytes, file.mode);
      return { type: "copied", bytes };
    }
    const isCloned = copy !== undefined && clone(file.content.file, copy, file.mode);
    // A clone is read in place of what it was made of, which may change any time.
    const bytes = readFileSync(isCloned ? copy : file.content.file);
    if (sha256(bytes) !== file.sha256) return { type: "changed", file };
    if (copy !== undefined && !isCloned) writeCopy(copy, bytes, file.mode);
    return { type: "copied", bytes };
  } catch (error) {
    return problemOf(error, file);
  }
}

function copyLarge(file: ManifestFile, copy: string | undefined): CopyOutcome {
  if (file.content.type === "text") return copySmall(file, copy);
  try {
    const isCloned = copy !== undefined && clone(file.content.file, copy, file.mode);
    const digest = createHash("sha256");
    const input = openSync(isCloned ? copy : file.content.file, "r");
    try {
      const output = isCloned || copy === undefined ? undefined : openSync(copy, "wx", file.mode);
      try {
        if (output !== undefined) fchmodSync(output, file.mode);
        const buffer = Buffer.allocUnsafe(PIECE_SIZE);
        for (;;) {
          const piece = buffer.subarray(0, readSync(input, buffer, 0, PIECE_SIZE, null));
          if (piece.length === 0) break;
          digest.update(piece);
          if (output !== undefined) writeAll(output, piece);
        }
      } finally {
        if (output !== undefined) closeSync(output);
      }
    } finally {
      closeSync(input);
    }
    return digest.digest("hex") === file.sha256 ? { type: "copied" } : { type: "changed", file };
  } catch (error) {
    return problemOf(error, file);
  }
}

/** Whether clones were refused: by this file system, so there is no use in trying again. */
let isCloneRefused = false;

/** Clones a file if the file system can. */
function clone(file: string, copy: string, mode: number): boolean {
  if (isCloneRefused) return false;
  try {
    copyFileSync(file, copy, constants.COPYFILE_FICLONE_FORCE | constants.COPYFILE_EXCL);
    chmodSync(copy, mode);
    return true;
  } catch (error) {
    if (isMissing(error) || hasCode(error, "EACCES") || hasCode(error, "ENOSPC")) throw error;
    isCloneRefused = true;
    rmSync(copy, { force: true });
    return false;
  }
}

/** Not through a link, and with a mode that no umask has a say in. */
function writeCopy(copy: string, bytes: Buffer, mode: number): void {
  const descriptor = openSync(copy, "wx", mode);
  try {
    writeFileSync(descriptor, bytes);
    fchmodSync(descriptor, mode);
  } finally {
    closeSync(descriptor);
  }
}

function writeAll(descriptor: number, bytes: Buffer): void {
  for (let done = 0; done < bytes.length;) done += writeSync(descriptor, bytes, done);
}

function problemOf(error: unknown, file: ManifestFile): CopyProblem {
  if (isMissing(error) || hasCode(error, "EISDIR")) return { type: "changed", file };
  return { type: "failed", error: systemFailure(error) };
}
