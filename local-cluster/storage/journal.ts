/**
 * The committed state on disk: `snapshot` (the state at one moment, a commit for each node) and
 * `journal` (every commit since). A commit is one line that is written and synced before it is
 * answered, so that a crash leaves all of it, or a torn last line, which is cut off. A snapshot is
 * written beside the old one and renamed. It has the number of its last commit, so that a crash before
 * the journal is emptied does no harm: what the snapshot contains is not applied again.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import type { CypressNode, NodeChange, NodeState } from "../objects/node.ts";
import type { CommitLog, RecordedAnswer, TrunkCommit } from "../cypress/commit.ts";
import { bytesFromBuffer } from "../../common/yson/byte-string.ts";
import { decodeCommit, encodeCommit } from "./commit-codec.ts";
import { JOURNAL, SNAPSHOT } from "./data-directory.ts";
import type { Disk } from "./disk.ts";
import { damagedDataError } from "./field-reader.ts";
import { decodeRecord, encodeRecord } from "./record.ts";
import { syncDirectory } from "./sync.ts";
import { ignoringFileSystemErrors } from "../../common/files/file-errors.ts";
import { writeAll } from "../../common/files/open-file.ts";

/** Size of the journal, in bytes, from which on it is compacted. */
const DEFAULT_COMPACTION_BYTES = 4 * 1024 * 1024;

/** How long answers are kept, in milliseconds, as `mutation-cache.ts` does. */
const KEEP_ANSWERS_MS = 10 * 60 * 1000;

/** A commit with its number. */
type NumberedCommit = ReturnType<typeof decodeCommit>;

/** Settings of a journal. */
export interface JournalOptions {
  readonly directory: string;
  readonly disk?: Disk;
  /** Throws when another process may write the journal. */
  readonly assertHeld?: (() => void) | undefined;
  /** The nodes to put into a snapshot. */
  readonly nodes: () => Iterable<CypressNode>;
  /**
   * Size of the journal, in bytes, from which on it is compacted into a snapshot.
   *
   * @default 4 MiB
   */
  readonly compactionBytes?: number | undefined;
  /** Answers from before this start that repeated requests must get again. */
  readonly answers?: readonly RecordedAnswer[];
}

/** Appends commits, and compacts them into snapshots. One process at a time may have it open. */
export class Journal implements CommitLog {
  readonly #options: JournalOptions;
  readonly #file: number;
  #size: number;
  #snapshotSize: number;
  #sequence: number;
  /** Those of the commits that a snapshot would swallow, the oldest first. */
  readonly #answers: { readonly time: number; readonly answer: RecordedAnswer }[];
  #closed = false;

  /** @param sequence number of the last commit that `readCommits()` gave */
  constructor(options: JournalOptions, sequence: number) {
    this.#options = options;
    const file = path.join(options.directory, JOURNAL);
    this.#file = fs.openSync(file, "a");
    syncDirectory(options.directory);
    this.#size = fs.fstatSync(this.#file).size;
    this.#snapshotSize = sizeOf(path.join(options.directory, SNAPSHOT));
    this.#sequence = sequence;
    const time = Date.now();
    this.#answers = (options.answers ?? []).map((answer) => ({ time, answer }));
  }

  append(commit: TrunkCommit): void {
    // Another file may have the descriptor of a closed one by now.
    if (this.#closed) {
      throw new Error("The local cluster has been stopped");
    }
    this.#options.assertHeld?.();
    const record = encodeRecord(encodeCommit(commit, this.#sequence + 1));
    try {
      this.#options.disk?.assertSpace();
      writeAll(this.#file, record);
      fs.fdatasyncSync(this.#file);
    } catch (error) {
      // What was written of a failed commit must not stay in front of the next one.
      fs.ftruncateSync(this.#file, this.#size);
      throw error;
    }
    this.#sequence += 1;
    this.#size += record.length;
    if (commit.answer !== undefined) {
      this.#answers.push({ time: Date.now(), answer: commit.answer });
    }
  }

  /**
   * Compacts the journal into a new snapshot when it is larger than the old one. The last commit is
   * safe already, so it must not fail when this does, for instance on a full disk: then the journal
   * stays as it is, and the next attempt is made when it has grown by half.
   */
  compactIfLarge(): void {
    const threshold = this.#options.compactionBytes ?? DEFAULT_COMPACTION_BYTES;
    if (this.#size < Math.max(threshold, this.#snapshotSize)) {
      return;
    }
    try {
      this.#compact();
    } catch {
      this.#snapshotSize = this.#size * 1.5;
    }
  }

  close(): void {
    this.#closed = true;
    fs.closeSync(this.#file);
  }

  #compact(): void {
    const { directory } = this.#options;
    const target = path.join(directory, SNAPSHOT);
    const temporary = `${target}.new`;
    try {
      this.#writeSnapshot(temporary);
    } catch (error) {
      // On a full disk it would be in the way of what is uploaded next.
      ignoringFileSystemErrors(() => fs.rmSync(temporary, { force: true }));
      throw error;
    }
    fs.renameSync(temporary, target);
    syncDirectory(directory);
    fs.ftruncateSync(this.#file, 0);
    fs.fsyncSync(this.#file);
    this.#size = 0;
    this.#snapshotSize = sizeOf(target);
  }

  #writeSnapshot(place: string): void {
    const file = fs.openSync(place, "w");
    try {
      for (const commit of this.#snapshotCommits()) {
        writeAll(file, encodeRecord(encodeCommit(commit, this.#sequence)));
      }
      fs.fsyncSync(file);
    } finally {
      fs.closeSync(file);
    }
  }

  *#snapshotCommits(): Generator<TrunkCommit> {
    for (const node of this.#options.nodes()) {
      if (node.trunk !== undefined) {
        const changes = new Map([[node.id, fullChange(node.trunk)]]);
        yield { created: [node], changes, answer: undefined };
      }
    }
    const oldest = Date.now() - KEEP_ANSWERS_MS;
    const first = this.#answers.findIndex(({ time }) => time > oldest);
    this.#answers.splice(0, first === -1 ? this.#answers.length : first);
    for (const { answer } of this.#answers) {
      yield { created: [], changes: new Map(), answer };
    }
  }
}

/**
 * Reads what is committed, and cuts a torn last line off the journal: one that has no line feed, as
 * that is written last.
 *
 * @throws {UserError} when any other line is damaged, or one is missing
 */
export function readCommits(directory: string): readonly NumberedCommit[] {
  const snapshot = readRecords(path.join(directory, SNAPSHOT));
  if (!snapshot.complete) {
    throw damagedDataError(`${path.join(directory, SNAPSHOT)} ends too early`);
  }
  const snapshotSequence = snapshot.commits.at(-1)?.sequence ?? 0;
  const file = path.join(directory, JOURNAL);
  const journal = readRecords(file);
  assertNoGap(file, snapshotSequence, journal.commits);
  if (!journal.complete) {
    fs.truncateSync(file, journal.completeBytes);
  }
  return [
    ...snapshot.commits,
    ...journal.commits.filter((commit) => commit.sequence > snapshotSequence),
  ];
}

function readRecords(file: string) {
  const content = fs.existsSync(file) ? fs.readFileSync(file) : Buffer.alloc(0);
  const commits: NumberedCommit[] = [];
  let offset = 0;
  while (offset < content.length) {
    const end = content.indexOf("\n", offset);
    if (end === -1) {
      break;
    }
    const value = decodeRecord(bytesFromBuffer(content.subarray(offset, end)));
    if (value === undefined) {
      throw damagedDataError(`${file} has a bad line at byte ${offset}`);
    }
    commits.push(decodeCommit(value));
    offset = end + 1;
  }
  return { commits, completeBytes: offset, complete: offset === content.length };
}

/** Commits have no gaps between their numbers, so that one that was taken out is noticed. */
function assertNoGap(
  file: string,
  snapshotSequence: number,
  commits: readonly NumberedCommit[],
): void {
  let last = snapshotSequence;
  for (const { sequence } of commits) {
    if (sequence > last + 1) {
      throw damagedDataError(`${file} lacks what was committed between ${last} and ${sequence}`);
    }
    last = sequence;
  }
}

/** The change that turns a blank state into this one. */
function fullChange(state: NodeState): NodeChange {
  return { ...state, appended: [] };
}

function sizeOf(file: string): number {
  return fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
