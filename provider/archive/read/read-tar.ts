/**
 * Reads a tar stream entry by entry, whoever wrote it. Nothing is ever extracted.
 *
 * node-tar writes our headers, but does not read here: it drops names in pax headers that hold a line
 * feed (`Pax.parse` splits at them) and changes those that are not UTF-8. That is good enough to
 * extract, but not to say what an archive holds.
 */
import { UserError } from "../../../common/errors/user-error.ts";
import { ByteReader } from "./byte-reader.ts";
import { shownName } from "../../../common/text/shown-name.ts";
import { decodeName } from "../tar/entry-name.ts";
import { BLOCK_SIZE, paddingSize } from "../tar/blocks.ts";
import {
  entryType,
  hasData,
  parseHeader,
  parseNumber,
  parsePaxRecords,
  untilZero,
} from "../tar/read-header.ts";
import type { EntryType, TarHeader } from "../tar/read-header.ts";

/** The longest extended header that is read, in bytes: names of an archive that is none too odd. */
const MAX_EXTENDED_BYTES = 1 << 20;

/** How the end of an archive is read, in bytes at a time. */
const TRAILER_PIECE = 64 * 1024;

/** An entry of a tar stream. */
export interface TarEntry {
  readonly path: string;
  readonly type: EntryType;
  /** Permission bits, as they are written. */
  readonly mode: number;
  /** The size of the file; zero for what has no content. */
  readonly sizeBytes: number;
  /** Where a link leads. */
  readonly linkTarget: string | undefined;
  /** The data, to be read before the next entry is asked for, or left alone. */
  readonly body: AsyncIterable<Buffer>;
}

/** What extended headers say about the entry after them. */
interface Extended {
  records: ReadonlyMap<string, Buffer>;
  longPath: string | undefined;
  longLinkTarget: string | undefined;
}

/** A tar stream. */
export class TarReader {
  readonly #bytes: ByteReader;
  readonly #name: string;
  #hasEndMark = false;
  #trailingBytes = 0;

  /**
   * @param source the bytes, not compressed
   * @param name what messages call the archive
   */
  constructor(source: AsyncIterable<Uint8Array>, name: string) {
    this.#bytes = new ByteReader(source);
    this.#name = name;
  }

  /** After the last entry: whether the archive ends as it should, in a block of zeros. */
  get hasEndMark(): boolean {
    return this.#hasEndMark;
  }

  /** After the last entry: how many bytes follow the end, from the first that is not zero. */
  get trailingBytes(): number {
    return this.#trailingBytes;
  }

  /** Bytes read so far. */
  get position(): number {
    return this.#bytes.position;
  }

  /**
   * All entries, in their order. The stream is read to its very end.
   *
   * @throws {UserError} when it is no tar archive, is corrupt or cut short
   */
  async *entries(): AsyncGenerator<TarEntry, void, undefined> {
    try {
      let extended = noExtension();
      for (let header; (header = await this.#nextHeader()) !== undefined;) {
        if (await this.#extend(extended, header.fields)) {
          continue;
        }
        yield* this.#entry(header.fields, header.block, extended);
        extended = noExtension();
      }
      await this.#readTrailer();
    } finally {
      await this.#bytes.close();
    }
  }

  async #nextHeader(): Promise<{ block: Buffer; fields: TarHeader } | undefined> {
    const { position } = this.#bytes;
    const block = await this.#bytes.take(BLOCK_SIZE);
    if (block.length === 0 && position > 0) {
      return undefined;
    }
    const isFirst = position === 0;
    if (block.length < BLOCK_SIZE) {
      if (isFirst) {
        throw this.#mistake("it is no tar archive");
      }
      throw this.#mistake(`it is cut short: it ends in a header, at byte ${this.#bytes.position}`);
    }
    if (isZero(block)) {
      this.#hasEndMark = true;
      return undefined;
    }
    const fields = parseHeader(block);
    if (fields !== undefined) {
      return { block, fields };
    }
    throw this.#mistake(
      isFirst
        ? "it is no tar archive"
        : `it is corrupt: there should be a header at byte ${position} of the tar`,
    );
  }

  /** Takes note of a header that only describes the next. @returns whether it is one */
  async #extend(extended: Extended, { typeFlag, sizeBytes }: TarHeader): Promise<boolean> {
    switch (typeFlag) {
      case "x":
      case "X": {
        const records = parsePaxRecords(await this.#metadata(sizeBytes));
        if (records === undefined) {
          throw this.#mistake("it is corrupt: a pax header is malformed");
        }
        extended.records = records;
        return true;
      }
      // Applies to all entries; what is read here is of one entry only, and never put there.
      case "g":
        await this.#metadata(sizeBytes);
        return true;
      case "L":
        extended.longPath = decodeName(untilZero(await this.#metadata(sizeBytes)));
        return true;
      case "K":
        extended.longLinkTarget = decodeName(untilZero(await this.#metadata(sizeBytes)));
        return true;
      default:
        return false;
    }
  }

  async *#entry(
    header: TarHeader,
    block: Buffer,
    { records, longPath, longLinkTarget }: Extended,
  ): AsyncGenerator<TarEntry, void, undefined> {
    const text = (key: string): string | undefined => {
      const value = records.get(key);
      return value === undefined || value.length === 0 ? undefined : decodeName(value);
    };
    const path = text("GNU.sparse.name") ?? text("path") ?? longPath ?? header.path;
    const linkTarget = text("linkpath") ?? longLinkTarget ?? header.linkTarget;
    const isPaxSparse = records.has("GNU.sparse.major") || records.has("GNU.sparse.size");
    const type = isPaxSparse ? "sparse-file" : entryType(header.typeFlag, path);
    const stored = hasData(type) ? this.#number(text("size"), header.sizeBytes) : 0;
    const realSize = text("GNU.sparse.realsize") ?? text("GNU.sparse.size");
    const sizeBytes =
      header.typeFlag === "S"
        ? await this.#oldSparseSize(block)
        : this.#number(isPaxSparse ? realSize : undefined, stored);
    const { mode } = header;
    const isLink = type === "hard-link" || type === "symlink";
    const end = this.#bytes.position + stored;
    const body = this.#until(end, path);
    yield { path, type, mode, sizeBytes, linkTarget: isLink ? linkTarget : undefined, body };
    if (stored === 0) {
      return;
    }
    // Whatever the caller has left of it.
    for await (const _ of this.#until(end, path)) {
      continue;
    }
    // A writer may leave out the padding of the very last file.
    await this.#bytes.take(paddingSize(stored));
  }

  /** The data of an entry, from where the stream is. */
  async *#until(end: number, path: string): AsyncGenerator<Buffer, void, undefined> {
    yield* this.#bytes.pieces(end - this.#bytes.position);
    const missing = end - this.#bytes.position;
    if (missing === 0) {
      return;
    }
    throw this.#mistake(`it is cut short: ${missing} bytes of "${shownName(path)}" are missing`);
  }

  /** The map of holes goes on in further blocks; the file's own size is in the first (12 bytes at 483). */
  async #oldSparseSize(block: Buffer): Promise<number> {
    for (let isExtended = block[482] !== 0; isExtended;) {
      const map = await this.#bytes.take(BLOCK_SIZE);
      isExtended = map.length === BLOCK_SIZE && map[504] !== 0;
    }
    return parseNumber(block.subarray(483, 495)) ?? 0;
  }

  #number(text: string | undefined, otherwise: number): number {
    if (text === undefined) {
      return otherwise;
    }
    const value = Number(text);
    if (/^[0-9]+$/.test(text) && Number.isSafeInteger(value)) {
      return value;
    }
    throw this.#mistake("it is corrupt: a size in a pax header is no number");
  }

  async #metadata(length: number): Promise<Buffer> {
    if (length > MAX_EXTENDED_BYTES) {
      throw this.#mistake(
        `an extended header at byte ${this.#bytes.position} of the tar has ${length} bytes, ` +
          `more than the ${MAX_EXTENDED_BYTES} that are read`,
      );
    }
    const padded = length + paddingSize(length);
    const bytes = await this.#bytes.take(padded);
    if (bytes.length < padded) {
      throw this.#mistake("it is cut short: it ends in a header");
    }
    return bytes.subarray(0, length);
  }

  async #readTrailer(): Promise<void> {
    for (;;) {
      const piece = await this.#bytes.take(TRAILER_PIECE);
      if (piece.length === 0) {
        return;
      }
      if (this.#trailingBytes === 0 && isZero(piece)) {
        continue;
      }
      const start = this.#trailingBytes === 0 ? piece.findIndex((byte) => byte !== 0) : 0;
      this.#trailingBytes += piece.length - start;
    }
  }

  #mistake(reason: string): UserError {
    return new UserError(`Cannot read "${this.#name}" as ${reason}`);
  }
}

const ZEROS = Buffer.alloc(TRAILER_PIECE);

function isZero(bytes: Buffer): boolean {
  return bytes.equals(ZEROS.subarray(0, bytes.length));
}

function noExtension(): Extended {
  return { records: new Map(), longPath: undefined, longLinkTarget: undefined };
}
