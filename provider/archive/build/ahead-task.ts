/**
 * Reads the files of a segment once: hashes each, looks at it, writes it into the tree that is made ahead, and
 * keeps the segment in the cache.
 */
import { existsSync, mkdirSync } from "node:fs";
import path from "node:path";
import { below } from "../../../common/files/below.ts";
import { ignoringFileSystemErrors } from "../../../common/files/file-errors.ts";
import { readInto, withOpen } from "../../../common/files/open-file.ts";
import { systemFailure } from "../../../common/files/system-failure.ts";
import type { ThreadTask } from "../../../common/worker-threads/task.ts";
import type { EntryToHash } from "../../manifest/hash-files.ts";
import { hashedContent, hashEach, hashOrFailure } from "../../manifest/hash-task.ts";
import type { HashOutcome } from "../../manifest/hash-task.ts";
import { writeCopy } from "./copy-files.ts";
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
  /** The directory to copy them to, if any; the same one for all that this process reads. */
  readonly tree?: string | undefined;
}

/** What came of it. */
interface AheadOutcome {
  readonly outcomes: readonly HashOutcome[];
  /** The files in the cache that segments were written to. */
  readonly made: readonly string[];
  /** Whether all files were copied. */
  readonly isCopied: boolean;
}

/** Hashes files, copies them, and keeps the segments that they make, unless they are kept already. */
export function packAhead(ahead: FilesAhead): AheadOutcome {
  const [first] = ahead.files;
  if (first === undefined || first.sizeBytes > LARGEST_IN_MEMORY) {
    const outcomes = hashEach(ahead.files.map(({ file }) => file));
    return { outcomes, made: [], isCopied: false };
  }
  return first.sizeBytes > PIECE_SIZE ? packLarge(first, ahead) : packWhole(ahead);
}

/** {@link packAhead} for worker threads. */
export const AHEAD_TASK: ThreadTask<FilesAhead, AheadOutcome> = {
  module: import.meta.url,
  run: packAhead,
};

function packWhole({ files, directory, tree }: FilesAhead): AheadOutcome {
  segmentContent.clear();
  const read = files.map((file) =>
    segmentContent.addFile(file, (room) => readEntry(file, room, tree)),
  );
  const outcomes = read.map(({ outcome }) => outcome);
  const isCopied = read.every((entry) => entry.isCopied);
  const entries = read.flatMap(({ entry }) => entry ?? []);
  if (entries.length < files.length) {
    return { outcomes, made: [], isCopied };
  }
  const keepIn = placeToKeep({ type: "files", files: entries }, directory);
  if (keepIn === undefined) {
    return { outcomes, made: [], isCopied };
  }
  keepSegment(keepIn, segmentContent.compress());
  return { outcomes, made: [keepIn], isCopied };
}

/** All of it is read before its digest is known, by which the pieces are kept. */
function packLarge(file: EntryToHash, { directory, tree }: FilesAhead): AheadOutcome {
  const bytes = Buffer.allocUnsafeSlow(file.sizeBytes + 1);
  const { outcome, entry, isCopied } = readEntry(file, bytes, tree);
  const made: string[] = [];
  if (entry === undefined) {
    return { outcomes: [outcome], made, isCopied };
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
  return { outcomes: [outcome], made, isCopied };
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
  readonly isCopied: boolean;
}

function readEntry(
  { file, path: name, mode, sizeBytes }: EntryToHash,
  room: Buffer,
  tree: string | undefined,
): ReadEntry {
  try {
    const length = withOpen(file, "r", (descriptor) => readInto(descriptor, room));
    if (length !== sizeBytes) {
      return { outcome: hashOrFailure(file), entry: undefined, isCopied: false };
    }
    const content = room.subarray(0, length);
    const outcome = hashedContent(file, content);
    const isSecret = outcome.finding !== undefined && outcome.finding !== "lfs-pointer";
    if (isSecret) {
      return { outcome, entry: undefined, isCopied: false };
    }
    const entry = { path: name, mode, sizeBytes, sha256: outcome.sha256 };
    return { outcome, entry, isCopied: tree !== undefined && copyTo(tree, entry, content) };
  } catch (error) {
    const outcome = { type: "failed", error: systemFailure(error) } as const;
    return { outcome, entry: undefined, isCopied: false };
  }
}

/** The directories that this thread knows to be there. */
const directories = new Set<string>();

/** Whether it could be written; where not, the build says why. */
function copyTo(tree: string, entry: SegmentEntry, content: Buffer): boolean {
  const copy = below(tree, entry.path);
  const written = ignoringFileSystemErrors(() => {
    const directory = path.dirname(copy);
    if (!directories.has(directory)) {
      mkdirSync(directory, { recursive: true });
      directories.add(directory);
    }
    writeCopy(copy, content, entry.mode);
    return true;
  });
  return written === true;
}
