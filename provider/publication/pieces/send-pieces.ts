/** Sends pieces of an archive, several at a time. Each is there for good once it is sent, whatever comes after. */
import { Limiter } from "../../../common/concurrency/limiter.ts";
import { joinYPath, withSignal } from "../../yt/index.ts";
import type { FileToWrite, YtClient } from "../../yt/index.ts";
import { piecesPathOf } from "../layout.ts";
import { waitForLock } from "../lock-wait.ts";
import { createProgressReporter } from "../progress.ts";
import { contentAttributes, ownerAttributes } from "../records.ts";
import type { Publisher } from "../types.ts";
import { EXPIRATION, UNUSED_PIECE_MS } from "./piece-folder.ts";
import { openPiece } from "./piece-source.ts";
import type { Piece, PieceSource } from "./piece-source.ts";

/** How many pieces are sent at once. */
const CONCURRENT_PIECES = 4;

export interface SendPiecesOptions {
  /** In no transaction of the publication's. */
  readonly client: YtClient;
  readonly buildFolder: string;
  readonly source: PieceSource;
  /** Of the whole archive. */
  readonly sizeBytes: number;
  readonly publisher: Publisher;
  readonly log: (line: string) => void;
  /** Takes lines that say how far it is. */
  readonly status: (line: string) => void;
  /** Takes those that are to be sent. */
  readonly missing: Piece[];
}

/** Sends pieces while more of them become known. */
export interface PieceSender {
  /** Takes the next piece of the archive, and begins to send it when the cluster lacks it and its turn comes. */
  add(piece: Piece, isMissing: boolean): void;
  /** Aborted when one cannot be sent, so that nothing more is. */
  readonly failed: AbortSignal;
  /**
   * Waits until all are sent.
   *
   * @returns how many bytes went over the network
   * @throws {unknown} the first failure, when what was under way is over
   */
  finish(): Promise<number>;
  /** Breaks off what is under way, and begins nothing more. */
  stop(): Promise<void>;
}

/** Sends pieces, and makes the folder for them when there are any. */
export function createPieceSender(options: SendPiecesOptions): PieceSender {
  const { buildFolder, sizeBytes: archiveBytes, source, publisher, log, status, missing } = options;
  const stopping = new AbortController();
  const client = withSignal(options.client, stopping.signal);
  const folder = piecesPathOf(buildFolder);
  const temporary = { ...ownerAttributes(publisher), [EXPIRATION]: UNUSED_PIECE_MS };
  const places = new Limiter(CONCURRENT_PIECES);
  const failing = new AbortController();
  const failures: unknown[] = [];
  const sending: Promise<void>[] = [];
  let knownBytes = 0;
  let missingBytes = 0;
  // Until all pieces are known, the rest is thought to be like them.
  const expectedBytes = (): number => missingBytes * (archiveBytes / knownBytes);
  const progress = createProgressReporter(expectedBytes, status, client.clock);
  let making: Promise<unknown> | undefined;

  const send = async (piece: Piece): Promise<void> => {
    making ??= client.create("map_node", folder, { ignoreExisting: true, attributes: temporary });
    await making;
    const { sha256 } = piece;
    const path = joinYPath(folder, sha256);
    const file: FileToWrite = {
      path,
      source: { type: "stream", open: () => openPiece(source, piece) },
      attributes: { ...temporary, ...contentAttributes({ ...piece, digest: sha256 }) },
      onProgress: progress.part(),
    };
    // A publisher that was killed may hold it for a while.
    await waitForLock(client, path, log, async () => {
      const [sent] = await client.writeFiles([file]);
      if (sent?.sha256 !== sha256) {
        throw source.alteration(piece);
      }
    });
  };

  const sendInTurn = async (piece: Piece): Promise<void> =>
    places.run(async () => {
      if (failing.signal.aborted || stopping.signal.aborted) {
        return;
      }
      try {
        await send(piece);
      } catch (error) {
        failures.push(error);
        failing.abort();
      }
    });

  return {
    add: (piece, isMissing) => {
      knownBytes += piece.sizeBytes;
      if (isMissing) {
        missing.push(piece);
        missingBytes += piece.sizeBytes;
        sending.push(sendInTurn(piece));
      }
    },
    failed: failing.signal,
    finish: async () => {
      await Promise.all(sending);
      if (failures.length > 0) {
        throw failures[0];
      }
      return missingBytes;
    },
    stop: async () => {
      stopping.abort();
      await Promise.all(sending);
    },
  };
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
