/** Content encodings of request and response bodies. */
import { Readable, pipeline } from "node:stream";
import type { Transform } from "node:stream";
import * as zlib from "node:zlib";
import { YtError, ERROR_CODE } from "../errors/yt-error.ts";
import { decodeBlocks, encodeBlocks, isBlockCodec } from "./block-codec.ts";

/** The body without its encoding. @throws {YtError} status 415 for an unknown encoding */
export function decompress(
  body: AsyncIterable<Uint8Array>,
  encoding: string | undefined,
): AsyncIterable<Uint8Array> {
  switch (encoding) {
    case undefined:
    case "":
    case "identity":
      return body;
    case "gzip":
    case "deflate":
      // What the Python client calls gzip is a zlib stream, and the cluster detects which it is
      // (docs/yt-http-api.md, section 1).
      return through(body, zlib.createUnzip());
    case "br":
      return through(body, zlib.createBrotliDecompress());
    default:
      if (isBlockCodec(encoding)) {
        return decodeBlocks(body, encoding);
      }
      throw new YtError(ERROR_CODE.generic, `Unsupported "Content-Encoding": "${encoding}"`, {
        httpStatus: 415,
      });
  }
}

/**
 * The supported encoding that comes first in `Accept-Encoding`, or `identity`.
 *
 * @throws {YtError} status 415 when the header names only encodings that are not supported
 */
export function chooseEncoding(accept: string | undefined): string {
  if (accept === undefined || accept.trim() === "") {
    return "identity";
  }
  const names = accept.split(",").map((name) => (name.split(";")[0] ?? "").trim().toLowerCase());
  const chosen = names.find(isSupported);
  if (chosen !== undefined) {
    return chosen;
  }
  if (names.includes("*")) {
    return "identity";
  }
  throw new YtError(ERROR_CODE.generic, `Could not determine feasible Content-Encoding`, {
    httpStatus: 415,
  });
}

function isSupported(encoding: string): boolean {
  return ["identity", "gzip", "deflate", "br"].includes(encoding) || isBlockCodec(encoding);
}

/** The body in an encoding that `chooseEncoding()` has given. */
export function compress(body: AsyncIterable<Buffer>, encoding: string): AsyncIterable<Buffer> {
  switch (encoding) {
    case "gzip":
      return through(body, zlib.createGzip({ level: 1 }));
    case "deflate":
      return through(body, zlib.createDeflate({ level: 1 }));
    case "br":
      return through(
        body,
        zlib.createBrotliCompress({ params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 1 } }),
      );
    default:
      return isBlockCodec(encoding) ? encodeBlocks(body) : body;
  }
}

function through(body: AsyncIterable<Uint8Array>, transform: Transform): AsyncIterable<Buffer> {
  // Reading the result throws the error, so that there is nothing to do about it here.
  return pipeline(Readable.from(body, { objectMode: false }), transform, () => undefined);
}
