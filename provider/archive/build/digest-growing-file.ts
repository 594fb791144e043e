/** Takes the digests of a file while another thread writes it: what is hashed is what was written. */
import { createHash } from "node:crypto";
import { readInto, withOpen } from "../../../common/files/open-file.ts";
import type { ThreadTask } from "../../../common/worker-threads/task.ts";

/** How much is read at a time, in bytes. */
const READ_SIZE = 256 << 10;

/** The value of {@link GrowingFile.progress} when nobody wants the digest any more. */
export const ABANDONED: bigint = -(2n ** 63n);

/** A file that grows. */
export interface GrowingFile {
  readonly file: string;
  /**
   * One 64-bit number: how many bytes are written; when those are all, minus one minus that many.
   * Whoever changes it notifies those who wait.
   */
  readonly progress: SharedArrayBuffer;
}

/** What a file holds, in hex. */
export interface FileDigests {
  readonly sha256: string;
  readonly md5: string;
}

/**
 * The digests of a file, when all of it is there; undefined when it was abandoned, or somebody has cut it short. Its
 * thread does nothing else until then.
 */
export function digestGrowingFile({ file, progress }: GrowingFile): FileDigests | undefined {
  const written = new BigInt64Array(progress);
  const [sha256, md5] = [createHash("sha256"), createHash("md5")];
  const buffer = Buffer.allocUnsafeSlow(READ_SIZE);
  return withOpen(file, "r", (descriptor) => {
    for (let done = 0; ;) {
      const state = Atomics.load(written, 0);
      if (state === ABANDONED) {
        return undefined;
      }
      const end = Number(state < 0n ? -1n - state : state);
      if (done === end && state < 0n) {
        return { sha256: sha256.digest("hex"), md5: md5.digest("hex") };
      }
      if (done === end) {
        Atomics.wait(written, 0, state);
        continue;
      }
      const length = readInto(descriptor, buffer.subarray(0, Math.min(READ_SIZE, end - done)));
      if (length === 0) {
        return undefined;
      }
      sha256.update(buffer.subarray(0, length));
      md5.update(buffer.subarray(0, length));
      done += length;
    }
  });
}

/** {@link digestGrowingFile} for a worker thread of its own. */
export const DIGEST_TASK: ThreadTask<GrowingFile, FileDigests | undefined> = {
  module: import.meta.url,
  run: digestGrowingFile,
};
