/** Writes `source.tar.gz` and the assembled tree, from a manifest and nothing else. */
import { createHash } from "node:crypto";
import { mkdir, open } from "node:fs/promises";
import { availableParallelism } from "node:os";
import path from "node:path";
import { mapAhead } from "../concurrency.ts";
import type { Manifest, ManifestFile, Part } from "../manifest/manifest.ts";
import { assembleFile, PIECE_SIZE, readPieces, type AssembledFile } from "./file-bytes.ts";
import { compressSegment, GZIP_HEADER, GzipTrailer, type Segment } from "./gzip.ts";
import { END_OF_ARCHIVE, fileHeader, filePadding } from "./tar-entry.ts";

/** Small files read at a time. */
const FILES_AHEAD = 64;

/** What was written. */
export interface ArchiveBytes {
  readonly sizeBytes: number;
  /** SHA-256 of the gzip bytes, in hex. */
  readonly sha256: string;
  /** MD5 of the gzip bytes, in hex: what the cluster computes of a file. */
  readonly md5: string;
}

/**
 * Packs a manifest: each file is read once, verified, copied to the tree and packed.
 *
 * @param tree an empty directory for the assembled tree
 * @param archive the file to write
 * @throws {UserError} when a file is gone or has changed since the manifest was read
 */
export async function writeArchive(
  manifest: Manifest,
  { tree, archive }: { readonly tree: string; readonly archive: string },
): Promise<ArchiveBytes> {
  await makeDirectories(manifest, tree);
  const handle = await open(archive, "w");
  try {
    const digests = { sha256: createHash("sha256"), md5: createHash("md5") };
    let sizeBytes = 0;
    for await (const bytes of gzipStream(segments(manifest, tree))) {
      digests.sha256.update(bytes);
      digests.md5.update(bytes);
      sizeBytes += bytes.length;
      await handle.writeFile(bytes);
    }
    return { sizeBytes, sha256: digests.sha256.digest("hex"), md5: digests.md5.digest("hex") };
  } finally {
    await handle.close();
  }
}

async function makeDirectories(manifest: Manifest, tree: string): Promise<void> {
  const files = manifest.parts.flatMap((part) => part.files);
  const directories = new Set(files.map((file) => path.join(tree, path.dirname(file.path))));
  for (const directory of directories) await mkdir(directory, { recursive: true });
}

/** One gzip member; segments are compressed in parallel and come out in their order. */
async function* gzipStream(input: AsyncIterable<Segment>): AsyncGenerator<Buffer> {
  const trailer = new GzipTrailer();
  yield GZIP_HEADER;
  const compressed = mapAhead(input, 2 * availableParallelism() + 2, async (segment) => {
    trailer.update(segment.bytes);
    return compressSegment(segment);
  });
  yield* compressed;
  yield trailer.bytes();
}

/** The tar stream in segments of about {@link PIECE_SIZE}. None spans two parts. */
async function* segments(manifest: Manifest, tree: string): AsyncGenerator<Segment> {
  for (const part of manifest.parts) {
    let waiting: Buffer[] = [];
    let waitingBytes = 0;
    let before: Buffer | undefined;
    for await (const bytes of partBytes(part, tree)) {
      waiting.push(bytes);
      waitingBytes += bytes.length;
      if (waitingBytes < PIECE_SIZE) continue;
      const segment = Buffer.concat(waiting);
      yield { bytes: segment, ...(before === undefined ? {} : { before }) };
      before = segment;
      waiting = [];
      waitingBytes = 0;
    }
    if (waitingBytes > 0) {
      yield { bytes: Buffer.concat(waiting), ...(before === undefined ? {} : { before }) };
    }
  }
  yield { bytes: END_OF_ARCHIVE };
}

async function* partBytes(part: Part, tree: string): AsyncGenerator<Buffer> {
  const assembled = mapAhead(part.files, FILES_AHEAD, async (file) => ({
    file,
    content: await assembleFile(file, path.join(tree, file.path)),
  }));
  for await (const { file, content } of assembled) yield* entryBytes(file, content);
}

async function* entryBytes(file: ManifestFile, content: AssembledFile): AsyncGenerator<Buffer> {
  yield fileHeader(file);
  if (content.type === "small") yield content.bytes;
  else yield* readPieces(file, content.copy);
  yield filePadding(file.sizeBytes);
}
