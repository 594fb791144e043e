/** The uncompressed bytes of a segment while it is put together. */
import type { ManifestFile } from "../../manifest/manifest.ts";
import { compressSegment } from "../gzip/gzip.ts";
import type { CompressedSegment, Stretch } from "../gzip/gzip.ts";
import { isIncompressible } from "../gzip/incompressible.ts";
import { pieceSize } from "./segments.ts";
import { fileHeader, filePadding } from "../tar/write-header.ts";

/** What a header is made of. */
type EntryFacts = Pick<ManifestFile, "mode" | "path" | "sizeBytes">;

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

  /**
   * Adds a file.
   *
   * @param read fills its room, which has a byte more than there should be, so that more is noticed
   * @returns what `read` gives; what follows is worth nothing where that has failed
   */
  addFile<Result>(file: EntryFacts, read: (room: Buffer) => Result): Result {
    this.#add(fileHeader(file));
    const result = this.#addContent(file.sizeBytes, read);
    this.#add(filePadding(file.sizeBytes));
    return result;
  }

  /**
   * Adds the piece of a large file that begins there: the header goes before the first one, the padding after the last.
   *
   * @param read fills its room, which is as large as the piece
   * @returns what `read` gives; what follows is worth nothing where that has failed
   */
  addPiece<Result>(file: EntryFacts, offset: number, read: (room: Buffer) => Result): Result {
    const size = pieceSize(file, offset);
    if (offset === 0) {
      this.#add(fileHeader(file));
    }
    const result = this.#addContent(size, (room) => read(room.subarray(0, size)));
    if (offset + size === file.sizeBytes) {
      this.#add(filePadding(file.sizeBytes));
    }
    return result;
  }

  /** Compresses what was added. */
  compress(): CompressedSegment {
    return compressSegment(this.#bytes.subarray(0, this.#length), this.#incompressible);
  }

  #addContent<Result>(sizeBytes: number, read: (room: Buffer) => Result): Result {
    const [start, end] = [this.#length, this.#length + sizeBytes];
    this.#reserve(end + 1);
    const result = read(this.#bytes.subarray(start, end + 1));
    if (isIncompressible(this.#bytes.subarray(start, end))) {
      this.#incompressible.push({ start, end });
    }
    this.#length = end;
    return result;
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
