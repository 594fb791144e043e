/** Cuts an archive into pieces, and hashes each and all of it. */
import { createHash } from "node:crypto";
import { readAhead } from "../../../common/files/read-ahead.ts";
import type { FileHashes } from "../types.ts";
import { chooseCuts, findMarks } from "./cuts.ts";
import { pieceBytesFor } from "./settings.ts";
import type { PieceSettings } from "./settings.ts";

/** A stretch of an archive. */
export interface Piece extends FileHashes {
  /** Of its first byte. */
  readonly offset: number;
}

export interface CutArchive {
  /** In order; all of the archive. */
  readonly pieces: readonly Piece[];
  /** Of the archive, 64 hex digits. */
  readonly sha256: string;
}

/**
 * Cuts an archive. The same bytes are cut alike on every machine.
 *
 * @throws {UserError} when it cannot be read
 */
export async function cutArchive(
  path: string,
  sizeBytes: number,
  settings: PieceSettings,
): Promise<CutArchive> {
  const cuts = chooseCuts(await findMarks(path), sizeBytes, pieceBytesFor(sizeBytes, settings));
  const whole = createHash("sha256");
  const pieces: Piece[] = [];
  for (const [index, offset] of [0, ...cuts].entries()) {
    const sha256 = createHash("sha256");
    const md5 = createHash("md5");
    const end = cuts[index] ?? Infinity;
    let pieceBytes = 0;
    for await (const chunk of readAhead(path, offset, end - offset)) {
      whole.update(chunk);
      sha256.update(chunk);
      md5.update(chunk);
      pieceBytes += chunk.length;
    }
    const hashes = { sha256: sha256.digest("hex"), md5: md5.digest("hex") };
    pieces.push({ ...hashes, offset, sizeBytes: pieceBytes });
  }
  return { pieces, sha256: whole.digest("hex") };
}
