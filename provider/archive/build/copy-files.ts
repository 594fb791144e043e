/**
 * Copies files to their places in the assembled tree: clones that share their bytes where the file
 * system can do that, else copies. Never hard links, through which an edit would write.
 */
import { createHash } from "node:crypto";
import { chmodSync, constants, copyFileSync, fchmodSync, rmSync } from "node:fs";
import { hasCode, ignoringFileSystemErrors, isMissing } from "../../../common/files/file-errors.ts";
import { hashFile, sha256 } from "../../manifest/digests.ts";
import type { ManifestFile } from "../../manifest/manifest.ts";
import { readInto, withOpen, writeAll } from "../../../common/files/open-file.ts";
import { systemFailure } from "../../../common/files/system-failure.ts";
import type { SystemFailure } from "../../../common/files/system-failure.ts";
import type { ThreadTask } from "../../../common/worker-threads/task.ts";
import { PIECE_SIZE } from "../segments/segments.ts";
import { isUnchanged } from "./unchanged.ts";

/** A file and, when the tree lacks it, its place there. */
export interface FileToCopy {
  readonly file: ManifestFile;
  /** Absolute path, of which the directory is there and the file is not. */
  readonly copy: string | undefined;
}

/** A file is not what the manifest says, or the file system refuses. */
export type CopyProblem =
  | { readonly type: "changed"; readonly file: ManifestFile }
  | { readonly type: "failed"; readonly error: SystemFailure };

/** What came of it. */
export type CopyOutcome = { readonly type: "copied" } | CopyProblem;

/** What is being copied; one for each thread, as copying is synchronous. */
let copyBuffer: Buffer | undefined;

/**
 * Copies files, or where there is nothing to copy makes sure that they are what they were. Stops
 * at the first problem.
 */
export function copyFiles(files: readonly FileToCopy[]): CopyOutcome {
  copyBuffer ??= Buffer.allocUnsafeSlow(PIECE_SIZE + 1);
  for (const { file, copy } of files) {
    if (copy !== undefined && copyUnread(file, copy)) {
      continue;
    }
    const isLarge = file.sizeBytes > PIECE_SIZE;
    const done = isLarge ? copyLarge(file, copy) : copySmall(file, copy, copyBuffer);
    if (done.type !== "copied") {
      return done;
    }
  }
  return { type: "copied" };
}

/** {@link copyFiles} for worker threads. */
export const COPY_TASK: ThreadTask<readonly FileToCopy[], CopyOutcome> = {
  module: import.meta.url,
  run: copyFiles,
};

/**
 * Has the system copy a file whose signature proves its content, before and after.
 *
 * @returns false when the file must be read; there is no copy then
 */
function copyUnread(file: ManifestFile, copy: string): boolean {
  const { content } = file;
  if (content.type === "text" || !isUnchanged(file)) {
    return false;
  }
  // Where the file system refuses, reading the file will tell why.
  const isCopied = ignoringFileSystemErrors(() => {
    copyFileSync(content.file, copy, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
    chmodSync(copy, file.mode);
    return isUnchanged(file);
  });
  if (isCopied !== true) {
    rmSync(copy, { force: true });
  }
  return isCopied === true;
}

/**
 * Reads a small file, verifies it, and copies it when there is a place for it.
 *
 * @param target takes the bytes; at least one byte longer than they are
 */
export function copySmall(
  file: ManifestFile,
  copy: string | undefined,
  target: Buffer,
): CopyOutcome {
  try {
    if (file.content.type === "text") {
      target.write(file.content.text);
      if (copy !== undefined) {
        writeCopy(copy, target.subarray(0, file.sizeBytes), file.mode);
      }
      return { type: "copied" };
    }
    const isCloned = copy !== undefined && clone(file.content.file, copy, file.mode);
    // A clone is read in place of what it was made of, which may change any time.
    const source = isCloned ? copy : file.content.file;
    // One byte more than there should be, so that a file that has grown is noticed.
    const buffer = target.subarray(0, file.sizeBytes + 1);
    const length = withOpen(source, "r", (descriptor) => readInto(descriptor, buffer));
    const bytes = buffer.subarray(0, length);
    if (sha256(bytes) !== file.sha256) {
      return { type: "changed", file };
    }
    if (copy !== undefined && !isCloned) {
      writeCopy(copy, bytes, file.mode);
    }
    return { type: "copied" };
  } catch (error) {
    return problemOf(error, file);
  }
}

function copyLarge(file: ManifestFile, copy: string | undefined): CopyOutcome {
  if (file.content.type === "text") {
    return copySmall(file, copy, Buffer.allocUnsafe(file.sizeBytes + 1));
  }
  try {
    const isCloned = copy !== undefined && clone(file.content.file, copy, file.mode);
    const source = isCloned ? copy : file.content.file;
    const digest =
      copy === undefined || isCloned
        ? hashFile(source).sha256
        : withOpen(copy, "wx", (output) => {
            fchmodSync(output, file.mode);
            return copyAndHash(source, output);
          });
    return digest === file.sha256 ? { type: "copied" } : { type: "changed", file };
  } catch (error) {
    return problemOf(error, file);
  }
}

function copyAndHash(source: string, output: number): string {
  const digest = createHash("sha256");
  const buffer = (copyBuffer ??= Buffer.allocUnsafeSlow(PIECE_SIZE + 1));
  withOpen(source, "r", (input) => {
    for (;;) {
      const piece = buffer.subarray(0, readInto(input, buffer));
      if (piece.length === 0) {
        return;
      }
      digest.update(piece);
      writeAll(output, piece);
    }
  });
  return digest.digest("hex");
}

/** Whether clones were refused: by this file system, so there is no use in trying again. */
let isCloneRefused = false;

/** Clones a file if the file system can. */
function clone(file: string, copy: string, mode: number): boolean {
  if (isCloneRefused) {
    return false;
  }
  try {
    copyFileSync(file, copy, constants.COPYFILE_FICLONE_FORCE | constants.COPYFILE_EXCL);
    chmodSync(copy, mode);
    return true;
  } catch (error) {
    if (isMissing(error) || hasCode(error, "EACCES") || hasCode(error, "ENOSPC")) {
      throw error;
    }
    isCloneRefused = true;
    rmSync(copy, { force: true });
    return false;
  }
}

/** Not through a link, and with a mode that no umask has a say in. */
export function writeCopy(copy: string, bytes: Buffer, mode: number): void {
  withOpen(copy, "wx", (descriptor) => {
    writeAll(descriptor, bytes);
    fchmodSync(descriptor, mode);
  });
}

function problemOf(error: unknown, file: ManifestFile): CopyProblem {
  if (isMissing(error) || hasCode(error, "EISDIR")) {
    return { type: "changed", file };
  }
  return { type: "failed", error: systemFailure(error) };
}
