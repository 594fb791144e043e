/** Publishes a large archive in pieces: sends those that the cluster lacks, and has it put together there. */
import { joinYPath } from "../../yt/index.ts";
import type { YtClient } from "../../yt/index.ts";
import { UserError } from "../../../common/errors/user-error.ts";
import { debugSteps } from "../../../common/debug-log.ts";
import { digestOfChunks } from "../folder.ts";
import { piecesPathOf } from "../layout.ts";
import { isOwn } from "../ownership.ts";
import { CHUNKS, ownerAttributes } from "../records.ts";
import type { Publisher } from "../types.ts";
import { EXPIRATION, isIntact, listPieces } from "./piece-folder.ts";
import type { FoundPiece } from "./piece-folder.ts";
import { findRefusal, Refusal } from "./refusal.ts";
import { verifiedPieces, UnreadError } from "./piece-source.ts";
import type { Piece, PieceSource } from "./piece-source.ts";
import { createPieceSender, removeSent } from "./send-pieces.ts";
import type { PieceSender } from "./send-pieces.ts";

export interface PutTogetherOptions {
  /** In the publication's transaction. */
  readonly transaction: YtClient;
  /** In none of the publication's. */
  readonly outside: YtClient;
  readonly buildFolder: string;
  readonly archive: {
    readonly source: PieceSource;
    readonly sizeBytes: number;
    /** Where it is to be on the cluster. */
    readonly path: string;
  };
  /** Of the archive's node. */
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly publisher: Publisher;
  readonly log: (line: string) => void;
  /** Takes lines that say how far it is. */
  readonly status: (line: string) => void;
  /** Takes the pieces that are sent. */
  readonly missing: Piece[];
}

export interface ArchiveInPieces {
  readonly bytesSent: number;
  /** Names of the pieces, in order. */
  readonly pieces: readonly string[];
}

/**
 * Puts an archive together of pieces. What it holds is proved: the pieces are hashed here and, by itself, on the
 * cluster, and the archive's chunks have to be those of the pieces, in order.
 *
 * @returns undefined when the cluster does not do that, and the whole has to be sent; that is said
 * @throws {UserError} when the archive is not what was packed, or promoted
 * @throws {YtError} when the whole could not be sent either
 * @throws {unknown} when the source cannot be read
 */
export async function putTogether(
  options: PutTogetherOptions,
): Promise<ArchiveInPieces | undefined> {
  const { transaction, outside, buildFolder, archive, log, missing } = options;
  const { source, sizeBytes } = archive;
  const done = debugSteps(`Send "${source.name}" in pieces`);
  const sender = createPieceSender({ ...options, client: outside, source, sizeBytes });
  try {
    const { pieces, before } = await sendMissing(sender, options);
    done(`tell its ${pieces.length} pieces`);
    const bytesSent = await sender.finish();
    done(`send ${bytesSent} bytes`);
    const after = bytesSent > 0 ? await listPieces(transaction, buildFolder) : before;
    const found = assertFound(pieces, after, options);
    await concatenate(found, options);
    await keepPieces(found, options);
    done("put it together");
    return { bytesSent, pieces: pieces.map((piece) => piece.sha256) };
  } catch (error) {
    if (error instanceof UnreadError) {
      throw error.cause;
    }
    const refusal = findRefusal(error);
    if (refusal === undefined) {
      throw error;
    }
    log(
      `[Upload] Sending the whole archive, as cluster "${transaction.proxy}" will not put it together of pieces: ${refusal}`,
    );
    await removeSent(missing, { client: outside, buildFolder });
    return undefined;
  }
}

/**
 * Begins to send what the cluster lacks as soon as it is known.
 *
 * @returns all pieces, in order, and what the cluster had before
 * @throws {UserError} when this is not the archive that is to be sent; then nothing is left of it
 * @throws {UnreadError} when that cannot be told; then what was sent is there for the next attempt
 */
async function sendMissing(
  sender: PieceSender,
  { transaction, outside, buildFolder, archive, missing }: PutTogetherOptions,
): Promise<{
  readonly pieces: readonly Piece[];
  readonly before: ReadonlyMap<string, FoundPiece>;
}> {
  const pieces: Piece[] = [];
  const names = new Set<string>();
  const listing = listPieces(transaction, buildFolder);
  // It is awaited below, after the first piece.
  listing.catch(() => undefined);
  try {
    for await (const piece of verifiedPieces(archive.source, sender.failed)) {
      const { sha256 } = piece;
      sender.add(piece, !names.has(sha256) && !isIntact((await listing).get(sha256), piece));
      names.add(sha256);
      pieces.push(piece);
    }
  } catch (error) {
    if (sender.failed.aborted) {
      // That is why no more was read.
      await sender.finish();
    }
    await sender.stop();
    // Without the listing nothing was sent yet.
    if (!(error instanceof UnreadError)) {
      await removeSent(missing, { client: outside, buildFolder });
    }
    throw error;
  }
  return { pieces, before: await listing };
}

/** @returns the pieces on the cluster, in order @throws {UserError} when one is not what was sent */
function assertFound(
  pieces: readonly Piece[],
  folder: ReadonlyMap<string, FoundPiece>,
  { transaction, buildFolder, archive }: PutTogetherOptions,
): readonly FoundPiece[] {
  return pieces.map((piece) => {
    const entry = folder.get(piece.sha256);
    if (entry === undefined || !isIntact(entry, piece)) {
      const path = joinYPath(piecesPathOf(buildFolder), piece.sha256);
      throw new UserError(
        `Cannot publish "${archive.path}" on cluster "${transaction.proxy}": its piece "${path}" is not what was ` +
          `sent: run it again`,
      );
    }
    return entry;
  });
}

async function concatenate(
  found: readonly FoundPiece[],
  { transaction, buildFolder, archive, attributes }: PutTogetherOptions,
): Promise<void> {
  const chunks = digestOfChunks(found.flatMap(({ chunkIds }) => chunkIds));
  if (chunks === undefined) {
    throw new Refusal("it does not tell of which chunks files are");
  }
  const paths = found.map(({ name }) => joinYPath(piecesPathOf(buildFolder), name));
  // That it has these chunks, and so these bytes, is looked at with the rest of the version.
  await transaction.concatenate(paths, archive.path, { ...attributes, [CHUNKS]: chunks });
}

/** From now on the pieces stay for as long as a version is made of them, and are the publisher's. */
async function keepPieces(
  found: readonly FoundPiece[],
  { transaction, buildFolder, publisher }: PutTogetherOptions,
): Promise<void> {
  const folder = piecesPathOf(buildFolder);
  const unique = [...new Map(found.map((piece) => [piece.name, piece])).values()];
  const temporary = unique.filter(({ isTemporary }) => isTemporary);
  const strange = unique.filter(({ record }) => record && !isOwn(record.publisher, publisher));
  await transaction.batch(async (batch) =>
    Promise.all([
      batch.remove(`${folder}/@${EXPIRATION}`, { force: true }),
      ...temporary.map(async ({ name }) =>
        batch.remove(`${joinYPath(folder, name)}/@${EXPIRATION}`, { force: true }),
      ),
      ...strange.map(async ({ name }) =>
        batch.multisetAttributes(joinYPath(folder, name), ownerAttributes(publisher)),
      ),
    ]),
  );
}
