/** The MD5 of a file's content. */
import { createHash } from "node:crypto";

/** MD5 of no bytes, which a new file has. */
export const EMPTY_MD5 = "d41d8cd98f00b204e9800998ecf8427e";

/** Computes the MD5 of several streams, one after the other. */
export class Md5 {
  readonly #hash = createHash("md5");

  /** Gives the same bytes, and adds each to the MD5 as it is read. */
  async *addPassing(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const piece of bytes) {
      this.#hash.update(piece);
      yield piece;
    }
  }

  /** Adds bytes to the MD5. */
  async add(bytes: AsyncIterable<Uint8Array>): Promise<void> {
    for await (const piece of bytes) {
      this.#hash.update(piece);
    }
  }

  /** 32 hexadecimal digits. May be called once. */
  digest(): string {
    return this.#hash.digest("hex");
  }
}
