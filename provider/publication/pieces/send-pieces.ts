/** Sends pieces of an archive, several at a time. Each is there for good once it is sent, whatever comes after. */
import { mapConcurrently } from "../../../common/concurrency/concurrency.ts";
import { UserError } from "../../../common/errors/user-error.ts";
import { readAhead } from "../../../common/files/read-ahead.ts";
import { joinYPath } from "../../yt/index.ts";
import type { FileToWrite, YtClient } from "../../yt/index.ts";
import { piecesPathOf } from "../layout.ts";
import { waitForLock } from "../lock-wait.ts";
import { createProgressReporter } from "../progress.ts";
import { contentAttributes, ownerAttributes } from "../records.ts";
import type { Publisher } from "../types.ts";
import type { Piece } from "./cut-archive.ts";
import { EXPIRATION, UNUSED_PIECE_MS } from "./piece-folder.ts";

/** How many pieces are sent at once. */
const CONCURRENT_PIECES = 4;

export interface SendPiecesOptions {
  /** In no transaction of the publication's. */
  readonly client: YtClient;
  readonly buildFolder: string;
  /** The archive that the pieces are of. */
  readonly localPath: string;
  readonly publisher: Publisher;
  readonly log: (line: string) => void;
  /** Takes lines that say how far it is. */
  readonly status: (line: string) => void;
}

/**
 * Sends these pieces, and makes the folder for them.
 *
 * @returns how many bytes went over the network
 * @throws {UserError} when the archive has changed since it was cut
 */
export async function sendPieces(
  pieces: readonly Piece[],
  { client, buildFolder, localPath, publisher, log, status }: SendPiecesOptions,
): Promise<number> {
  const folder = piecesPathOf(buildFolder);
  const temporary = { ...ownerAttributes(publisher), [EXPIRATION]: UNUSED_PIECE_MS };
  await client.create("map_node", folder, { ignoreExisting: true, attributes: temporary });
  const totalBytes = pieces.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const progress = createProgressReporter(totalBytes, status, client.clock);
  await mapConcurrently(pieces, CONCURRENT_PIECES, async (piece) => {
    const { sha256, offset, sizeBytes } = piece;
    const path = joinYPath(folder, sha256);
    const file: FileToWrite = {
      path,
      source: { type: "stream", open: () => readAhead(localPath, offset, sizeBytes) },
      attributes: { ...temporary, ...contentAttributes({ ...piece, digest: sha256 }) },
      onProgress: progress.part(),
    };
    // A publisher that was killed may hold it for a while.
    await waitForLock(client, path, log, async () => {
      const [sent] = await client.writeFiles([file]);
      if (sent?.sha256 !== sha256) {
        throw new UserError(
          `Cannot upload "${localPath}" as it has changed while it was read: run it again`,
        );
      }
    });
  });
  return totalBytes;
}

/** Removes pieces that were sent for nothing, as far as that is possible: they take up nodes and space. */
export async function removeSent(
  pieces: readonly Piece[],
  { client, buildFolder }: Pick<SendPiecesOptions, "client" | "buildFolder">,
): Promise<void> {
  const folder = piecesPathOf(buildFolder);
  await client.batch(async (batch) =>
    Promise.allSettled(
      pieces.map(async ({ sha256 }) => batch.remove(joinYPath(folder, sha256), { force: true })),
    ),
  );
}
