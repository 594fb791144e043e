/** What went over the wire: counted and hashed on the way, and compared with what the cluster has. */
import { createHash } from "node:crypto";
import type { SentFile, TransferredFile } from "./client-types.ts";
import type { YtTransaction } from "./transaction.ts";
import { UserError } from "../../common/errors/user-error.ts";

/** What is known of bytes that went over the wire. */
export interface TransferredBytes {
  readonly sizeBytes: number;
  /** 32 hex digits, where it was computed. */
  readonly md5?: string;
}

/** What the cluster says of a file's content. */
export interface HeldContent {
  readonly sizeBytes: unknown;
  readonly md5: unknown;
}

export async function getHeldContent(
  transaction: YtTransaction,
  path: string,
): Promise<HeldContent> {
  const names = ["uncompressed_data_size", "md5"];
  const held = await transaction.getAttributes(path, names);
  return { sizeBytes: held["uncompressed_data_size"], md5: held["md5"] };
}

/** Compares size and MD5 with what the cluster has: a truncated download may look complete (docs/yt-http-api.md, section 9). */
export function assertSameContent(
  { proxy }: YtTransaction,
  { sizeBytes, md5 }: HeldContent,
  transferred: TransferredBytes,
  path: string,
): void {
  // Files that other tools wrote may have no MD5 (docs/yt-http-api.md, section 9).
  const isOther = md5 !== undefined && transferred.md5 !== undefined && md5 !== transferred.md5;
  if (sizeBytes !== transferred.sizeBytes || isOther) {
    throw new UserError(
      `Cannot transfer "${path}" as cluster "${proxy}" holds other bytes than went over ` +
        `the wire: ${String(sizeBytes)} bytes with MD5 ${String(md5)} there, ` +
        `${transferred.sizeBytes} bytes with MD5 ${transferred.md5 ?? "unknown"} transferred`,
    );
  }
}

/** Counts bytes on their way, or more than that. */
export interface Meter<Result> {
  count(chunk: Uint8Array): void;
  sizeBytes(): number;
  result(): Result;
}

/** A meter that only counts. */
export function createCounter(
  onProgress: (bytes: number) => void = () => undefined,
): Meter<TransferredBytes> {
  let sizeBytes = 0;
  return {
    count: (chunk) => {
      sizeBytes += chunk.byteLength;
      onProgress(sizeBytes);
    },
    sizeBytes: () => sizeBytes,
    result: () => ({ sizeBytes }),
  };
}

/** Also hashes with SHA-256. MD5 takes more than twice as long, and is left to the cluster. */
export function createSha256Meter(onProgress?: (bytes: number) => void): Meter<SentFile> {
  const sha256 = createHash("sha256");
  const counter = createCounter(onProgress);
  return {
    count: (chunk) => {
      sha256.update(chunk);
      counter.count(chunk);
    },
    sizeBytes: () => counter.sizeBytes(),
    result: () => ({ ...counter.result(), sha256: sha256.digest("hex") }),
  };
}

/** Hashes with MD5, too. */
export function createMeter(onProgress?: (bytes: number) => void): Meter<TransferredFile> {
  const md5 = createHash("md5");
  const meter = createSha256Meter(onProgress);
  return {
    count: (chunk) => {
      md5.update(chunk);
      meter.count(chunk);
    },
    sizeBytes: () => meter.sizeBytes(),
    result: () => ({ ...meter.result(), md5: md5.digest("hex") }),
  };
}

/** The chunks, each counted before it is taken. */
export async function* metered(
  chunks: AsyncIterable<Uint8Array>,
  meter: Meter<unknown>,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    meter.count(chunk);
    yield chunk;
  }
}
