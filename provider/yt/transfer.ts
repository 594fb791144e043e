/** Uploads and downloads of file content, which is hashed on the way and compared with what the cluster has. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import type {
  FileSource,
  ReadFileOptions,
  TransferredFile,
  WriteFileOptions,
  YtClient,
} from "./client-types.ts";
import { COMMANDS } from "./commands.ts";
import type { Connection } from "./connection.ts";
import { YtError } from "./errors/index.ts";
import { makeErrorNode, TRANSPORT_ERROR_CODE } from "./errors/yt-error.ts";
import { withTransaction } from "./transaction.ts";
import type { YtTransaction } from "./transaction.ts";
import { messageOf } from "../../common/errors/message-of.ts";
import { UserError } from "../../common/errors/user-error.ts";

/** Size of the chunks in which a file is read and sent. */
const CHUNK_BYTES = 256 * 1024;

/** See `YtClient.writeFile`. */
export async function writeFile(
  client: YtClient,
  connection: Connection,
  path: string,
  source: FileSource,
  { attributes = {}, onProgress = () => undefined }: WriteFileOptions = {},
): Promise<TransferredFile> {
  const action = `write file "${path}"`;
  const { signal } = client;
  // A mutation id does not cover write_file, and a failed one may hold its lock for a while: each
  // attempt has a nested transaction, whose abort also removes the lock and the incomplete file.
  return connection.retrying({ kind: "transfer", action, signal }, async (attempt, progress) =>
    withTransaction(client, { title: `Write ${path}`, startsOver: true }, async (transaction) => {
      await transaction.create("file", path, { force: true, attributes });
      const meter = createMeter((bytes) => {
        progress.moved();
        onProgress(bytes);
      });
      const request = {
        command: COMMANDS.writeFile,
        parameters: { path, compute_md5: true, transaction_id: transaction.transactionId },
        action,
        path,
        signal: transaction.signal,
        body: meter.through(openSource(source)),
      };
      await connection.transferOnce(request, attempt);
      const sent = meter.result();
      assertSameContent(transaction, await getHeldContent(transaction, path), sent, path);
      return sent;
    }),
  );
}

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
    return await receive(client, connection, path, options, async (chunk) => {
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
  return receive(client, connection, path, {}, sink);
}

/** See `YtClient.readFileContent`. */
export async function readFileContent(
  client: YtClient,
  connection: Connection,
  path: string,
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  await receive(client, connection, path, {}, async (chunk) => {
    chunks.push(chunk);
  });
  return Buffer.concat(chunks);
}

/** Gives the content to `sink` in chunks, each once, however often the connection breaks. */
async function receive(
  client: YtClient,
  connection: Connection,
  path: string,
  { onProgress = () => undefined }: ReadFileOptions,
  sink: (chunk: Uint8Array) => Promise<void>,
): Promise<TransferredFile> {
  const action = `read file "${path}"`;
  return withTransaction(client, { title: `Read ${path}` }, async (transaction) => {
    // The snapshot lock keeps this version readable by id, so that a resumed read continues the same content.
    const nodeId = await transaction.lock(path, { mode: "snapshot" });
    const { signal, transactionId } = transaction;
    const meter = createMeter(onProgress);
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
    const received = meter.result();
    assertSameContent(transaction, held, received, path);
    return received;
  });
}

/** What the cluster says of a file's content. */
interface HeldContent {
  readonly sizeBytes: unknown;
  readonly md5: unknown;
}

async function getHeldContent(transaction: YtTransaction, path: string): Promise<HeldContent> {
  const names = ["uncompressed_data_size", "md5"];
  const held = await transaction.getAttributes(path, names);
  return { sizeBytes: held["uncompressed_data_size"], md5: held["md5"] };
}

/** Compares size and MD5 with what the cluster has: a truncated download may look complete (docs/yt-http-api.md, section 9). */
function assertSameContent(
  { proxy }: YtTransaction,
  { sizeBytes, md5 }: HeldContent,
  transferred: TransferredFile,
  path: string,
): void {
  // Files that other tools wrote may have no MD5 (docs/yt-http-api.md, section 9).
  if (sizeBytes !== transferred.sizeBytes || (md5 !== undefined && md5 !== transferred.md5)) {
    throw new UserError(
      `Cannot transfer "${path}" as cluster "${proxy}" holds other bytes than went over ` +
        `the wire: ${String(sizeBytes)} bytes with MD5 ${String(md5)} there, ` +
        `${transferred.sizeBytes} bytes with MD5 ${transferred.md5} transferred`,
    );
  }
}

async function* openSource(source: FileSource): AsyncGenerator<Uint8Array> {
  if (source.type === "bytes") {
    yield source.bytes;
    return;
  }
  const stream = createReadStream(source.path, { highWaterMark: CHUNK_BYTES });
  try {
    for await (const chunk of stream) {
      yield Buffer.from(chunk);
    }
  } catch (error) {
    throw new UserError(`Cannot read "${source.path}": ${messageOf(error)}`);
  }
}

/** Counts and hashes bytes on their way. */
interface Meter {
  count(chunk: Uint8Array): void;
  sizeBytes(): number;
  through(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array>;
  result(): TransferredFile;
}

function createMeter(onProgress: (bytes: number) => void): Meter {
  const md5 = createHash("md5");
  const sha256 = createHash("sha256");
  let sizeBytes = 0;
  const count = (chunk: Uint8Array): void => {
    md5.update(chunk);
    sha256.update(chunk);
    sizeBytes += chunk.byteLength;
    onProgress(sizeBytes);
  };
  return {
    count,
    sizeBytes: () => sizeBytes,
    through: async function* (chunks) {
      for await (const chunk of chunks) {
        count(chunk);
        yield chunk;
      }
    },
    result: () => ({ sizeBytes, md5: md5.digest("hex"), sha256: sha256.digest("hex") }),
  };
}
