/**
 * One gzip member made of segments that are compressed on their own. Every reader sees an
 * ordinary gzip file.
 */
import { constants, crc32, deflateRawSync } from "node:zlib";
import { releaseMemory } from "../../../common/release-memory.ts";
import { combineCrc32 } from "./crc32.ts";

/** Half the time of level 6 for archives about 5 % larger on Python code; see `npm run bench`. */
const LEVEL = 4;

/** More than deflate adds to content that does not compress (RFC 1951, stored blocks), in bytes. */
const OUTPUT_SLACK = 16 << 10;

/**
 * What compressed bytes follow from beside the content: another value may give other bytes. zlib
 * looks for repetitions by other means on other processors.
 */
export const COMPRESSION: string = `deflate level ${LEVEL}, zlib ${process.versions.zlib}, ${process.arch}`;

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

/**
 * Compresses a segment to whole bytes (a sync flush ends it). It refers to nothing before it: that
 * would save 0.2 %, and an edit would change the segment after it as well.
 */
export function compressSegment(content: Buffer): CompressedSegment {
  const compressed = deflateRawSync(content, {
    level: LEVEL,
    finishFlush: constants.Z_SYNC_FLUSH,
    // All of the output at once: otherwise zlib makes pieces of 16 KiB, which Node then joins.
    chunkSize: content.length + OUTPUT_SLACK,
  });
  // A copy of just the output, which can be handed to another thread.
  const bytes = new Uint8Array(compressed);
  releaseMemory(compressed);
  return { bytes, crc: crc32(content), sizeBytes: content.length };
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
