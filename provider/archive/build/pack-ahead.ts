/**
 * Hashes the files of a part for a build that is about to follow, and compresses what was read in the same
 * go, and copies it: the build then finds its segments in the cache, by the digests of what is in them, and its tree.
 */
import { cacheDirectory } from "../../../common/cache/directory.ts";
import { below } from "../../../common/files/below.ts";
import { compareBytes } from "../../../common/text/compare-bytes.ts";
import { sharedWorkers } from "../../../common/worker-threads/pool.ts";
import { hashFiles } from "../../manifest/hash-files.ts";
import type { EntryToHash } from "../../manifest/hash-files.ts";
import type { HashOutcome } from "../../manifest/hash-task.ts";
import { noteMadeAhead } from "../segments/made-ahead.ts";
import { pieceSize, segmentsOf } from "../segments/segments.ts";
import type { SegmentEntry } from "../segments/segments.ts";
import { AHEAD_TASK, LARGEST_IN_MEMORY, PIECE_AHEAD_TASK } from "./ahead-task.ts";
import type { TreeAhead } from "./tree-ahead.ts";
import type { WorkProgress } from "./work-progress.ts";

/** Of less content a build makes the segments soon enough, in bytes. */
const AHEAD_FROM_BYTES = 4 << 20;

/**
 * SHA-256 and size of each file of a part, in their order, or why it could not be read.
 *
 * @param entries all files of the part
 * @param tree takes copies of them @default none are made
 * @param progress is told how far it is @default nobody is told
 */
export async function hashAndPack(
  entries: readonly EntryToHash[],
  tree?: TreeAhead,
  progress?: WorkProgress,
): Promise<readonly HashOutcome[]> {
  const directory = cacheDirectory();
  const total = entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  if (directory === undefined || total < AHEAD_FROM_BYTES) {
    return hashFiles(entries);
  }
  const ahead = new PackingAhead(directory, tree, progress);
  progress?.expect(total);
  await Promise.all(inSegments(entries).map((files) => ahead.pack(files)));
  return entries.flatMap((entry) => ahead.outcomeOf(entry) ?? []);
}

/** The way through the files of one part. */
class PackingAhead {
  readonly #directory: string;
  readonly #tree: TreeAhead | undefined;
  readonly #place: string | undefined;
  readonly #outcomes = new Map<EntryToHash, HashOutcome>();

  readonly #progress: WorkProgress | undefined;

  constructor(directory: string, tree: TreeAhead | undefined, progress: WorkProgress | undefined) {
    this.#progress = progress;
    this.#directory = directory;
    this.#tree = tree;
    this.#place = tree?.place();
  }

  outcomeOf(entry: EntryToHash): HashOutcome | undefined {
    return this.#outcomes.get(entry);
  }

  async pack(files: readonly EntryToHash[]): Promise<void> {
    const task = { files, directory: this.#directory, tree: this.#place };
    const { outcomes, made, isCopied } = await sharedWorkers().run(AHEAD_TASK, task);
    made.forEach(noteMadeAhead);
    for (const [index, outcome] of outcomes.entries()) {
      const file = files[index];
      if (file === undefined) {
        continue;
      }
      this.#outcomes.set(file, outcome);
      if (isCopied && outcome.type === "hashed") {
        await this.#copied({ ...file, sha256: outcome.sha256 }, outcome.sizeBytes);
      } else {
        this.#progress?.did(file.sizeBytes);
      }
    }
  }

  async #copied(file: EntryToHash & SegmentEntry, sizeBytes: number): Promise<void> {
    this.#tree?.wrote(file);
    const { path, mode, sha256 } = file;
    if (this.#place === undefined || file.sizeBytes <= LARGEST_IN_MEMORY) {
      this.#progress?.did(file.sizeBytes);
      return;
    }
    const copy = below(this.#place, path);
    const entry = { path, mode, sha256, sizeBytes };
    const pieces = [...segmentsOf({ files: [entry] })].flatMap((segment) =>
      segment.type === "piece"
        ? { file: entry, offset: segment.offset, copy, directory: this.#directory }
        : [],
    );
    await Promise.all(
      pieces.map(async (piece) => {
        const made = await sharedWorkers().run(PIECE_AHEAD_TASK, piece);
        if (made !== undefined) {
          noteMadeAhead(made);
        }
        this.#progress?.did(pieceSize(entry, piece.offset));
      }),
    );
  }
}

/** The files of each segment that the part will have; a large file, which has several, alone. */
function inSegments(entries: readonly EntryToHash[]): readonly (readonly EntryToHash[])[] {
  const files = entries.toSorted((a, b) => compareBytes(a.path, b.path));
  const groups: (readonly EntryToHash[])[] = [];
  for (const segment of segmentsOf({ files })) {
    if (segment.type === "files") {
      groups.push(segment.files);
    } else if (segment.offset === 0) {
      groups.push([segment.file]);
    }
  }
  return groups;
}
