/** A stream of bytes that is taken apart: so many bytes now, so many then. */
export class ByteReader {
  readonly #source: AsyncIterator<Uint8Array>;
  #waiting: Buffer = Buffer.alloc(0);
  #position = 0;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** How many bytes have been taken. */
  get position(): number {
    return this.#position;
  }

  /** The next bytes; fewer when the stream ends before. */
  async take(length: number): Promise<Buffer> {
    // Mostly all of it is there: no need to ask for pieces one by one.
    if (this.#waiting.length >= length) {
      return this.#next(length);
    }
    const pieces: Buffer[] = [];
    for await (const piece of this.pieces(length)) {
      pieces.push(piece);
    }
    const [first = Buffer.alloc(0)] = pieces;
    return pieces.length <= 1 ? first : Buffer.concat(pieces);
  }

  /** The next bytes as they come; fewer when the stream ends before. */
  async *pieces(length: number): AsyncGenerator<Buffer, void, undefined> {
    for (let left = length; left > 0;) {
      if (this.#waiting.length === 0 && !(await this.#fill())) {
        return;
      }
      const piece = this.#next(left);
      left -= piece.length;
      yield piece;
    }
  }

  /** Of what has come, at most so many bytes. */
  #next(length: number): Buffer {
    const piece = this.#waiting.subarray(0, length);
    this.#waiting = this.#waiting.subarray(piece.length);
    this.#position += piece.length;
    return piece;
  }

  /** Tells the source that nobody reads on. */
  async close(): Promise<void> {
    await this.#source.return?.();
  }

  /** @returns false at the end */
  async #fill(): Promise<boolean> {
    for (;;) {
      const { done, value } = await this.#source.next();
      if (done === true) {
        return false;
      }
      if (value.length === 0) {
        continue;
      }
      this.#waiting = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
      return true;
    }
  }
}
