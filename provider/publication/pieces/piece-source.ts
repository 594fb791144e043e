/** An archive that can be sent piece by piece, wherever it is. */
import type { UserError } from "../../../common/errors/user-error.ts";
import type { FileHashes } from "../types.ts";

/** A stretch of an archive; its name on a cluster is its SHA-256. */
export interface Piece extends FileHashes {
  /** Of its first byte. */
  readonly offset: number;
}

export interface PieceSource {
  /** What messages call the archive. */
  readonly name: string;
  /**
   * All of the archive, in order, each piece as soon as it is known.
   *
   * @throws {UserError} before it ends, when this is not the archive that is to be sent
   */
  readonly pieces: () => AsyncIterable<Piece>;
  /** The bytes of one of them. */
  readonly open: (piece: Piece) => AsyncIterable<Uint8Array>;
  /** What to throw when other bytes came than those of the piece. */
  readonly alteration: (piece: Piece) => UserError;
}
