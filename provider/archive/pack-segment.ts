/** Makes a segment: reads its files, verifies them, puts them in the tree, and compresses. */
import { closeSync, openSync, readSync } from "node:fs";
import { type CopyProblem, copySmall, type FileToCopy, PIECE_SIZE } from "./copy-files.ts";
import { systemFailure } from "../workers/system-failure.ts";
import type { ManifestFile } from "../manifest/manifest.ts";
import { type CompressedSegment, compressSegment } from "./gzip.ts";
import { keepSegment } from "./segment-store.ts";
import { pieceSize } from "./segments.ts";
import { fileHeader, filePadding } from "./tar-entry.ts";

/** Makes a segment of whole files, or of a piece of a large one. */
export interface PackTask {
  readonly type: "pack";
  readonly content:
    | { readonly type: "files"; readonly files: readonly FileToCopy[] }
    /** A piece of a large file that is in the tree already, and verified there. */
    | {
        readonly type: "piece";
        readonly file: ManifestFile;
        readonly copy: string;
        readonly offset: number;
      };
  /** The file to keep the segment in, if it is to be kept. */
  readonly keepIn: string | undefined;
}

/** What came of it. */
export type PackOutcome = ({ readonly type: "packed" } & CompressedSegment) | CopyProblem;

/** See {@link PackTask}. */
export function packSegment({ content, keepIn }: PackTask): PackOutcome {
  const read = content.type === "files" ? readWhole(content.files) : readPiece(content);
  if (read.type !== "read") return read;
  const segment = compressSegment(Buffer.concat(read.blocks));
  if (keepIn !== undefined) keepSegment(keepIn, segment);
  return { type: "packed", ...segment };
}

type ReadOutcome = { readonly type: "read"; readonly blocks: readonly Buffer[] } | CopyProblem;

function readWhole(files: readonly FileToCopy[]): ReadOutcome {
  const blocks: Buffer[] = [];
  for (const { file, copy } of files) {
    const read = copySmall(file, copy);
    if (read.type !== "copied") return read;
    blocks.push(fileHeader(file), read.bytes, filePadding(file.sizeBytes));
  }
  return { type: "read", blocks };
}

function readPiece({
  file,
  copy,
  offset,
}: Extract<PackTask["content"], { readonly type: "piece" }>): ReadOutcome {
  const bytes = Buffer.alloc(pieceSize(file, offset));
  try {
    const descriptor = openSync(copy, "r");
    try {
      for (let done = 0; done < bytes.length;) {
        const bytesRead = readSync(descriptor, bytes, done, bytes.length - done, offset + done);
        if (bytesRead === 0) return { type: "changed", file };
        done += bytesRead;
      }
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    return { type: "failed", error: systemFailure(error) };
  }
  const isFirst = offset === 0;
  const isLast = offset + PIECE_SIZE >= file.sizeBytes;
  const before = isFirst ? [fileHeader(file)] : [];
  const after = isLast ? [filePadding(file.sizeBytes)] : [];
  return { type: "read", blocks: [...before, bytes, ...after] };
}
