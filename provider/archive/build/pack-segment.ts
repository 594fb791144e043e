/** Makes a segment: reads its files, verifies them, puts them in the tree, and compresses. */
import { copySmall } from "./copy-files.ts";
import type { CopyProblem, FileToCopy } from "./copy-files.ts";
import { systemFailure } from "../../../common/files/system-failure.ts";
import type { ManifestFile } from "../../manifest/manifest.ts";
import { readInto, withOpen } from "../../../common/files/open-file.ts";
import type { CompressedSegment } from "../gzip/gzip.ts";
import type { ThreadTask } from "../../../common/worker-threads/task.ts";
import { keepSegment } from "../segments/segment-store.ts";
import { segmentContent } from "../segments/segment-content.ts";
import { pieceSize } from "../segments/segments.ts";

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

/** Reads what a segment is made of, and compresses it. */
export function packSegment({ content, keepIn }: SegmentToPack): PackOutcome {
  segmentContent.clear();
  const problem = content.type === "files" ? readWhole(content.files) : readPiece(content);
  if (problem !== undefined) {
    return problem;
  }
  const segment = segmentContent.compress();
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

function readWhole(files: readonly FileToCopy[]): CopyProblem | undefined {
  for (const { file, copy } of files) {
    const done = segmentContent.addFile(file, (room) => copySmall(file, copy, room));
    if (done.type !== "copied") {
      return done;
    }
  }
  return undefined;
}

function readPiece({ file, copy, offset }: Piece): CopyProblem | undefined {
  try {
    const length = segmentContent.addPiece(file, offset, (room) =>
      withOpen(copy, "r", (descriptor) => readInto(descriptor, room, offset)),
    );
    return length < pieceSize(file, offset) ? { type: "changed", file } : undefined;
  } catch (error) {
    return { type: "failed", error: systemFailure(error) };
  }
}
