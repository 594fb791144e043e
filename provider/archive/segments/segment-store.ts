/**
 * Compressed segments of earlier builds, in the cache by their keys. Pipelines that share files
 * share segments, and a part that has not changed is not compressed again.
 */
import { fstatSync } from "node:fs";
import path from "node:path";
import { crc32 } from "node:zlib";
import { cacheDirectory } from "../../../common/cache/directory.ts";
import { markUsed } from "../../../common/cache/prune.ts";
import { writeCacheFile } from "../../../common/cache/write-cache-file.ts";
import { ignoringFileSystemErrors } from "../../../common/files/file-errors.ts";
import { readInto, withOpen } from "../../../common/files/open-file.ts";
import { releaseMemory } from "../../../common/release-memory.ts";
import type { CompressedSegment } from "../gzip/gzip.ts";

/** Segments of less content are compressed again faster than they are looked up, in bytes. */
const MIN_CONTENT_BYTES = 32 << 10;

/** The folder in the cache. */
const SEGMENTS_FOLDER = "segments";

/** Most segments are smaller when they are compressed, in bytes. */
const FIRST_READ_SIZE = 1 << 20;

/** CRC-32 of the content, its size, CRC-32 of the file's name, these two and the compressed bytes: 4 bytes each, little endian. */
const HEADER_SIZE = 12;

/**
 * The file that a segment is kept in.
 *
 * @param contentBytes the size of its files' content
 * @returns undefined when it is not worth it, or nothing is kept
 */
export function segmentFile(
  key: string,
  contentBytes: number,
  directory: string | undefined = cacheDirectory(),
): string | undefined {
  if (directory === undefined || contentBytes < MIN_CONTENT_BYTES) {
    return undefined;
  }
  // A folder for each first byte, as some tools are slow with very many files in one.
  return path.join(directory, SEGMENTS_FOLDER, key.slice(0, 2), key.slice(2));
}

/**
 * Reads segments that were kept, into memory that is used again for the next ones: what the system would give
 * for each, it would clear first.
 */
export class SegmentReader {
  /** What nobody looks at. */
  readonly #free: Buffer<ArrayBuffer>[] = [];
  readonly #lent = new Map<ArrayBuffer, Buffer<ArrayBuffer>>();

  /**
   * A segment that was kept; undefined when it was not, or does not pass its check. Its bytes are lent until they are
   * given to {@link takeBack}.
   */
  find(file: string): CompressedSegment | undefined {
    const memory = this.#free.pop() ?? Buffer.allocUnsafeSlow(FIRST_READ_SIZE);
    const stored = ignoringFileSystemErrors(() => readWhole(file, memory));
    const found = stored === undefined ? undefined : checked(file, stored);
    if (stored === undefined || found === undefined) {
      this.#free.push(memory);
      return undefined;
    }
    markUsed(file);
    if (stored.buffer === memory.buffer) {
      this.#lent.set(memory.buffer, memory);
    } else {
      this.#free.push(memory);
    }
    return found;
  }

  /** Ends the use of a segment's bytes, wherever they are from. */
  takeBack({ bytes }: CompressedSegment): void {
    const lent = this.#lent.get(bytes.buffer);
    if (lent === undefined) {
      releaseMemory(bytes);
      return;
    }
    this.#lent.delete(bytes.buffer);
    this.#free.push(lent);
  }
}

/** In memory of its own when there is not enough. */
function readWhole(file: string, memory: Buffer<ArrayBuffer>): Buffer<ArrayBuffer> {
  return withOpen(file, "r", (descriptor) => {
    const sizeBytes = fstatSync(descriptor).size;
    const target = sizeBytes > memory.length ? Buffer.allocUnsafeSlow(sizeBytes) : memory;
    return target.subarray(0, readInto(descriptor, target.subarray(0, sizeBytes)));
  });
}

function checked(file: string, stored: Buffer<ArrayBuffer>): CompressedSegment | undefined {
  if (stored.length < HEADER_SIZE) {
    return undefined;
  }
  const bytes = stored.subarray(HEADER_SIZE);
  if (checkOf(file, stored, bytes) !== stored.readUInt32LE(8)) {
    return undefined;
  }
  return { bytes, crc: stored.readUInt32LE(0), sizeBytes: stored.readUInt32LE(4) };
}

/** Keeps a segment. Where that cannot be done, it is made again next time. */
export function keepSegment(file: string, { bytes, crc, sizeBytes }: CompressedSegment): void {
  const header = Buffer.alloc(HEADER_SIZE);
  header.writeUInt32LE(crc, 0);
  header.writeUInt32LE(sizeBytes, 4);
  header.writeUInt32LE(checkOf(file, header, bytes), 8);
  ignoringFileSystemErrors(() => writeCacheFile(file, header, bytes));
}

/** Of a whole segment under another one's name it says no, too. */
function checkOf(file: string, header: Buffer, bytes: Uint8Array): number {
  return crc32(bytes, crc32(header.subarray(0, 8), crc32(path.basename(file))));
}
