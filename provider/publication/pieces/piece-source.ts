/** An archive that can be sent piece by piece, wherever it is. */
import { messageOf } from "../../../common/errors/message-of.ts";
import type { UserError } from "../../../common/errors/user-error.ts";
import type { SentFile } from "../../yt/index.ts";
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
   * @param signal stops the reading
   * @returns what was read of it all together
   * @throws {unknown} when it cannot be read
   */
  readonly pieces: (signal: AbortSignal) => AsyncGenerator<Piece, SentFile, undefined>;
  /** @throws {UserError} when what was read is not the archive that is to be sent */
  readonly assertSent: (read: SentFile) => void;
  /** The bytes of one of them. */
  readonly open: (piece: Piece) => AsyncIterable<Uint8Array>;
  /** What to throw when other bytes came than those of the piece. */
  readonly alteration: (piece: Piece) => UserError;
}

/**
 * The source could not be read. That says nothing of its bytes, and nothing of the cluster that they go to, though
 * the cause may be an answer of another one.
 */
export class UnreadError extends Error {
  override readonly name = "UnreadError";
}

/**
 * All of an archive, and in the end whether it is the one that is to be sent.
 *
 * @throws {UnreadError} with the failure as its cause
 * @throws {UserError} when it is another one
 */
export async function* verifiedPieces(
  source: PieceSource,
  signal: AbortSignal,
): AsyncGenerator<Piece, void, undefined> {
  let read: SentFile;
  try {
    read = yield* source.pieces(signal);
  } catch (error) {
    throw unread(error);
  }
  source.assertSent(read);
}

/** @throws {UnreadError} with the failure as its cause */
export async function* openPiece(source: PieceSource, piece: Piece): AsyncGenerator<Uint8Array> {
  try {
    yield* source.open(piece);
  } catch (error) {
    throw unread(error);
  }
}

function unread(cause: unknown): UnreadError {
  return new UnreadError(messageOf(cause), { cause });
}
