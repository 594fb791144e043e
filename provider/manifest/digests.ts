/** Digests of files, parts and archives: SHA-256 everywhere, in hex. */
import { createHash, hash } from "node:crypto";
import { readFileSync } from "node:fs";
import { open } from "node:fs/promises";
import type { ManifestFile, Part } from "./manifest.ts";

/** How much of a file is in memory at a time, in bytes. */
const READ_SIZE = 1 << 20;

/** The length of the digests that previews show, in hex digits. */
const SHORT_LENGTH = 12;

/** SHA-256 of some bytes or UTF-8 text, in hex. */
export function sha256(content: Uint8Array | string): string {
  return hash("sha256", content, "hex");
}

/**
 * SHA-256 and size of a file's content, read once in constant memory.
 *
 * @param expectedBytes its size as it was listed; decides only how it is read
 */
export async function hashFile(
  file: string,
  expectedBytes: number,
): Promise<{ readonly sha256: string; readonly sizeBytes: number }> {
  if (expectedBytes <= READ_SIZE) {
    // Synchronous, as thousands of small files cost more in trips to a thread than in I/O.
    const bytes = readFileSync(file);
    return { sha256: sha256(bytes), sizeBytes: bytes.length };
  }
  const handle = await open(file);
  try {
    const buffer = Buffer.allocUnsafe(READ_SIZE);
    const digest = createHash("sha256");
    let sizeBytes = 0;
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, buffer.length);
      if (bytesRead === 0) return { sha256: digest.digest("hex"), sizeBytes };
      digest.update(buffer.subarray(0, bytesRead));
      sizeBytes += bytesRead;
    }
  } finally {
    await handle.close();
  }
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
