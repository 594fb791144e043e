/** Downloads of file content, which go on where they broke off. */
import { once } from "node:events";
import { open } from "node:fs/promises";
import { PassThrough } from "node:stream";
import type { ReadFileOptions, TransferredFile, YtClient } from "./client-types.ts";
import { COMMANDS } from "./commands.ts";
import type { Connection } from "./connection.ts";
import { YtError } from "./errors/index.ts";
import { makeErrorNode, TRANSPORT_ERROR_CODE } from "./errors/yt-error.ts";
import { UserError } from "../../common/errors/user-error.ts";
import { withTransaction } from "./transaction.ts";
import { withSignal } from "./with-signal.ts";
import { assertSameContent, createCounter, createMeter, getHeldContent } from "./transferred.ts";
import type { Meter, TransferredBytes } from "./transferred.ts";

/** See `YtClient.readFile`. */
export async function readFile(
  client: YtClient,
  connection: Connection,
  path: string,
  localPath: string,
  options: ReadFileOptions = {},
): Promise<TransferredFile> {
  const file = await open(localPath, "w");
  try {
    const meter = createMeter(options.onProgress);
    return await receive(client, connection, path, meter, async (chunk) => {
      await file.writeFile(chunk);
    });
  } finally {
    await file.close();
  }
}

/** See `YtClient.readFileTo`. */
export async function readFileTo(
  client: YtClient,
  connection: Connection,
  path: string,
  sink: (piece: Uint8Array) => Promise<void>,
): Promise<TransferredFile> {
  return receive(client, connection, path, createMeter(), sink);
}

/** See `YtClient.readFileContent`. */
export async function readFileContent(
  client: YtClient,
  connection: Connection,
  path: string,
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  await receive(client, connection, path, createMeter(), async (chunk) => {
    chunks.push(chunk);
  });
  return Buffer.concat(chunks);
}

/** How much a stream holds that is read faster than it is taken. */
const STREAM_BUFFER_BYTES = 1024 * 1024;

/** See `YtClient.streamFile`. */
export async function* streamFile(
  client: YtClient,
  connection: Connection,
  path: string,
): AsyncGenerator<Uint8Array> {
  const stopping = new AbortController();
  const reader = withSignal(client, stopping.signal);
  const passage = new PassThrough({ highWaterMark: STREAM_BUFFER_BYTES });
  const sink = async (chunk: Uint8Array): Promise<void> => {
    if (!passage.write(chunk)) {
      await once(passage, "drain", { signal: stopping.signal });
    }
  };
  const reading = (async (): Promise<void> => {
    try {
      await receive(reader, connection, path, createCounter(), sink);
      passage.end();
    } catch (error) {
      passage.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  })();
  try {
    yield* passage;
  } finally {
    // Whoever takes no more has the reading stopped, and its transaction ended.
    stopping.abort();
    await reading;
  }
}

/** Gives the content to `sink` in chunks, each once, however often the connection breaks. */
async function receive<Received extends TransferredBytes>(
  client: YtClient,
  connection: Connection,
  path: string,
  meter: Meter<Received>,
  sink: (chunk: Uint8Array) => Promise<void>,
): Promise<Received> {
  const action = `read file "${path}"`;
  const options = { title: `Read ${path}`, startsOver: true };
  return withTransaction(client, options, async (transaction) => {
    // The snapshot lock keeps this version readable by id, so that a resumed read continues the same content.
    const nodeId = await transaction.lock(path, { mode: "snapshot" });
    // What came before the transaction was over is kept, if the MD5 tells in the end that it goes together.
    const isResumed = meter.sizeBytes() > 0;
    const { signal, transactionId } = transaction;
    const held = await connection.retrying(
      { kind: "transfer", action, signal },
      async (attempt, progress) => {
        const offset = meter.sizeBytes();
        const request = {
          command: COMMANDS.readFile,
          parameters: { path: `#${nodeId}`, offset, transaction_id: transactionId },
          action,
          path,
          signal,
          onData: async (chunk: Uint8Array) => {
            await sink(chunk);
            meter.count(chunk);
            progress.gained();
          },
        };
        await connection.transferOnce(request, attempt);
        const whole = await getHeldContent(transaction, `#${nodeId}`);
        if (Number(whole.sizeBytes) > meter.sizeBytes()) {
          const what = `its answer ended after ${meter.sizeBytes()} of ${String(whole.sizeBytes)} bytes`;
          const answer = makeErrorNode(TRANSPORT_ERROR_CODE, what);
          throw new YtError({ action, proxy: client.proxy, path, answer });
        }
        return whole;
      },
    );
    if (isResumed && held.md5 === undefined) {
      throw new UserError(
        `Cannot read "${path}" on cluster "${client.proxy}" as its transaction was over on the way, and the file ` +
          "has no MD5 by which to tell whether it is still the same: run it again",
      );
    }
    const received = meter.result();
    assertSameContent(transaction, held, received, path);
    return received;
  });
}
