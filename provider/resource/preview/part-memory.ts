/**
 * The parts of what was built or published here, in the cache by their digests: which files they had, and the texts
 * of those, so that a preview can count the lines that change.
 */
import { isUtf8 } from "node:buffer";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { cacheDirectory } from "../../../common/cache/directory.ts";
import { markUsed } from "../../../common/cache/prune.ts";
import { writeCacheFile } from "../../../common/cache/write-cache-file.ts";
import { ignoringFileSystemErrors } from "../../../common/files/file-errors.ts";
import { partDigest, sha256 } from "../../manifest/digests.ts";
import type { ManifestFile, Part } from "../../manifest/manifest.ts";

/** Longer files are not compared line by line, in bytes. */
export const MAX_TEXT_BYTES: number = 256 << 10;

/** How much text of a part is kept, in bytes. */
const MAX_PART_TEXT_BYTES = 1 << 20;

/** Parts of more files are not remembered. */
const MAX_FILES = 20_000;

/** The folder in the cache. */
const FOLDER = "parts";

/** What is known of the content of a file. */
export type RememberedContent =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "binary" }
  /** It was too long, or is not kept. */
  | { readonly type: "unknown" };

type FileFacts = Pick<ManifestFile, "mode" | "path" | "sha256" | "sizeBytes">;

/** A file of a part that was built or published. */
export type RememberedFile = FileFacts & { readonly content: RememberedContent };

/** What a line of the file holds: path, mode, SHA-256, size, and the text, or whether it is binary. */
type Line = readonly [string, number, string, number, string | boolean];

/** Remembers parts. Where that cannot be done, a preview knows less, and that is all. */
export function rememberParts(
  parts: readonly Part[],
  directory: string | undefined = cacheDirectory(),
): void {
  for (const { digest, files } of parts) {
    rememberFiles(digest, files, contentOf, directory);
  }
}

/**
 * Remembers the files of a part.
 *
 * @param digest the part's
 * @param find gives the content of a file, if that is wanted
 */
export function rememberFiles<File extends FileFacts>(
  digest: string,
  files: readonly File[],
  find: (file: File) => RememberedContent,
  directory: string | undefined = cacheDirectory(),
): void {
  const place = fileOf(digest, directory);
  if (place === undefined || files.length > MAX_FILES) {
    return;
  }
  ignoringFileSystemErrors(() => {
    if (!existsSync(place)) {
      writeCacheFile(place, JSON.stringify(linesOf(files, find)));
    }
  });
}

function linesOf<File extends FileFacts>(
  files: readonly File[],
  find: (file: File) => RememberedContent,
): readonly Line[] {
  let bytesLeft = MAX_PART_TEXT_BYTES;
  return files.map((file): Line => {
    const { path: name, mode, sha256: digest, sizeBytes } = file;
    const content: RememberedContent = sizeBytes > bytesLeft ? { type: "unknown" } : find(file);
    if (content.type === "text") {
      bytesLeft -= sizeBytes;
    }
    const kept = content.type === "text" ? content.text : content.type === "binary";
    return [name, mode, digest, sizeBytes, kept];
  });
}

/** What a file of the pipeline holds, if that is still what the manifest was made of. */
export function contentOf({ content, sizeBytes, sha256: digest }: ManifestFile): RememberedContent {
  if (content.type === "text") {
    return content;
  }
  if (sizeBytes > MAX_TEXT_BYTES) {
    return { type: "unknown" };
  }
  const bytes = ignoringFileSystemErrors(() => readFileSync(content.file));
  if (bytes === undefined || sha256(bytes) !== digest) {
    return { type: "unknown" };
  }
  return textOrBinary(bytes);
}

/** Bytes as text, if they are one. */
export function textOrBinary(bytes: Buffer): RememberedContent {
  return isUtf8(bytes) && !bytes.includes(0)
    ? { type: "text", text: bytes.toString("utf8") }
    : { type: "binary" };
}

/** The files of a part, by its digest; undefined when it is not remembered, or not whole. */
export function recallPart(
  digest: string,
  directory: string | undefined = cacheDirectory(),
): readonly RememberedFile[] | undefined {
  const file = fileOf(digest, directory);
  const text = file && ignoringFileSystemErrors(() => readFileSync(file, "utf8"));
  if (file === undefined || text === undefined) {
    return undefined;
  }
  const files = parseLines(text);
  if (files === undefined || partDigest(files) !== digest) {
    return undefined;
  }
  markUsed(file);
  return files;
}

function parseLines(text: string): readonly RememberedFile[] | undefined {
  let lines: unknown;
  try {
    lines = JSON.parse(text);
  } catch {
    // Torn by a crash: as good as not remembered.
    return undefined;
  }
  if (!Array.isArray(lines) || !lines.every(isLine)) {
    return undefined;
  }
  return lines.map(([name, mode, digest, sizeBytes, kept]) => ({
    path: name,
    mode: mode === 0o755 ? 0o755 : 0o644,
    sha256: digest,
    sizeBytes,
    content: keptContent(kept, digest),
  }));
}

function keptContent(kept: string | boolean, digest: string): RememberedContent {
  if (typeof kept === "string") {
    return sha256(kept) === digest ? { type: "text", text: kept } : { type: "unknown" };
  }
  return { type: kept ? "binary" : "unknown" };
}

function isLine(value: unknown): value is Line {
  return (
    Array.isArray(value) &&
    ["string", "number", "string", "number"].every((type, index) => typeof value[index] === type) &&
    ["string", "boolean"].includes(typeof value[4])
  );
}

/** Undefined when nothing is kept, or it is no digest. */
function fileOf(digest: string, directory: string | undefined): string | undefined {
  return directory === undefined || !/^[0-9a-f]{64}$/.test(digest)
    ? undefined
    : path.join(directory, FOLDER, digest.slice(0, 2), digest.slice(2));
}
