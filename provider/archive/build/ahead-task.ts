/**
 * Reads the files of a segment once: hashes each, looks at it, writes it into the tree that is made ahead, and
 * keeps the segment in the cache.
 */
import { existsSync, fchmodSync, mkdirSync } from "node:fs";
import path from "node:path";
import { below } from "../../../common/files/below.ts";
import { ignoringFileSystemErrors } from "../../../common/files/file-errors.ts";
import { readInto, withOpen, writeAll } from "../../../common/files/open-file.ts";
import { releaseMemory } from "../../../common/release-memory.ts";
import { systemFailure } from "../../../common/files/system-failure.ts";
import type { ThreadTask } from "../../../common/worker-threads/task.ts";
import type { EntryToHash } from "../../manifest/hash-files.ts";
import { hashedContent, hashOrFailure } from "../../manifest/hash-task.ts";
import type { HashOutcome } from "../../manifest/hash-task.ts";
import { writeCopy } from "./copy-files.ts";
import { segmentContent } from "../segments/segment-content.ts";
import { keepSegment, segmentFile } from "../segments/segment-store.ts";
import { contentSize, PIECE_SIZE, pieceSize, segmentKey } from "../segments/segments.ts";
import type { Segment, SegmentEntry } from "../segments/segments.ts";

/** Larger files are not held in memory: they are hashed and copied, and their pieces are read from the copy. In bytes. */
export const LARGEST_IN_MEMORY: number = 4 << 20;

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
  if (first === undefined) {
    return { outcomes: [], made: [], isCopied: false };
  }
  if (first.sizeBytes > LARGEST_IN_MEMORY) {
    return { ...copyLargest(first, ahead.tree), made: [] };
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
  keepContent(keepIn);
  return { outcomes, made: [keepIn], isCopied };
}

/** What {@link packLarge} reads; one for each thread, as packing is synchronous. */
let largeFile: Buffer | undefined;

/** All of it is read before its digest is known, by which the pieces are kept. */
function packLarge(file: EntryToHash, { directory, tree }: FilesAhead): AheadOutcome {
  largeFile ??= Buffer.allocUnsafeSlow(LARGEST_IN_MEMORY + 1);
  const bytes = largeFile.subarray(0, file.sizeBytes + 1);
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
    keepContent(keepIn);
    made.push(keepIn);
  }
  return { outcomes: [outcome], made, isCopied };
}

function copyLargest(
  { file, path: name, mode }: EntryToHash,
  tree: string | undefined,
): Pick<AheadOutcome, "isCopied" | "outcomes"> {
  let isCopied = tree !== undefined;
  const outcome =
    tree === undefined
      ? undefined
      : ignoringFileSystemErrors(() =>
          withOpen(placeIn(tree, name), "wx", (copy) => {
            fchmodSync(copy, mode);
            return hashOrFailure(file, (piece) => {
              isCopied &&= tryTo(() => writeAll(copy, piece));
            });
          }),
        );
  if (outcome === undefined) {
    return { outcomes: [hashOrFailure(file)], isCopied: false };
  }
  return { outcomes: [outcome], isCopied: isCopied && !isSecret(outcome) };
}

/** Whether nothing that a secret is in may be kept. */
function isSecret(outcome: HashOutcome): boolean {
  const finding = outcome.type === "hashed" ? outcome.finding : undefined;
  return finding !== undefined && finding !== "lfs-pointer";
}

/** A piece of a large file that was copied. */
interface PieceAhead {
  readonly file: SegmentEntry;
  readonly offset: number;
  readonly copy: string;
  readonly directory: string;
}

/** Keeps the segment of such a piece; gives the file in the cache if it was written. */
export function packPieceAhead({ file, offset, copy, directory }: PieceAhead): string | undefined {
  const keepIn = placeToKeep({ type: "piece", file, offset }, directory);
  if (keepIn === undefined) {
    return undefined;
  }
  segmentContent.clear();
  const length = ignoringFileSystemErrors(() =>
    segmentContent.addPiece(file, offset, (room) =>
      withOpen(copy, "r", (descriptor) => readInto(descriptor, room, offset)),
    ),
  );
  if (length !== pieceSize(file, offset)) {
    return undefined;
  }
  keepContent(keepIn);
  return keepIn;
}

/** {@link packPieceAhead} for worker threads. */
export const PIECE_AHEAD_TASK: ThreadTask<PieceAhead, string | undefined> = {
  module: import.meta.url,
  run: packPieceAhead,
};

/** Keeps the segment of what was added to the content. */
function keepContent(keepIn: string): void {
  const segment = segmentContent.compress();
  keepSegment(keepIn, segment);
  releaseMemory(segment.bytes);
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
    if (isSecret(outcome)) {
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
  return tryTo(() => writeCopy(placeIn(tree, entry.path), content, entry.mode));
}

/** The place of a file, in a directory that is there. */
function placeIn(tree: string, name: string): string {
  const place = below(tree, name);
  const directory = path.dirname(place);
  if (!directories.has(directory)) {
    mkdirSync(directory, { recursive: true });
    directories.add(directory);
  }
  return place;
}

function tryTo(work: () => void): boolean {
  const done = ignoringFileSystemErrors(() => {
    work();
    return true;
  });
  return done === true;
}
