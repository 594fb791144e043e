/** Makes a segment: reads its files, verifies them, puts them in the tree, and compresses. */
import { copySmall } from "./copy-files.ts";
import type { CopyProblem, FileToCopy } from "./copy-files.ts";
import { systemFailure } from "../../../common/files/system-failure.ts";
import type { ManifestFile } from "../../manifest/manifest.ts";
import { readInto, withOpen } from "../../../common/files/open-file.ts";
import { compressSegment } from "../gzip/gzip.ts";
import type { CompressedSegment, Stretch } from "../gzip/gzip.ts";
import { isIncompressible } from "../gzip/incompressible.ts";
import type { ThreadTask } from "../../../common/worker-threads/task.ts";
import { keepSegment } from "../segments/segment-store.ts";
import { PIECE_SIZE, pieceSize } from "../segments/segments.ts";
import { fileHeader, filePadding } from "../tar/write-header.ts";

interface WholeFiles {
  readonly type: "files";
  readonly files: readonly FileToCopy[];
}

/** A piece of a large file that is in the tree already, and verified there. */
interface Piece {
  readonly type: "piece";
  readonly file: ManifestFile;
  readonly copy: string;
  readonly offset: number;
}

/** What a segment is made of: whole files, or a piece of a large one. */
export interface SegmentToPack {
  readonly content: WholeFiles | Piece;
  /** The file to keep the segment in, if it is to be kept. */
  readonly keepIn: string | undefined;
}

/** What came of it. */
export type PackOutcome = ({ readonly type: "packed" } & CompressedSegment) | CopyProblem;

/** Most segments with their headers are smaller, in bytes. */
const FIRST_BUFFER_SIZE = 3 << 20;

/** The uncompressed bytes of one segment after another; one for each thread. */
let packBuffer = Buffer.alloc(0);

/** Reads what a segment is made of, and compresses it. */
export function packSegment({ content, keepIn }: SegmentToPack): PackOutcome {
  const read = content.type === "files" ? readWhole(content.files) : readPiece(content);
  if (read.type !== "read") {
    return read;
  }
  const segment = compressSegment(packBuffer.subarray(0, read.length), read.incompressible);
  if (keepIn !== undefined) {
    keepSegment(keepIn, segment);
  }
  return { type: "packed", ...segment };
}

/** {@link packSegment} for worker threads. */
export const PACK_TASK: ThreadTask<SegmentToPack, PackOutcome> = {
  module: import.meta.url,
  run: packSegment,
};

/** How much of {@link packBuffer} was filled, and what of that does not compress. */
type ReadOutcome =
  | { readonly type: "read"; readonly length: number; readonly incompressible: readonly Stretch[] }
  | CopyProblem;

function readWhole(files: readonly FileToCopy[]): ReadOutcome {
  let length = 0;
  const incompressible: Stretch[] = [];
  for (const { file, copy } of files) {
    length += append(fileHeader(file), length);
    reserve(length + file.sizeBytes + 1);
    const done = copySmall(file, copy, packBuffer.subarray(length));
    if (done.type !== "copied") {
      return done;
    }
    const stretch = { start: length, end: length + file.sizeBytes };
    if (isIncompressible(packBuffer.subarray(stretch.start, stretch.end))) {
      incompressible.push(stretch);
    }
    length = stretch.end;
    length += append(filePadding(file.sizeBytes), length);
  }
  return { type: "read", length, incompressible };
}

function readPiece({ file, copy, offset }: Piece): ReadOutcome {
  let length = offset === 0 ? append(fileHeader(file), 0) : 0;
  const start = length;
  const end = length + pieceSize(file, offset);
  reserve(end);
  const buffer = packBuffer.subarray(length, end);
  try {
    length += withOpen(copy, "r", (descriptor) => readInto(descriptor, buffer, offset));
  } catch (error) {
    return { type: "failed", error: systemFailure(error) };
  }
  if (length < end) {
    return { type: "changed", file };
  }
  const incompressible = isIncompressible(buffer) ? [{ start, end }] : [];
  if (offset + PIECE_SIZE >= file.sizeBytes) {
    length += append(filePadding(file.sizeBytes), length);
  }
  return { type: "read", length, incompressible };
}

/** Puts bytes there, and says how many they are. */
function append(bytes: Buffer, offset: number): number {
  reserve(offset + bytes.length);
  return bytes.copy(packBuffer, offset);
}

function reserve(sizeBytes: number): void {
  if (packBuffer.length >= sizeBytes) {
    return;
  }
  const larger = Buffer.allocUnsafeSlow(
    Math.max(sizeBytes, 2 * packBuffer.length, FIRST_BUFFER_SIZE),
  );
  packBuffer.copy(larger);
  packBuffer = larger;
}
