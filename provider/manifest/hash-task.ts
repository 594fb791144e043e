/** Hashes files one after another, and looks at how they start, on whichever thread it is called. */
import { systemFailure } from "../../common/files/system-failure.ts";
import type { SystemFailure } from "../../common/files/system-failure.ts";
import type { ThreadTask } from "../../common/worker-threads/task.ts";
import { findingOf } from "../pipeline/files/content-findings.ts";
import type { ContentFinding } from "../pipeline/files/content-findings.ts";
import { archiveImportsOf } from "../pipeline/python/archive-imports.ts";
import { hashFile } from "./digests.ts";

/** What came of one file: its digest in hex, size and what was noticed, or the file system's error. */
export type HashOutcome =
  | {
      readonly type: "hashed";
      readonly sha256: string;
      readonly sizeBytes: number;
      readonly finding?: ContentFinding;
      /** Of code, what it imports from the archive; `parseArchiveImports` reads it. */
      readonly imports?: string;
    }
  | { readonly type: "failed"; readonly error: SystemFailure };

/** SHA-256 and size of each file, in their order, or why it could not be read. */
export function hashEach(files: readonly string[]): readonly HashOutcome[] {
  return files.map(hashOrFailure);
}

/** {@link hashEach} for worker threads. */
export const HASH_TASK: ThreadTask<readonly string[], readonly HashOutcome[]> = {
  module: import.meta.url,
  run: hashEach,
};

function hashOrFailure(file: string): HashOutcome {
  try {
    let finding: ContentFinding | undefined;
    let imports: string | undefined;
    const hashed = hashFile(file, (start) => {
      finding = findingOf(file, start);
      imports = archiveImportsOf(file, start);
    });
    return {
      type: "hashed",
      ...hashed,
      ...(finding === undefined ? {} : { finding }),
      ...(imports === undefined ? {} : { imports }),
    };
  } catch (error) {
    return { type: "failed", error: systemFailure(error) };
  }
}
