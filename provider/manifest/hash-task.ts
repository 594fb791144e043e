/** Hashes files one after another, and looks at how they start, on whichever thread it is called. */
import { systemFailure } from "../../common/files/system-failure.ts";
import type { SystemFailure } from "../../common/files/system-failure.ts";
import type { ThreadTask } from "../../common/worker-threads/task.ts";
import { findingOf } from "../pipeline/files/content-findings.ts";
import type { ContentFinding } from "../pipeline/files/content-findings.ts";
import { archiveImportsOf } from "../pipeline/python/archive-imports.ts";
import { hashFile, READ_SIZE, sha256 } from "./digests.ts";

/** A file's digest in hex, size and what was noticed. */
export interface HashedFile {
  readonly type: "hashed";
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly finding?: ContentFinding;
  /** Of code, what it imports from the archive; `parseArchiveImports` reads it. */
  readonly imports?: string;
}

/** What came of one file: that, or the file system's error. */
export type HashOutcome = HashedFile | { readonly type: "failed"; readonly error: SystemFailure };

/** SHA-256 and size of each file, in their order, or why it could not be read. */
export function hashEach(files: readonly string[]): readonly HashOutcome[] {
  return files.map((file) => hashOrFailure(file));
}

/** {@link hashEach} for worker threads. */
export const HASH_TASK: ThreadTask<readonly string[], readonly HashOutcome[]> = {
  module: import.meta.url,
  run: hashEach,
};

/**
 * What {@link hashEach} says of a file.
 *
 * @param take is given what is read, piece by piece
 */
export function hashOrFailure(file: string, take?: (piece: Buffer) => void): HashOutcome {
  try {
    let noticed = {};
    const hashed = hashFile(file, (piece, offset) => {
      if (offset === 0) {
        noticed = noticeIn(file, piece);
      }
      take?.(piece);
    });
    return { type: "hashed", ...hashed, ...noticed };
  } catch (error) {
    return { type: "failed", error: systemFailure(error) };
  }
}

/** What {@link hashEach} says of a file of which all is in memory. */
export function hashedContent(file: string, content: Buffer): HashedFile {
  return {
    type: "hashed",
    sha256: sha256(content),
    sizeBytes: content.length,
    ...noticeIn(file, content.subarray(0, READ_SIZE)),
  };
}

function noticeIn(file: string, start: Buffer): Pick<HashedFile, "finding" | "imports"> {
  const finding = findingOf(file, start);
  const imports = archiveImportsOf(file, start);
  return {
    ...(finding === undefined ? {} : { finding }),
    ...(imports === undefined ? {} : { imports }),
  };
}
