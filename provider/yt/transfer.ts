/** Uploads of file content: each attempt in a nested transaction of its own. */
import type {
  FileSource,
  FileToWrite,
  SentFile,
  TransferredFile,
  WriteFileOptions,
  YtClient,
} from "./client-types.ts";
import { COMMANDS } from "./commands.ts";
import type { Connection } from "./connection.ts";
import type { Progress } from "./retrier.ts";
import { withTransaction } from "./transaction.ts";
import type { YtTransaction } from "./transaction.ts";
import {
  assertSameContent,
  createMeter,
  createSha256Meter,
  getHeldContent,
  metered,
} from "./transferred.ts";
import type { Meter } from "./transferred.ts";
import { mapConcurrently } from "../../common/concurrency/concurrency.ts";
import { messageOf } from "../../common/errors/message-of.ts";
import { readAhead } from "../../common/files/read-ahead.ts";

/** How many files are sent at once: for small ones most of the time is spent waiting for the cluster. */
const CONCURRENT_FILES = 4;
/** How often it is said how far a file is while nothing moves. */
const HEARTBEAT_MS = 1000;

/** See `YtClient.writeFile`. */
export async function writeFile(
  client: YtClient,
  connection: Connection,
  path: string,
  source: FileSource,
  { attributes = {}, onProgress }: WriteFileOptions = {},
): Promise<TransferredFile> {
  return inAttempts(client, connection, path, async (transaction, attempt, progress) => {
    await transaction.create("file", path, { force: true, attributes });
    const meter = createMeter(movedBy(progress, onProgress));
    const file = { path, source, onProgress };
    const sent = await send(connection, transaction, file, meter, attempt);
    assertSameContent(transaction, await getHeldContent(transaction, path), sent, path);
    return sent;
  });
}

/** See `YtClient.writeFiles`. */
export async function writeFiles(
  client: YtClient,
  connection: Connection,
  files: readonly FileToWrite[],
): Promise<readonly SentFile[]> {
  const [first] = files;
  if (first === undefined) {
    return [];
  }
  return inAttempts(client, connection, first.path, async (transaction, attempt, progress) => {
    await transaction.batch(async (batch) =>
      Promise.all(
        files.map(async ({ path, attributes = {} }) =>
          batch.create("file", path, { force: true, attributes }),
        ),
      ),
    );
    return mapConcurrently(files, CONCURRENT_FILES, async (file) => {
      const meter = createSha256Meter(movedBy(progress, file.onProgress));
      return send(connection, transaction, file, meter, attempt);
    });
  });
}

/**
 * A mutation id does not cover write_file, and a failed one may hold its lock for a while: each
 * attempt has a nested transaction, whose abort also removes the lock and the incomplete content.
 */
async function inAttempts<Result>(
  client: YtClient,
  connection: Connection,
  path: string,
  work: (transaction: YtTransaction, attempt: number, progress: Progress) => Promise<Result>,
): Promise<Result> {
  const request = {
    kind: "transfer",
    action: `write file "${path}"`,
    signal: client.signal,
  } as const;
  try {
    const options = { title: `Write ${path}`, startsOver: true };
    return await connection.retrying(request, async (attempt, progress) =>
      withTransaction(client, options, async (transaction) => work(transaction, attempt, progress)),
    );
  } catch (error) {
    throw error instanceof SourceError ? error.cause : error;
  }
}

function movedBy(
  progress: Progress,
  onProgress: (bytes: number) => void = () => undefined,
): (bytes: number) => void {
  return (bytes) => {
    progress.moved();
    onProgress(bytes);
  };
}

/** @returns what the meter says of the bytes that were sent */
async function send<Result>(
  connection: Connection,
  { transactionId, signal }: YtTransaction,
  { path, source, onProgress }: FileToWrite,
  meter: Meter<Result>,
  attempt: number,
): Promise<Result> {
  const request = {
    command: COMMANDS.writeFile,
    parameters: { path, compute_md5: true, transaction_id: transactionId },
    action: `write file "${path}"`,
    path,
    signal,
    body: metered(openSource(source), meter),
  };
  const heartbeat =
    onProgress && setInterval(() => onProgress(meter.sizeBytes()), HEARTBEAT_MS).unref();
  try {
    await connection.transferOnce(request, attempt);
  } catch (error) {
    onProgress?.(0);
    throw error;
  } finally {
    clearInterval(heartbeat);
  }
  return meter.result();
}

/** What is to be sent could not be read. Another cluster's error says nothing of the one that is written to. */
class SourceError extends Error {
  override readonly name = "SourceError";
}

async function* openSource(source: FileSource): AsyncGenerator<Uint8Array> {
  switch (source.type) {
    case "bytes":
      yield source.bytes;
      return;
    case "file":
      yield* readAhead(source.path);
      return;
    case "stream":
      try {
        yield* source.open();
      } catch (error) {
        throw new SourceError(messageOf(error), { cause: error });
      }
  }
}
