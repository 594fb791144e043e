/** The uncompressed bytes of a segment while it is put together. */
import type { ManifestFile } from "../../manifest/manifest.ts";
import { compressSegment } from "../gzip/gzip.ts";
import type { CompressedSegment, Stretch } from "../gzip/gzip.ts";
import { isIncompressible } from "../gzip/incompressible.ts";
import { fileHeader, filePadding } from "../tar/write-header.ts";

/** Most segments with their headers are smaller, in bytes. */
const FIRST_BUFFER_SIZE = 3 << 20;

/** Is used for one segment after another, as its memory is large. */
export class SegmentContent {
  #bytes = Buffer.alloc(0);
  #length = 0;
  #incompressible: Stretch[] = [];

  /** Begins with nothing. */
  clear(): void {
    this.#length = 0;
    this.#incompressible = [];
  }

  /** Adds a file's header. */
  addHeader(file: Pick<ManifestFile, "mode" | "path" | "sizeBytes">): void {
    this.#add(fileHeader(file));
  }

  /** Adds what fills a file's last block. */
  addPadding(sizeBytes: number): void {
    this.#add(filePadding(sizeBytes));
  }

  /** Where content is to be read into: one byte more than there should be, so that more is noticed. */
  room(sizeBytes: number): Buffer {
    this.#reserve(this.#length + sizeBytes + 1);
    return this.#bytes.subarray(this.#length, this.#length + sizeBytes + 1);
  }

  /** Adds what was read into the room. */
  addRead(sizeBytes: number): void {
    const stretch = { start: this.#length, end: this.#length + sizeBytes };
    if (isIncompressible(this.#bytes.subarray(stretch.start, stretch.end))) {
      this.#incompressible.push(stretch);
    }
    this.#length = stretch.end;
  }

  /** Compresses what was added. */
  compress(): CompressedSegment {
    return compressSegment(this.#bytes.subarray(0, this.#length), this.#incompressible);
  }

  #add(bytes: Buffer): void {
    this.#reserve(this.#length + bytes.length);
    this.#length += bytes.copy(this.#bytes, this.#length);
  }

  #reserve(sizeBytes: number): void {
    if (this.#bytes.length >= sizeBytes) {
      return;
    }
    const larger = Buffer.allocUnsafeSlow(
      Math.max(sizeBytes, 2 * this.#bytes.length, FIRST_BUFFER_SIZE),
    );
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}

/** One for each thread, as packing is synchronous. */
export const segmentContent: SegmentContent = new SegmentContent();
