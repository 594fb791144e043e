import { createHash } from "node:crypto";

/** MD5 of no bytes, which a new file has. */
export const EMPTY_MD5 = "d41d8cd98f00b204e9800998ecf8427e";

/** Computes the MD5 of streams that pass by, as of one after the other. */
export class Md5 {
  readonly #hash = createHash("md5");

  /** The same bytes, which count from now on. */
  async *pass(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const piece of bytes) {
      this.#hash.update(piece);
      yield piece;
    }
  }

  /** Counts bytes that nobody else wants. */
  async add(bytes: AsyncIterable<Uint8Array>): Promise<void> {
    for await (const piece of bytes) this.#hash.update(piece);
  }

  /** 32 hexadecimal digits; once. */
  digest(): string {
    return this.#hash.digest("hex");
  }
}
