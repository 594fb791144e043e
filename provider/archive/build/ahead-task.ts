/** Reads the files of a segment once: hashes each, looks at it, and keeps the segment in the cache. */
import { existsSync } from "node:fs";
import { readInto, withOpen } from "../../../common/files/open-file.ts";
import { systemFailure } from "../../../common/files/system-failure.ts";
import type { ThreadTask } from "../../../common/worker-threads/task.ts";
import type { EntryToHash } from "../../manifest/hash-files.ts";
import { hashedContent, hashEach, hashOrFailure } from "../../manifest/hash-task.ts";
import type { HashOutcome } from "../../manifest/hash-task.ts";
import { segmentContent } from "../segments/segment-content.ts";
import { keepSegment, segmentFile } from "../segments/segment-store.ts";
import { contentSize, PIECE_SIZE, segmentKey } from "../segments/segments.ts";
import type { Segment, SegmentEntry } from "../segments/segments.ts";

/** Larger files are not held in memory: they are hashed, and read once more when they are packed. In bytes. */
const LARGEST_IN_MEMORY = 4 << 20;

/** What is to be read, and the cache. */
interface FilesAhead {
  /** Those of a segment; a large file alone. */
  readonly files: readonly EntryToHash[];
  readonly directory: string;
}

/** What came of it. */
interface AheadOutcome {
  readonly outcomes: readonly HashOutcome[];
  /** The files in the cache that segments were written to. */
  readonly made: readonly string[];
}

/** Hashes files, and keeps the segments that they make, unless they are kept already. */
export function packAhead({ files, directory }: FilesAhead): AheadOutcome {
  const [first] = files;
  if (first === undefined || first.sizeBytes > LARGEST_IN_MEMORY) {
    return { outcomes: hashEach(files.map(({ file }) => file)), made: [] };
  }
  return first.sizeBytes > PIECE_SIZE ? packLarge(first, directory) : packWhole(files, directory);
}

/** {@link packAhead} for worker threads. */
export const AHEAD_TASK: ThreadTask<FilesAhead, AheadOutcome> = {
  module: import.meta.url,
  run: packAhead,
};

function packWhole(files: readonly EntryToHash[], directory: string): AheadOutcome {
  segmentContent.clear();
  const read = files.map((file) => segmentContent.addFile(file, (room) => readEntry(file, room)));
  const outcomes = read.map(({ outcome }) => outcome);
  const entries = read.flatMap(({ entry }) => entry ?? []);
  if (entries.length < files.length) {
    return { outcomes, made: [] };
  }
  const keepIn = placeToKeep({ type: "files", files: entries }, directory);
  if (keepIn === undefined) {
    return { outcomes, made: [] };
  }
  keepSegment(keepIn, segmentContent.compress());
  return { outcomes, made: [keepIn] };
}

/** All of it is read before its digest is known, by which the pieces are kept. */
function packLarge(file: EntryToHash, directory: string): AheadOutcome {
  const bytes = Buffer.allocUnsafeSlow(file.sizeBytes + 1);
  const { outcome, entry } = readEntry(file, bytes);
  const made: string[] = [];
  if (entry === undefined) {
    return { outcomes: [outcome], made };
  }
  for (let offset = 0; offset < file.sizeBytes; offset += PIECE_SIZE) {
    const keepIn = placeToKeep({ type: "piece", file: entry, offset }, directory);
    if (keepIn === undefined) {
      continue;
    }
    segmentContent.clear();
    segmentContent.addPiece(file, offset, (room) => bytes.copy(room, 0, offset));
    keepSegment(keepIn, segmentContent.compress());
    made.push(keepIn);
  }
  return { outcomes: [outcome], made };
}

/** Undefined when it is kept already, or not worth it. */
function placeToKeep(segment: Segment<SegmentEntry>, directory: string): string | undefined {
  const file = segmentFile(segmentKey(segment), contentSize(segment), directory);
  return file === undefined || existsSync(file) ? undefined : file;
}

interface ReadEntry {
  readonly outcome: HashOutcome;
  /** Undefined when it is not to be packed, or not as it was listed. */
  readonly entry: SegmentEntry | undefined;
}

function readEntry({ file, path, mode, sizeBytes }: EntryToHash, room: Buffer): ReadEntry {
  try {
    const length = withOpen(file, "r", (descriptor) => readInto(descriptor, room));
    if (length !== sizeBytes) {
      return { outcome: hashOrFailure(file), entry: undefined };
    }
    const content = room.subarray(0, length);
    const outcome = hashedContent(file, content);
    const isSecret = outcome.finding !== undefined && outcome.finding !== "lfs-pointer";
    const entry = { path, mode, sizeBytes, sha256: outcome.sha256 };
    return { outcome, entry: isSecret ? undefined : entry };
  } catch (error) {
    return { outcome: { type: "failed", error: systemFailure(error) }, entry: undefined };
  }
}
