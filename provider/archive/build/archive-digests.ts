/**
 * SHA-256 and MD5 of an archive while it is written. The MD5 of a large one, which takes longest, is taken
 * on a thread of its own: a second thread for the other takes longer to start than it saves.
 */
import { createHash } from "node:crypto";
import type { Hash } from "node:crypto";
import { UserError } from "../../../common/errors/user-error.ts";
import { WorkerPool } from "../../../common/worker-threads/pool.ts";
import { ABANDONED, DIGEST_TASK } from "./digest-growing-file.ts";

/** What was written. */
export interface ArchiveBytes {
  readonly sizeBytes: number;
  /** SHA-256 of the gzip bytes, in hex. */
  readonly sha256: string;
  /** MD5 of the gzip bytes, in hex: what the cluster computes of a file. */
  readonly md5: string;
}

/** From this much content on, a thread is worth its start, in bytes. */
const THREAD_FROM_BYTES = 64 << 20;

/** Not one of those that pack, as it waits for them. Several archives may be written at a time. */
const threads = new WorkerPool();

/** The digests of one archive. */
export class ArchiveDigests implements Disposable {
  readonly #file: string;
  readonly #sha256 = createHash("sha256");
  readonly #progress = new BigInt64Array(new SharedArrayBuffer(8));
  /** Of a small archive it is taken here. */
  readonly #md5: Hash | Promise<string | undefined>;
  #sizeBytes = 0;

  /**
   * @param file the archive, which is there and empty
   * @param contentBytes how much will be packed, about
   */
  constructor(file: string, contentBytes: number) {
    this.#file = file;
    this.#md5 = contentBytes < THREAD_FROM_BYTES ? createHash("md5") : this.#startThread();
  }

  /** Takes note of bytes that were written just now. */
  written(bytes: Uint8Array): void {
    this.#sizeBytes += bytes.length;
    this.#sha256.update(bytes);
    if (this.#md5 instanceof Promise) {
      this.#tell(BigInt(this.#sizeBytes));
    } else {
      this.#md5.update(bytes);
    }
  }

  /** What is known when all is written. @throws {UserError} when somebody has cut the file short meanwhile */
  async end(): Promise<ArchiveBytes> {
    this.#tell(-1n - BigInt(this.#sizeBytes));
    const md5 = this.#md5 instanceof Promise ? await this.#md5 : this.#md5.digest("hex");
    if (md5 === undefined) {
      throw new UserError(
        `Cannot build "${this.#file}" as something cut it short while it was written: run it again`,
      );
    }
    return { sizeBytes: this.#sizeBytes, sha256: this.#sha256.digest("hex"), md5 };
  }

  /** Lets the thread go, whatever came of the archive. */
  [Symbol.dispose](): void {
    this.#tell(ABANDONED);
  }

  #startThread(): Promise<string | undefined> {
    const { buffer: progress } = this.#progress;
    const digest = threads.run(DIGEST_TASK, { file: this.#file, progress });
    // It is awaited at the end, which a failure may come before.
    digest.catch(() => undefined);
    return digest;
  }

  #tell(state: bigint): void {
    Atomics.store(this.#progress, 0, state);
    Atomics.notify(this.#progress, 0);
  }
}
