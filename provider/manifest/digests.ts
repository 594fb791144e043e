/** Digests of files, parts and archives: SHA-256 everywhere, in hex. */
import { createHash, hash } from "node:crypto";
import { readInto, withOpen } from "../../common/files/open-file.ts";
import type { ManifestFile, Part } from "./manifest.ts";

/** How much of a file is in memory at a time, in bytes. */
export const READ_SIZE: number = 1 << 20;

/** The length of the digests that previews show, in hex digits. */
const SHORT_LENGTH = 12;

/** SHA-256 of some bytes or UTF-8 text, in hex. */
export function sha256(content: Uint8Array | string): string {
  return hash("sha256", content, "hex");
}

/** What is being read; one for each thread, as reading is synchronous. */
let readBuffer: Buffer | undefined;

/**
 * SHA-256 and size of a file's content, read once in constant memory.
 *
 * @param look is shown what is read, a mebibyte at most at a time
 */
export function hashFile(
  file: string,
  look?: (piece: Buffer, offset: number) => void,
): { readonly sha256: string; readonly sizeBytes: number } {
  const buffer = (readBuffer ??= Buffer.allocUnsafeSlow(READ_SIZE));
  return withOpen(file, "r", (descriptor) => {
    let length = readInto(descriptor, buffer);
    look?.(buffer.subarray(0, length), 0);
    // The buffer is not full: that was all, and can be hashed in one call.
    if (length < buffer.length) {
      return { sha256: sha256(buffer.subarray(0, length)), sizeBytes: length };
    }
    const digest = createHash("sha256");
    let sizeBytes = 0;
    while (length > 0) {
      digest.update(buffer.subarray(0, length));
      sizeBytes += length;
      length = readInto(descriptor, buffer);
      if (length > 0) {
        look?.(buffer.subarray(0, length), sizeBytes);
      }
    }
    return { sha256: digest.digest("hex"), sizeBytes };
  });
}

/**
 * The digest of a part: over each entry's mode, content and path. The path comes last and with
 * its length, so that no name can pretend to be another entry.
 */
export function partDigest(
  files: readonly Pick<ManifestFile, "mode" | "path" | "sha256">[],
): string {
  const lines = files.map(
    (file) =>
      `${file.mode.toString(8)} ${file.sha256} ${Buffer.byteLength(file.path)} ${file.path}\n`,
  );
  return sha256(lines.join(""));
}

/** The digest of an archive: over its parts' digests, whatever their order. */
export function archiveDigest(parts: readonly Pick<Part, "digest" | "key">[]): string {
  const lines = parts.map((part) => `${part.digest} ${part.key}\n`);
  return sha256(lines.toSorted().join(""));
}

/** The first digits of a digest: enough to tell versions apart on a screen. */
export function shortDigest(digest: string): string {
  return digest.slice(0, SHORT_LENGTH);
}

/** A text with the digests in it, MD5 among them, as {@link shortDigest} has them. */
export function withShortDigests(text: string): string {
  return text.replaceAll(/\b[0-9a-f]{32,64}\b/g, shortDigest);
}
