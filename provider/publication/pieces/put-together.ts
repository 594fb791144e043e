/** Publishes a large archive in pieces: sends those that the cluster lacks, and has it put together there. */
import { joinYPath } from "../../yt/index.ts";
import type { SentFile, YtClient } from "../../yt/index.ts";
import { UserError } from "../../../common/errors/user-error.ts";
import { debugSteps } from "../../../common/debug-log.ts";
import { digestOfChunks } from "../folder.ts";
import { piecesPathOf } from "../layout.ts";
import { isOwn } from "../ownership.ts";
import { CHUNKS, ownerAttributes } from "../records.ts";
import type { Publisher } from "../types.ts";
import { cutArchive } from "./cut-archive.ts";
import type { Piece } from "./cut-archive.ts";
import { EXPIRATION, isIntact, listPieces } from "./piece-folder.ts";
import type { FoundPiece } from "./piece-folder.ts";
import { findRefusal, Refusal } from "./refusal.ts";
import { removeSent, sendPieces } from "./send-pieces.ts";
import type { PieceSettings } from "./settings.ts";

export interface PutTogetherOptions {
  /** In the publication's transaction. */
  readonly transaction: YtClient;
  /** In none of the publication's. */
  readonly outside: YtClient;
  readonly buildFolder: string;
  readonly archive: {
    readonly localPath: string;
    readonly sizeBytes: number;
    /** Where it is to be on the cluster. */
    readonly path: string;
    /** @throws {UserError} when it is not what was packed */
    readonly assertSent: (sent: SentFile) => void;
  };
  /** Of the archive's node. */
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly publisher: Publisher;
  readonly settings: PieceSettings;
  readonly log: (line: string) => void;
  /** Takes lines that say how far it is. */
  readonly status: (line: string) => void;
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
 * @throws {UserError} when the archive is not what was packed
 * @throws {YtError} when the whole could not be sent either
 */
export async function putTogether(
  options: PutTogetherOptions,
): Promise<ArchiveInPieces | undefined> {
  const { transaction, outside, buildFolder, archive, settings, log } = options;
  const done = debugSteps(`Send "${archive.localPath}" in pieces`);
  const { pieces, sha256 } = await cutArchive(archive.localPath, archive.sizeBytes, settings);
  archive.assertSent({ sha256, sizeBytes: archive.sizeBytes });
  done(`cut it into ${pieces.length}`);
  const missing: Piece[] = [];
  try {
    const { found, bytesSent } = await ensurePieces(pieces, missing, options);
    done(`send ${bytesSent} bytes`);
    await concatenate(found, options);
    await keepPieces(found, options);
    done("put it together");
    return { bytesSent, pieces: pieces.map((piece) => piece.sha256) };
  } catch (error) {
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
 * Makes sure that the cluster has all pieces.
 *
 * @param missing takes those that are sent, also when this fails later
 * @returns all of them, in order
 */
async function ensurePieces(
  pieces: readonly Piece[],
  missing: Piece[],
  { transaction, outside, buildFolder, archive, publisher, log, status }: PutTogetherOptions,
): Promise<{ readonly found: readonly FoundPiece[]; readonly bytesSent: number }> {
  const { localPath } = archive;
  let folder = await listPieces(transaction, buildFolder);
  const unique = new Map(pieces.map((piece) => [piece.sha256, piece])).values();
  missing.push(...[...unique].filter((piece) => !isIntact(folder.get(piece.sha256), piece)));
  let bytesSent = 0;
  if (missing.length > 0) {
    const sending = { client: outside, buildFolder, localPath, publisher, log, status };
    bytesSent = await sendPieces(missing, sending);
    folder = await listPieces(transaction, buildFolder);
  }
  const found = pieces.map((piece) => {
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
  return { found, bytesSent };
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
