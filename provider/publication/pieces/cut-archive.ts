/** Cuts an archive into pieces, and hashes each and all of it. */
import { createHash } from "node:crypto";
import { UserError } from "../../../common/errors/user-error.ts";
import { readAhead } from "../../../common/files/read-ahead.ts";
import type { SentFile } from "../../yt/index.ts";
import { chooseCuts, findMarks } from "./cuts.ts";
import type { Piece, PieceSource } from "./piece-source.ts";
import { pieceBytesFor } from "./settings.ts";
import type { PieceSettings } from "./settings.ts";

/**
 * An archive on this machine.
 *
 * @param assertSent looks at all of it; see `VersionContent`
 */
export function localPieces(
  path: string,
  sizeBytes: number,
  settings: PieceSettings,
  assertSent: (sent: SentFile) => void,
): PieceSource {
  return {
    name: path,
    pieces: (signal) => cutArchive(path, sizeBytes, settings, signal),
    assertSent,
    open: (piece) => readAhead(path, piece.offset, piece.sizeBytes),
    alteration: () =>
      new UserError(`Cannot upload "${path}" as it has changed while it was read: run it again`),
  };
}

/**
 * Cuts an archive. The same bytes are cut alike on every machine.
 *
 * @param signal stops the reading
 * @returns what it was all together
 * @throws {UserError} when it cannot be read
 */
export async function* cutArchive(
  path: string,
  sizeBytes: number,
  settings: PieceSettings,
  signal?: AbortSignal,
): AsyncGenerator<Piece, SentFile, undefined> {
  const cuts = chooseCuts(await findMarks(path), sizeBytes, pieceBytesFor(sizeBytes, settings));
  const whole = createHash("sha256");
  let wholeBytes = 0;
  for (const [index, offset] of [0, ...cuts].entries()) {
    const sha256 = createHash("sha256");
    const md5 = createHash("md5");
    const end = cuts[index] ?? Infinity;
    let pieceBytes = 0;
    for await (const chunk of readAhead(path, offset, end - offset)) {
      signal?.throwIfAborted();
      whole.update(chunk);
      sha256.update(chunk);
      md5.update(chunk);
      pieceBytes += chunk.length;
    }
    wholeBytes += pieceBytes;
    const hashes = { sha256: sha256.digest("hex"), md5: md5.digest("hex") };
    yield { ...hashes, offset, sizeBytes: pieceBytes };
  }
  return { sha256: whole.digest("hex"), sizeBytes: wholeBytes };
}
