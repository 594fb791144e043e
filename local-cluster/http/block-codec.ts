/**
 * The cluster's own block encodings, `Content-Encoding: z-<codec>`, which its Go client uses:
 * blocks of `u16 codec id | u64 length | payload` (little endian); a block of no bytes ends the
 * stream (docs/yt-http-api.md, section 13). Each block names its codec, so unlike the cluster's, answers are
 * `null` blocks whatever the encoding is called, which the Go client accepts.
 */
import * as zlib from "node:zlib";
import { ERROR_CODE, YtError, notEmulatedError } from "../errors/yt-error.ts";
import { decodeSnappy } from "./snappy.ts";

const NULL_CODEC = 54476;
const SNAPPY_CODEC = 50986;
/** Ids of zstd at its levels 1, 3 and 7. */
const ZSTD_CODECS: readonly number[] = [55019, 23308, 33533];
/** Ids of Brotli at its levels 1 and 6. */
const BROTLI_CODECS: readonly number[] = [48947, 63219];
/** Those that the Go client can be told to use, and `null`. */
const SUPPORTED = [
  "z-null",
  "z-snappy",
  "z-zstd_1",
  "z-zstd_3",
  "z-zstd_7",
  "z-brotli_1",
  "z-brotli_6",
];
const HEADER_LENGTH = 10;
const MAX_BLOCK_BYTES = 16 * 1024 * 1024;

/** Whether an encoding is a block encoding that is emulated. */
export function isBlockCodec(encoding: string): boolean {
  return SUPPORTED.includes(encoding);
}

/** The content of the blocks. */
export async function* decodeBlocks(
  body: AsyncIterable<Uint8Array>,
  encoding: string,
): AsyncGenerator<Buffer> {
  let pending = Buffer.alloc(0);
  for await (const piece of body) {
    pending = Buffer.concat([pending, piece]);
    for (let end = blockEnd(pending); end !== undefined; end = blockEnd(pending)) {
      const content = decodeBlock(pending.readUInt16LE(0), pending.subarray(HEADER_LENGTH, end));
      pending = pending.subarray(end);
      if (content.length === 0) {
        return;
      }
      yield content;
    }
  }
  throw new YtError(ERROR_CODE.generic, `Premature end of stream in encoding "${encoding}"`);
}

/** Where the first block ends, or undefined while some of it is missing. */
function blockEnd(bytes: Buffer): number | undefined {
  if (bytes.length < HEADER_LENGTH) {
    return undefined;
  }
  const length = Number(bytes.readBigUInt64LE(2));
  if (length > MAX_BLOCK_BYTES) {
    throw new YtError(ERROR_CODE.generic, `Compressed block is too large: ${length} bytes`);
  }
  return bytes.length < HEADER_LENGTH + length ? undefined : HEADER_LENGTH + length;
}

function decodeBlock(codec: number, payload: Buffer): Buffer {
  if (codec === NULL_CODEC) {
    return payload;
  }
  if (codec === SNAPPY_CODEC) {
    return decodeSnappy(payload, MAX_BLOCK_BYTES);
  }
  const isZstd = ZSTD_CODECS.includes(codec);
  if (!isZstd && !BROTLI_CODECS.includes(codec)) {
    throw notEmulatedError(`block codec ${codec}`);
  }
  // Their payload starts with the length of the content (u64).
  const length = Number(payload.readBigUInt64LE(0));
  if (length === 0) {
    return Buffer.alloc(0);
  }
  const compressed = payload.subarray(8);
  return isZstd ? zlib.zstdDecompressSync(compressed) : zlib.brotliDecompressSync(compressed);
}

/** Bytes as blocks that are not compressed. */
export async function* encodeBlocks(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const piece of body) {
    if (piece.length === 0) {
      continue;
    }
    yield header(piece.length);
    yield piece;
  }
  yield header(0);
}

function header(length: number): Buffer {
  const bytes = Buffer.alloc(HEADER_LENGTH);
  bytes.writeUInt16LE(NULL_CODEC, 0);
  bytes.writeBigUInt64LE(BigInt(length), 2);
  return bytes;
}
