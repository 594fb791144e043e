/**
 * Where the tar stream is cut into segments, which are compressed each on its own: several at a
 * time, and again only when one of their files has changed.
 */
import { createHash } from "node:crypto";
import { fnv1a, FNV_BASIS } from "../../../common/values/fnv1a.ts";
import type { ManifestFile } from "../../manifest/manifest.ts";
import { COMPRESSION } from "../gzip/gzip.ts";

/** What cuts depend on. */
type CutFacts = Pick<ManifestFile, "path" | "sizeBytes">;

/** What a file is in a segment. */
export type SegmentEntry = Pick<ManifestFile, "mode" | "path" | "sha256" | "sizeBytes">;

/** A stretch of the tar stream. */
export type Segment<File extends CutFacts = ManifestFile> =
  /** Whole files, one after another. */
  | { readonly type: "files"; readonly files: readonly File[] }
  /** A piece of a large file. Its header goes before the first piece, its padding after the last. */
  | { readonly type: "piece"; readonly file: File; readonly offset: number };

/** Files up to this size are read and packed whole, in bytes; larger ones in pieces of this size. */
export const PIECE_SIZE: number = 1 << 20;

/** A segment may end at a file from this size on, in bytes. */
const MIN_SIZE = 512 << 10;

/** It ends at one file in so many. */
const CUT_ONE_IN = 16;

/** It ends at this size whatever follows, in bytes. */
const MAX_SIZE = 2 << 20;

/**
 * What the bytes of a segment follow from, beside the files that it is made of. To be counted up
 * when their headers or order change: nothing that was built before is reused then.
 */
export const SEGMENT_FORMAT: string = `segment 3, ${COMPRESSION}`;

/**
 * The segments of a part, in order, from its files in order. None spans two parts, so that pipelines that share a part
 * share its segments.
 *
 * Cuts depend on the names of files, not on what came before: when one file grows, most cuts stay
 * where they were and the segments between them are the same.
 */
export function* segmentsOf<File extends CutFacts>(part: {
  readonly files: readonly File[];
}): Generator<Segment<File>, void, undefined> {
  let files: File[] = [];
  let sizeBytes = 0;
  for (const file of part.files) {
    if (file.sizeBytes > PIECE_SIZE) {
      if (files.length > 0) {
        yield { type: "files", files };
      }
      files = [];
      sizeBytes = 0;
      for (let offset = 0; offset < file.sizeBytes; offset += PIECE_SIZE) {
        yield { type: "piece", file, offset };
      }
      continue;
    }
    files.push(file);
    sizeBytes += file.sizeBytes;
    if (sizeBytes < MIN_SIZE || (sizeBytes < MAX_SIZE && !isCut(file.path))) {
      continue;
    }
    yield { type: "files", files };
    files = [];
    sizeBytes = 0;
  }
  if (files.length > 0) {
    yield { type: "files", files };
  }
}

/** The files that a segment holds something of. */
export function filesOf<File extends CutFacts>(segment: Segment<File>): readonly File[] {
  return segment.type === "files" ? segment.files : [segment.file];
}

/** The bytes of content in a segment. */
export function contentSize(segment: Segment<CutFacts>): number {
  if (segment.type === "piece") {
    return pieceSize(segment.file, segment.offset);
  }
  return segment.files.reduce((sum, file) => sum + file.sizeBytes, 0);
}

/** The bytes of the piece of a large file that begins there. */
export function pieceSize(file: Pick<ManifestFile, "sizeBytes">, offset: number): number {
  return Math.min(PIECE_SIZE, file.sizeBytes - offset);
}

/** What the bytes of a segment follow from, as a digest in hex: with one key they are the same. */
export function segmentKey(segment: Segment<SegmentEntry>): string {
  const lines = filesOf(segment).map(
    ({ path, mode, sha256, sizeBytes }) =>
      `${mode.toString(8)} ${sha256} ${sizeBytes} ${Buffer.byteLength(path)} ${path}\n`,
  );
  const place = segment.type === "piece" ? `piece at ${segment.offset}` : "files";
  return createHash("sha256")
    .update(`${SEGMENT_FORMAT}, ${place}\n`)
    .update(lines.join(""))
    .digest("hex");
}

/** True for one name in {@link CUT_ONE_IN}, always the same ones. */
function isCut(path: string): boolean {
  let hash = FNV_BASIS;
  for (let index = 0; index < path.length; index++) {
    hash = fnv1a(hash, path.charCodeAt(index));
  }
  return (hash >>> 0) % CUT_ONE_IN === 0;
}
