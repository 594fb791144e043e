/** When an archive is sent in pieces, and how large they are. */

export interface PieceSettings {
  /** Larger archives are sent in pieces, in bytes. */
  readonly aboveBytes: number;
  /** Size of pieces on average, in bytes; larger in archives that would have more than {@link MOST_PIECES}. */
  readonly pieceBytes: number;
}

/** A small archive is sent sooner than pieces are looked for. */
export const DEFAULT_PIECES: PieceSettings = {
  aboveBytes: 32 * 1024 * 1024,
  pieceBytes: 2 * 1024 * 1024,
};

/**
 * An archive has about so many pieces at most: a job's file may have 1000 chunks (`TUserFileLimitsConfig` in
 * server/lib/scheduler/config.cpp), and each piece is a node and a chunk to the masters.
 */
export const MOST_PIECES = 128;

/** Size of pieces on average: in steps of two, so that versions of about one size are cut alike. */
export function pieceBytesFor(archiveBytes: number, { pieceBytes }: PieceSettings): number {
  const doublings = Math.ceil(Math.log2(archiveBytes / (MOST_PIECES * pieceBytes)));
  return pieceBytes * 2 ** Math.max(0, doublings);
}
