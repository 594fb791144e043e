/**
 * The bytes of a manifest's files, exactly as the manifest knows them: a file that has changed
 * since is noticed here, whatever happened to it.
 */
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { chmod, constants, copyFile, open } from "node:fs/promises";
import { hasCode, isMissing } from "../file-errors.ts";
import { sha256 } from "../manifest/digests.ts";
import type { ManifestFile } from "../manifest/manifest.ts";
import { UserError } from "../user-error.ts";

/** Files up to this size are read whole, in bytes; larger ones in pieces of this size. */
export const PIECE_SIZE = 1 << 20;

/** A file that was copied to its place in the assembled tree. */
export type AssembledFile =
  | { readonly type: "small"; readonly bytes: Buffer }
  /** To be read from its copy with {@link readPieces}. */
  | { readonly type: "large"; readonly copy: string };

/**
 * Copies a file to its place in the assembled tree.
 *
 * @param copy where to; its directory must be there
 * @returns the bytes of a small file, verified; a large one is verified when its copy is read
 * @throws {UserError} when the file is gone or no longer what the manifest says
 */
export async function assembleFile(file: ManifestFile, copy: string): Promise<AssembledFile> {
  const { content } = file;
  if (content.type === "text") {
    writeFileSync(copy, content.text, { mode: file.mode });
    return { type: "small", bytes: Buffer.from(content.text) };
  }
  try {
    if (file.sizeBytes > PIECE_SIZE) {
      // A clone where the file system can, so that a large file costs no second copy on disk.
      await copyFile(content.file, copy, constants.COPYFILE_FICLONE);
      await chmod(copy, file.mode);
      return { type: "large", copy };
    }
    // Synchronous, as thousands of small files cost more in trips to a thread than in I/O.
    const bytes = readFileSync(content.file);
    if (sha256(bytes) !== file.sha256) throw changed(file);
    writeFileSync(copy, bytes, { mode: file.mode });
    return { type: "small", bytes };
  } catch (error) {
    if (isMissing(error) || hasCode(error, "EISDIR")) throw changed(file);
    throw error;
  }
}

/**
 * Reads the copy of a large file piece by piece.
 *
 * @throws {UserError} at the end, when the whole is not what the manifest says
 */
export async function* readPieces(file: ManifestFile, copy: string): AsyncGenerator<Buffer> {
  const handle = await open(copy);
  try {
    const digest = createHash("sha256");
    for (;;) {
      const piece = Buffer.allocUnsafe(PIECE_SIZE);
      const { bytesRead } = await handle.read(piece, 0, PIECE_SIZE);
      if (bytesRead === 0) break;
      digest.update(piece.subarray(0, bytesRead));
      yield piece.subarray(0, bytesRead);
    }
    if (digest.digest("hex") !== file.sha256) throw changed(file);
  } finally {
    await handle.close();
  }
}

function changed(file: ManifestFile): UserError {
  const name = file.content.type === "file" ? file.content.file : file.path;
  return new UserError(
    `Cannot pack "${file.path}" as "${name}" changed after its digest was taken: run the command again`,
    { argument: "pipeline" },
  );
}
