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
import type { CommitLog, TrunkCommit } from "../cypress/commit.ts";
import { bytesFromBuffer } from "../../common/yson/byte-string.ts";
import { decodeCommit, encodeCommit } from "./commit-codec.ts";
import { JOURNAL, SNAPSHOT } from "./data-directory.ts";
import type { Disk } from "./disk.ts";
import { damagedDataError } from "./field-reader.ts";
import { decodeRecord, encodeRecord } from "./record.ts";
import { syncDirectory } from "./sync.ts";
import { writeAll } from "../../common/files/open-file.ts";

/** Size of the journal, in bytes, from which on it is compacted. */
const DEFAULT_COMPACTION_BYTES = 4 * 1024 * 1024;

/** A commit with its number. */
type NumberedCommit = ReturnType<typeof decodeCommit>;

/** Settings of a journal. */
export interface JournalOptions {
  readonly directory: string;
  readonly disk?: Disk;
  /** The nodes to put into a snapshot. */
  readonly nodes: () => Iterable<CypressNode>;
  /**
   * Size of the journal, in bytes, from which on it is compacted into a snapshot.
   *
   * @default 4 MiB
   */
  readonly compactionBytes?: number | undefined;
}

/** Appends commits, and compacts them into snapshots. One process at a time may have it open. */
export class Journal implements CommitLog {
  readonly #options: JournalOptions;
  readonly #file: number;
  #size: number;
  #snapshotSize: number;
  #sequence: number;
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
  }

  append(commit: TrunkCommit): void {
    // Another file may have the descriptor of a closed one by now.
    if (this.#closed) {
      throw new Error("The local cluster has been stopped");
    }
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
    const { directory, nodes } = this.#options;
    const target = path.join(directory, SNAPSHOT);
    const temporary = `${target}.new`;
    const file = fs.openSync(temporary, "w");
    try {
      for (const node of nodes()) {
        if (node.trunk === undefined) {
          continue;
        }
        const changes = new Map([[node.id, fullChange(node.trunk)]]);
        const commit = { created: [node], changes, answer: undefined };
        writeAll(file, encodeRecord(encodeCommit(commit, this.#sequence)));
      }
      fs.fsyncSync(file);
    } finally {
      fs.closeSync(file);
    }
    fs.renameSync(temporary, target);
    syncDirectory(directory);
    fs.ftruncateSync(this.#file, 0);
    fs.fsyncSync(this.#file);
    this.#size = 0;
    this.#snapshotSize = sizeOf(target);
  }
}

/**
 * Reads what is committed, and cuts a torn last line off the journal.
 *
 * @throws {UserError} when a line that is not the last one is damaged
 */
export function readCommits(directory: string): readonly NumberedCommit[] {
  const snapshot = readRecords(path.join(directory, SNAPSHOT));
  if (!snapshot.complete) {
    throw damagedDataError(`${path.join(directory, SNAPSHOT)} ends too early`);
  }
  const snapshotSequence = snapshot.commits.at(-1)?.sequence ?? 0;
  const file = path.join(directory, JOURNAL);
  const journal = readRecords(file);
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
    const line = content.subarray(offset, end === -1 ? content.length : end);
    const value = end === -1 ? undefined : decodeRecord(bytesFromBuffer(line));
    if (value === undefined) {
      const isLast = end === -1 || end === content.length - 1;
      if (!isLast) {
        throw damagedDataError(`${file} has a bad line at byte ${offset}`);
      }
      break;
    }
    commits.push(decodeCommit(value));
    offset = end + 1;
  }
  return { commits, completeBytes: offset, complete: offset === content.length };
}

/** The change that turns a blank state into this one. */
function fullChange(state: NodeState): NodeChange {
  return { ...state, appended: [] };
}

function sizeOf(file: string): number {
  return fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
