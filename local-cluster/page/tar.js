/** Listing a tar stream: ustar, pax and GNU's long names. It holds one block at a time. */

const BLOCK = 512;
/** Bytes of a name or a pax header at most: a longer one is no archive, or means harm. */
const MAX_HEADER_BYTES = 1024 * 1024;

/**
 * An entry of an archive. `type` is as in the header: `"0"` a file, `"5"` a directory, `"2"` a link.
 *
 * @typedef {{ readonly name: string, readonly sizeBytes: number, readonly mode: number, readonly type: string, readonly target: string }} TarEntry
 */

/** Bytes of a stream, as many at a time as are asked for. */
class ByteReader {
  /** @param {ReadableStream<Uint8Array<ArrayBuffer>>} stream */
  constructor(stream) {
    this.reader = stream.getReader();
    this.piece = new Uint8Array();
    /** Bytes that were taken so far. */
    this.position = 0;
  }

  /**
   * The next bytes, up to so many; fewer only at the end.
   *
   * @param {number} count
   */
  async read(count) {
    const bytes = new Uint8Array(count);
    let length = 0;
    while (length < count && (await this.fill())) {
      const taken = this.take(count - length);
      bytes.set(taken, length);
      length += taken.length;
    }
    return bytes.subarray(0, length);
  }

  /** @param {number} count */
  async skip(count) {
    let left = count;
    while (left > 0 && (await this.fill())) {
      left -= this.take(left).length;
    }
  }

  /** @param {number} count */
  take(count) {
    const taken = this.piece.subarray(0, count);
    this.piece = this.piece.subarray(taken.length);
    this.position += taken.length;
    return taken;
  }

  /** Whether there is any byte left. */
  async fill() {
    while (this.piece.length === 0) {
      const { done, value } = await this.reader.read();
      if (done) {
        return false;
      }
      this.piece = value;
    }
    return true;
  }
}

/**
 * The entries of an archive, in order. `position` is how many bytes have been read so far.
 *
 * @param {ReadableStream<Uint8Array<ArrayBuffer>>} stream of the tar, not compressed
 * @returns {AsyncGenerator<{ readonly entry: TarEntry, readonly position: number, readonly read: (count: number) => Promise<Uint8Array> }, void, undefined>}
 */
export async function* readTar(stream) {
  const bytes = new ByteReader(stream);
  let next = new Map();
  try {
    for (;;) {
      const header = await bytes.read(BLOCK);
      if (header.length < BLOCK || header.every((byte) => byte === 0)) {
        return;
      }
      assertChecksum(header);
      const type = String.fromCharCode(header[156] ?? 0).replace("\0", "0");
      const about = isAboutNext(type);
      const inHeader = numberAt(header, 124, 12);
      const sizeBytes = about ? inHeader : Number(next.get("size") ?? inHeader);
      const padding = (BLOCK - (sizeBytes % BLOCK)) % BLOCK;
      if (about) {
        if (sizeBytes > MAX_HEADER_BYTES) {
          throw new RangeError("A header of the archive is too large");
        }
        const body = await bytes.read(sizeBytes);
        await bytes.skip(padding);
        if (type !== "g") {
          next = new Map([...next, ...namesFrom(type, body)]);
        }
        continue;
      }
      const start = bytes.position;
      const entry = {
        name: next.get("path") ?? nameAt(header),
        target: next.get("linkpath") ?? textAt(header, 157, 100),
        mode: numberAt(header, 100, 8),
        sizeBytes,
        type,
      };
      yield { entry, position: start, read: (count) => bytes.read(Math.min(count, sizeBytes)) };
      await bytes.skip(sizeBytes + padding - (bytes.position - start));
      next = new Map();
    }
  } finally {
    await bytes.reader.cancel();
  }
}

/** @param {string} type */
function isAboutNext(type) {
  return ["x", "g", "L", "K"].includes(type);
}

/**
 * @param {string} type
 * @param {Uint8Array} body
 * @returns {ReadonlyMap<string, string>}
 */
function namesFrom(type, body) {
  if (type !== "x") {
    return new Map([[type === "L" ? "path" : "linkpath", textAt(body, 0, body.length)]]);
  }
  // Records "<length> <key>=<value>\n", where the length, in bytes, is of the whole record.
  const records = new Map();
  for (let start = 0; start < body.length;) {
    const space = body.indexOf(32, start);
    const length = Number(textAt(body, start, Math.max(space - start, 0)));
    if (space === -1 || !Number.isInteger(length) || length <= space - start) {
      throw new RangeError("A header of the archive is damaged");
    }
    const record = new TextDecoder().decode(body.subarray(space + 1, start + length - 1));
    const equals = record.indexOf("=");
    records.set(record.slice(0, equals), record.slice(equals + 1));
    start += length;
  }
  return records;
}

/** @param {Uint8Array} header */
function assertChecksum(header) {
  const sum = header.reduce(
    (total, byte, index) => total + (index >= 148 && index < 156 ? 32 : byte),
    0,
  );
  if (sum !== numberAt(header, 148, 8)) {
    throw new RangeError("This is no tar archive");
  }
}

/** @param {Uint8Array} header */
function nameAt(header) {
  const name = textAt(header, 0, 100);
  const prefix = textAt(header, 257, 5) === "ustar" ? textAt(header, 345, 155) : "";
  return prefix === "" ? name : `${prefix}/${name}`;
}

/**
 * @param {Uint8Array} bytes
 * @param {number} start
 * @param {number} length
 */
function textAt(bytes, start, length) {
  const field = bytes.subarray(start, start + length);
  const end = field.indexOf(0);
  return new TextDecoder().decode(end === -1 ? field : field.subarray(0, end));
}

/**
 * Octal, or for what is too large base 256.
 *
 * @param {Uint8Array} bytes
 * @param {number} start
 * @param {number} length
 */
function numberAt(bytes, start, length) {
  if (((bytes[start] ?? 0) & 0x80) === 0) {
    return parseInt(textAt(bytes, start, length).trim() || "0", 8);
  }
  return bytes.subarray(start + 1, start + length).reduce((total, byte) => total * 256 + byte, 0);
}
