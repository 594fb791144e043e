/** Writes `source.tar.gz` and fills the assembled tree, from a manifest and nothing else. */
import { closeSync, openSync } from "node:fs";
import { availableParallelism } from "node:os";
import { KeyedMutex, mapAhead, mapConcurrently } from "../../../common/concurrency/concurrency.ts";
import type { Manifest, ManifestFile, Part } from "../../manifest/manifest.ts";
import { ArchiveDigests } from "./archive-digests.ts";
import type { ArchiveBytes } from "./archive-digests.ts";
import type { AssembledTree } from "./assembled-tree.ts";
import { COPY_TASK } from "./copy-files.ts";
import type { FileToCopy } from "./copy-files.ts";
import { writeAll } from "../../../common/files/open-file.ts";
import { assertNoProblem } from "./copy-problem.ts";
import { compressSegment, GZIP_HEADER, GzipTrailer } from "../gzip/gzip.ts";
import type { CompressedSegment } from "../gzip/gzip.ts";
import { takeMadeAhead } from "../segments/made-ahead.ts";
import { SegmentReader, segmentFile } from "../segments/segment-store.ts";
import { contentSize, filesOf, segmentKey, segmentsOf } from "../segments/segments.ts";
import type { Segment } from "../segments/segments.ts";
import { PACK_TASK } from "./pack-segment.ts";
import type { SegmentToPack } from "./pack-segment.ts";
import { END_OF_ARCHIVE } from "../tar/write-header.ts";
import { TaskRunner } from "./task-runner.ts";
import { isUnchanged } from "./unchanged.ts";
import type { WorkProgress } from "./work-progress.ts";

/** What was written, and how much of it had to be made. */
export interface WrittenArchive extends ArchiveBytes {
  /** How much content was compressed, in bytes; the rest was kept from earlier builds. */
  readonly compressedBytes: number;
}

/** What to pack. */
export interface ToPack {
  readonly manifest: Manifest;
  /** Makes the tree that is to be filled, which takes a while; called once, when it is needed. */
  readonly makeTree: () => AssembledTree;
  /** See `BuildOptions`. */
  readonly isJustRead: boolean;
}

/** A build that is done. */
export interface Packed {
  readonly written: WrittenArchive;
  readonly tree: AssembledTree;
}

/** Segments under way at a time: enough for all threads while results wait to be written. */
const SEGMENTS_AHEAD = availableParallelism() + 2;

/** Two builds of one process make a segment that they share once. */
const segmentsUnderWay = new KeyedMutex();

/**
 * Packs a manifest. A segment that the cache has is taken from there; of one that it has not, each file is
 * read once, verified, copied to the tree and packed.
 *
 * @param archive the file to write
 * @throws {UserError} when a file is gone or has changed since the manifest was read
 */
export async function writeArchive(
  { manifest, makeTree, isJustRead }: ToPack,
  archive: string,
  progress: WorkProgress,
): Promise<Packed> {
  const output = openSync(archive, "w");
  const contentBytes = manifest.parts.reduce((sum, part) => sum + part.sizeBytes, 0);
  progress.expect(contentBytes);
  using digests = new ArchiveDigests(archive, contentBytes);
  try {
    const packing = new Packing(makeTree, isJustRead);
    const write = (bytes: Uint8Array): void => {
      writeAll(output, bytes);
      digests.written(bytes);
    };
    const trailer = new GzipTrailer();
    write(GZIP_HEADER);
    const pack = (segment: Segment): Promise<CompressedSegment> => packing.pack(segment);
    const packed = mapAhead(segmentsOfAll(manifest.parts), SEGMENTS_AHEAD, pack);
    for await (const segment of packed) {
      trailer.update(segment);
      write(segment.bytes);
      packing.takeBack(segment);
      progress.did(segment.sizeBytes);
    }
    const end = compressSegment(END_OF_ARCHIVE);
    trailer.update(end);
    write(end.bytes);
    write(trailer.bytes());
    const ended = digests.end();
    // It is awaited below, which a failure may come before.
    ended.catch(() => undefined);
    const tree = await packing.finishTree();
    const written = { ...(await ended), compressedBytes: packing.compressedBytes };
    return { written, tree };
  } finally {
    closeSync(output);
  }
}

function* segmentsOfAll(parts: readonly Part[]): Generator<Segment, void, undefined> {
  for (const part of parts) {
    yield* segmentsOf(part);
  }
}

/**
 * Fills the assembled tree when the archive is there already, and verifies what it is made of.
 *
 * @throws {UserError} when a file is gone or has changed since the manifest was read
 */
export async function fillTree({ manifest, makeTree, isJustRead }: ToPack): Promise<AssembledTree> {
  const packing = new Packing(makeTree, isJustRead);
  for (const part of manifest.parts) {
    await packing.copy(part.files);
  }
  return packing.finishTree();
}

/** One build's way through its segments. */
class Packing {
  readonly #makeTree: () => AssembledTree;
  #made: AssembledTree | undefined;
  readonly #runner = new TaskRunner();
  readonly #reader = new SegmentReader();
  /** Large files on their way into the tree. Their pieces wait for that. */
  readonly #large = new Map<string, Promise<void>>();
  /** Segments that were kept; the tree need not wait for them, nor they for the tree. */
  readonly #kept: Segment[] = [];
  readonly #isJustRead: boolean;
  #compressedBytes = 0;

  constructor(makeTree: () => AssembledTree, isJustRead: boolean) {
    this.#makeTree = makeTree;
    this.#isJustRead = isJustRead;
  }

  /** See {@link WrittenArchive}. */
  get compressedBytes(): number {
    return this.#compressedBytes;
  }

  async pack(segment: Segment): Promise<CompressedSegment> {
    const key = segmentKey(segment);
    const keepIn = segmentFile(key, contentSize(segment));
    if (keepIn === undefined) {
      return this.#make(segment, keepIn);
    }
    return segmentsUnderWay.run(keepIn, async () => {
      const found = this.#reader.find(keepIn);
      if (found === undefined) {
        return this.#make(segment, keepIn);
      }
      if (takeMadeAhead(keepIn)) {
        this.#compressedBytes += contentSize(segment);
      }
      this.#kept.push(segment);
      return found;
    });
  }

  /** Ends the use of what {@link pack} gave. */
  takeBack(segment: CompressedSegment): void {
    this.#reader.takeBack(segment);
  }

  /** Puts into the tree what the kept segments hold, while the archive's digests are taken. */
  async finishTree(): Promise<AssembledTree> {
    await mapConcurrently(this.#kept, SEGMENTS_AHEAD, (segment) =>
      segment.type === "piece" ? this.#copyLarge(segment.file) : this.copy(segment.files),
    );
    return this.#tree;
  }

  /** Copies what the tree lacks, and makes sure of what may have changed. */
  async copy(files: readonly ManifestFile[]): Promise<void> {
    const toDo = files.map((file) => this.#toCopy(file)).filter((file) => this.#isNeeded(file));
    if (toDo.length === 0) {
      return;
    }
    const sizeBytes = toDo.reduce((sum, { file }) => sum + file.sizeBytes, 0);
    assertNoProblem(await this.#runner.run(COPY_TASK, toDo, sizeBytes));
    this.#tree.filled(files);
  }

  get #tree(): AssembledTree {
    return (this.#made ??= this.#makeTree());
  }

  async #make(segment: Segment, keepIn: string | undefined): Promise<CompressedSegment> {
    if (segment.type === "piece") {
      await this.#copyLarge(segment.file);
    }
    const input = { content: this.#contentOf(segment), keepIn };
    const outcome = await this.#runner.run(PACK_TASK, input, contentSize(segment));
    assertNoProblem(outcome);
    this.#compressedBytes += contentSize(segment);
    if (segment.type === "files") {
      this.#tree.filled(filesOf(segment));
    }
    return outcome;
  }

  #contentOf(segment: Segment): SegmentToPack["content"] {
    if (segment.type === "files") {
      return { type: "files", files: segment.files.map((file) => this.#toCopy(file)) };
    }
    const { file, offset } = segment;
    return { type: "piece", file, copy: this.#tree.pathOf(file), offset };
  }

  async #copyLarge(file: ManifestFile): Promise<void> {
    const underWay = this.#large.get(file.path) ?? this.copy([file]);
    this.#large.set(file.path, underWay);
    return underWay;
  }

  #toCopy(file: ManifestFile): FileToCopy {
    return { file, copy: this.#tree.placeToFill(file) };
  }

  /** Whether a file has to be read: for the tree, or as its signature does not prove its content. */
  #isNeeded({ file, copy }: FileToCopy): boolean {
    return copy !== undefined || !(this.#isJustRead || isUnchanged(file));
  }
}
