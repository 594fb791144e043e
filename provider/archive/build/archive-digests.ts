/**
 * SHA-256 and MD5 of an archive while it is written: of a large one on a thread of its own, which starts when it is
 * known that there will be an archive. A second thread takes longer to start than it saves.
 */
import { createHash } from "node:crypto";
import { UserError } from "../../../common/errors/user-error.ts";
import { WorkerPool } from "../../../common/worker-threads/pool.ts";
import { ABANDONED, DIGEST_TASK } from "./digest-growing-file.ts";
import type { FileDigests } from "./digest-growing-file.ts";

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

/** The thread is woken for no less than that, but for the end. In bytes. */
const WAKE_BYTES = 2 << 20;

/** Not one of those that pack, as it waits for them. Several archives may be written at a time. */
const threads = new WorkerPool();

/** The digests of one archive. */
export class ArchiveDigests implements Disposable {
  readonly #file: string;
  readonly #here = { sha256: createHash("sha256"), md5: createHash("md5") };
  readonly #progress = new BigInt64Array(new SharedArrayBuffer(8));
  /** Of a small archive they are taken here. */
  readonly #there: Promise<FileDigests | undefined> | undefined;
  #sizeBytes = 0;
  #toldBytes = 0;

  /**
   * @param file the archive, which is there and empty
   * @param contentBytes how much will be packed, about
   */
  constructor(file: string, contentBytes: number) {
    this.#file = file;
    this.#there = contentBytes < THREAD_FROM_BYTES ? undefined : this.#startThread();
  }

  /** Takes note of bytes that were written just now. */
  written(bytes: Uint8Array): void {
    this.#sizeBytes += bytes.length;
    if (this.#there === undefined) {
      this.#here.sha256.update(bytes);
      this.#here.md5.update(bytes);
    } else if (this.#sizeBytes - this.#toldBytes >= WAKE_BYTES) {
      this.#toldBytes = this.#sizeBytes;
      this.#tell(BigInt(this.#sizeBytes));
    }
  }

  /** What is known when all is written. @throws {UserError} when somebody has cut the file short meanwhile */
  async end(): Promise<ArchiveBytes> {
    this.#tell(-1n - BigInt(this.#sizeBytes));
    const { sha256, md5 } = this.#here;
    const digests =
      this.#there === undefined
        ? { sha256: sha256.digest("hex"), md5: md5.digest("hex") }
        : await this.#there;
    if (digests === undefined) {
      throw new UserError(
        `Cannot build "${this.#file}" as something cut it short while it was written: run it again`,
      );
    }
    return { sizeBytes: this.#sizeBytes, ...digests };
  }

  /** Lets the thread go, whatever came of the archive. */
  [Symbol.dispose](): void {
    this.#tell(ABANDONED);
  }

  #startThread(): Promise<FileDigests | undefined> {
    const { buffer: progress } = this.#progress;
    const digests = threads.run(DIGEST_TASK, { file: this.#file, progress });
    // They are awaited at the end, which a failure may come before.
    digests.catch(() => undefined);
    return digests;
  }

  #tell(state: bigint): void {
    Atomics.store(this.#progress, 0, state);
    Atomics.notify(this.#progress, 0);
  }
}
