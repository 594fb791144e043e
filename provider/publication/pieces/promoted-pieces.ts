/** The pieces of a version on another cluster, from which it is promoted. */
import { createSha256Meter, findValue, joinYPath, withSignal } from "../../yt/index.ts";
import type { SentFile, YtClient } from "../../yt/index.ts";
import { UserError } from "../../../common/errors/user-error.ts";
import { CHUNK_IDS, digestOfChunks } from "../folder.ts";
import { ARCHIVE_NAME, piecesPathOf } from "../layout.ts";
import { PIECES } from "../records.ts";
import type { FoundVersion } from "../types.ts";
import { listPieces } from "./piece-folder.ts";
import type { Piece, PieceSource } from "./piece-source.ts";
import { findRefusal } from "./refusal.ts";

export interface PromotedFromOptions {
  readonly client: YtClient;
  readonly buildFolder: string;
  readonly version: FoundVersion;
  /** Looks at all of the archive; see `VersionContent`. */
  readonly assertSent: (sent: SentFile) => void;
}

/**
 * The pieces of which a version's archive was put together. That they are its very bytes does not follow from what is
 * recorded: the archive has their chunks, in order, and a chunk never changes. That these are the bytes that were
 * tried does not follow either: all of them are read and hashed, while just what the target lacks is sent.
 *
 * @returns undefined when they are not all there, or the archive was not put together of them
 */
export async function findPromotedPieces(
  options: PromotedFromOptions,
): Promise<PieceSource | undefined> {
  const { client, buildFolder, version, assertSent } = options;
  const archive = joinYPath(version.directory, ARCHIVE_NAME);
  let pieces: readonly Piece[] | undefined;
  try {
    pieces = await readPieces(options, archive);
  } catch (error) {
    // Who may not see the pieces may still read the archive.
    if (findRefusal(error) === undefined) {
      throw error;
    }
  }
  if (pieces === undefined) {
    return undefined;
  }
  const known = pieces;
  const pathOf = ({ sha256 }: Piece): string => joinYPath(piecesPathOf(buildFolder), sha256);
  return {
    name: archive,
    pieces: async function* (signal) {
      const reading = new AbortController();
      const stopped = AbortSignal.any([signal, reading.signal]);
      const whole = hashWhole(withSignal(client, stopped), archive);
      // It is awaited below, which a failure may come before.
      whole.catch(() => undefined);
      try {
        yield* known;
        return await whole;
      } finally {
        reading.abort();
        await Promise.allSettled([whole]);
      }
    },
    assertSent,
    open: (piece) => client.streamFile(pathOf(piece)),
    alteration: (piece) =>
      new UserError(
        `Cannot promote "${archive}" on cluster "${client.proxy}" as its piece "${pathOf(piece)}" is altered`,
      ),
  };
}

async function hashWhole(client: YtClient, path: string): Promise<SentFile> {
  const meter = createSha256Meter();
  for await (const chunk of client.streamFile(path)) {
    meter.count(chunk);
  }
  return meter.result();
}

async function readPieces(
  { client, buildFolder, version }: PromotedFromOptions,
  archive: string,
): Promise<readonly Piece[] | undefined> {
  const [names, chunkIds, folder] = await client.batch(async (batch) =>
    Promise.all([
      findValue(batch, `${version.directory}/@${PIECES}`),
      findValue(batch, `${archive}/@${CHUNK_IDS}`),
      listPieces(batch, buildFolder),
    ]),
  );
  const pieces: Piece[] = [];
  const chunksOfPieces: unknown[] = [];
  let offset = 0;
  for (const name of Array.isArray(names) ? names : []) {
    const { type, md5, sizeBytes, chunkIds: chunks = [] } = folder.get(String(name)) ?? {};
    if (type !== "file" || md5 === undefined || sizeBytes === undefined) {
      return undefined;
    }
    pieces.push({ sha256: String(name), md5, sizeBytes, offset });
    chunksOfPieces.push(...chunks);
    offset += sizeBytes;
  }
  const chunks = digestOfChunks(chunkIds);
  const isArchive = chunks !== undefined && chunks === digestOfChunks(chunksOfPieces);
  return isArchive && offset === version.sizeBytes ? pieces : undefined;
}
