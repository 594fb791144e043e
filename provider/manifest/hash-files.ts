/** Hashes many files: here, or on worker threads when it is worth their start. */
import type { HashOutcome } from "../archive/build/tasks.ts";
import { runTask } from "../archive/build/run-task.ts";
import { sharedWorkers } from "../../common/worker-threads/pool.ts";

/** From this many bytes on, threads are worth their start. */
const WORTH_THREADS = 32 << 20;

/** How much one task reads, about, in bytes: few messages, and work for all threads to the end. */
const TASK_SIZE = 4 << 20;

/** A file to read. */
export interface FileToHash {
  readonly file: string;
  /** As it was listed; decides only how the work is divided. */
  readonly sizeBytes: number;
}

/**
 * SHA-256 and size of each file, in their order, or why it could not be read.
 */
export async function hashFiles(files: readonly FileToHash[]): Promise<readonly HashOutcome[]> {
  const total = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const outcomes = await Promise.all(
    batches(files).map(async (batch) => {
      const task = { type: "hash", files: batch.map(({ file }) => file) } as const;
      return total < WORTH_THREADS ? runTask(task) : sharedWorkers().run(task);
    }),
  );
  return outcomes.flat();
}

function batches(files: readonly FileToHash[]): readonly (readonly FileToHash[])[] {
  const all: FileToHash[][] = [];
  let room = 0;
  for (const file of files) {
    const last = all.at(-1);
    if (last === undefined || room <= 0) {
      all.push([file]);
      room = TASK_SIZE;
    } else last.push(file);
    room -= file.sizeBytes;
  }
  return all;
}
