/**
 * One gzip member made of segments that are compressed on their own. Every reader sees an
 * ordinary gzip file.
 */
import { constants, crc32, deflateRawSync } from "node:zlib";
import { releaseMemory } from "../../../common/release-memory.ts";
import { combineCrc32 } from "./crc32.ts";

/** Half the time of level 6 for archives about 5 % larger on Python code; see `npm run bench`. */
const LEVEL = 4;

/** The most there is, for longer blocks: a twentieth less time than with the default of 8, and no change of size. */
const MEMORY_LEVEL = 9;

/** More than deflate adds to content that does not compress (RFC 1951, stored blocks), in bytes. */
const OUTPUT_SLACK = 16 << 10;

/**
 * What compressed bytes follow from beside the content: another value may give other bytes. zlib
 * looks for repetitions by other means on other processors.
 */
export const COMPRESSION: string = `deflate level ${LEVEL}.${MEMORY_LEVEL}, zlib ${process.versions.zlib}, ${process.arch}`;

/**
 * The fixed header of RFC 1952: magic (2 bytes), method deflate (1), no flags (1), no time (4),
 * no extra flags (1), operating system unknown (1).
 */
export const GZIP_HEADER: Buffer = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);

/** The empty final block that closes the deflate stream: its bits, padded to two bytes. */
const FINAL_BLOCK = Buffer.from([0x03, 0x00]);

/** A compressed stretch of the stream. */
export interface CompressedSegment {
  /** Whole bytes of deflate, to be joined with others. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** CRC-32 of what it holds. */
  readonly crc: number;
  /** The size of what it holds, in bytes. */
  readonly sizeBytes: number;
}

/** A stretch of the content, in bytes from its start. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** What a stored block can hold, in bytes: its length is 16 bits. */
const STORED_BLOCK_SIZE = 0xffff;

/**
 * Compresses a segment to whole bytes (a sync flush ends it). It refers to nothing before it: that
 * would save 0.2 %, and an edit would change the segment after it as well.
 *
 * @param incompressible what deflate would only spend time on, in order: it is stored
 */
export function compressSegment(
  content: Buffer,
  incompressible: readonly Stretch[] = [],
): CompressedSegment {
  const pieces: Uint8Array[] = [];
  let done = 0;
  for (const { start, end } of incompressible) {
    if (start > done) {
      pieces.push(deflate(content.subarray(done, start)));
    }
    pieces.push(...storedBlocks(content.subarray(start, end)));
    done = end;
  }
  // Also when nothing is left: the flush is in it.
  pieces.push(deflate(content.subarray(done)));
  // A copy of just the output, which can be handed to another thread.
  const bytes = joined(pieces);
  for (const piece of pieces) {
    if (piece.buffer !== content.buffer) {
      releaseMemory(piece);
    }
  }
  return { bytes, crc: crc32(content), sizeBytes: content.length };
}

function deflate(content: Buffer): Uint8Array {
  return deflateRawSync(content, {
    level: LEVEL,
    memLevel: MEMORY_LEVEL,
    finishFlush: constants.Z_SYNC_FLUSH,
    // All of the output at once: otherwise zlib makes pieces of 16 KiB, which Node then joins.
    chunkSize: content.length + OUTPUT_SLACK,
  });
}

/** RFC 1951, 3.2.4: at a whole byte, three bits of type and five to fill the byte, the length, and its complement. */
function* storedBlocks(content: Buffer): Generator<Uint8Array, void, undefined> {
  for (let start = 0; start < content.length; start += STORED_BLOCK_SIZE) {
    const block = content.subarray(start, start + STORED_BLOCK_SIZE);
    const header = Buffer.alloc(5);
    header.writeUInt16LE(block.length, 1);
    header.writeUInt16LE(block.length ^ 0xffff, 3);
    yield header;
    yield block;
  }
}

function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const piece of pieces) {
    bytes.set(piece, end);
    end += piece.length;
  }
  return bytes;
}

/** Keeps what the trailer of a gzip member needs to know of the uncompressed stream. */
export class GzipTrailer {
  #crc = 0;
  #sizeBytes = 0;

  /** Takes note of the next segment. */
  update({ crc, sizeBytes }: Pick<CompressedSegment, "crc" | "sizeBytes">): void {
    this.#crc = combineCrc32(this.#crc, crc, sizeBytes);
    this.#sizeBytes += sizeBytes;
  }

  /** The end of the member: final block, CRC-32 (4 bytes), size modulo 2^32 (4 bytes). */
  bytes(): Buffer {
    const trailer = Buffer.alloc(8);
    trailer.writeUInt32LE(this.#crc, 0);
    trailer.writeUInt32LE(this.#sizeBytes % 2 ** 32, 4);
    return Buffer.concat([FINAL_BLOCK, trailer]);
  }
}
