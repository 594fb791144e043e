/** Hashes many files: here, or on worker threads when it is worth their start. */
import { sharedWorkers } from "../../common/worker-threads/pool.ts";
import { HASH_TASK, hashEach } from "./hash-task.ts";
import type { HashOutcome } from "./hash-task.ts";
import type { ManifestFile } from "./manifest.ts";

/** From this many bytes on, threads are worth their start. */
const THREADS_FROM_BYTES = 32 << 20;

/** How much one task reads, about, in bytes: few messages, and work for all threads to the end. */
const TASK_SIZE = 4 << 20;

/** A file to read. */
export interface FileToHash {
  readonly file: string;
  /** As it was listed; decides only how the work is divided. */
  readonly sizeBytes: number;
}

/** A file to read, and what it will be in the archive. */
export interface EntryToHash extends FileToHash, Pick<ManifestFile, "mode" | "path"> {}

/** Does what {@link hashFiles} does for all files of a part, and maybe more with what it reads. */
export type HashPart = (files: readonly EntryToHash[]) => Promise<readonly HashOutcome[]>;

/**
 * SHA-256 and size of each file, in their order, or why it could not be read.
 */
export async function hashFiles(files: readonly FileToHash[]): Promise<readonly HashOutcome[]> {
  const total = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const outcomes = await Promise.all(
    batches(files).map(async (batch) => {
      const names = batch.map(({ file }) => file);
      return total < THREADS_FROM_BYTES ? hashEach(names) : sharedWorkers().run(HASH_TASK, names);
    }),
  );
  return outcomes.flat();
}

function batches(files: readonly FileToHash[]): readonly (readonly FileToHash[])[] {
  const all: FileToHash[][] = [];
  let bytesLeft = 0;
  for (const file of files) {
    const last = all.at(-1);
    if (last === undefined || bytesLeft <= 0) {
      all.push([file]);
      bytesLeft = TASK_SIZE;
    } else {
      last.push(file);
    }
    bytesLeft -= file.sizeBytes;
  }
  return all;
}
