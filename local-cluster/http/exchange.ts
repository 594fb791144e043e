import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createGuid } from "../../common/values/guid.ts";
import { ERROR_CODE, YtError, errorValue, toYtError } from "../errors/yt-error.ts";
import { bufferOf, bytesFromText } from "../yson/byte-string.ts";
import { DEFAULT_JSON, contentTypeOf, encode } from "../yson/format.ts";
import type { Format } from "../yson/format.ts";
import { writeJsonAscii } from "../yson/json-writer.ts";
import type { YsonValue } from "../yson/value.ts";
import { chooseEncoding, compress } from "./compression.ts";
import type { Fault } from "./faults.ts";
import { findHeader } from "./headers.ts";
import type { OpenRecord } from "./request-log.ts";

/** The connection was cut on purpose: there is nobody left to answer. */
export class ConnectionCut extends Error {
  override readonly name = "ConnectionCut";
}

/** One request and its answer, with what a fault does to them. Everything written goes through it. */
export class Exchange {
  readonly request: IncomingMessage;
  readonly record: OpenRecord;
  readonly #response: ServerResponse;
  /** Format of the header `X-YT-Error`. */
  errorFormat: Format = DEFAULT_JSON;
  fault: Fault | undefined;

  constructor(request: IncomingMessage, response: ServerResponse, record: OpenRecord) {
    this.request = request;
    this.record = record;
    this.#response = response;
    response.setHeader("X-YT-Request-Id", createGuid());
    response.setHeader("X-YT-Trace-Id", createGuid());
    response.setHeader("X-YT-Proxy", request.headers.host ?? "localhost");
    response.setHeader("Cache-Control", "no-store");
  }

  /** The body as it comes; counted, and cut off where a fault says so. */
  async *body(): AsyncGenerator<Buffer> {
    const action = this.fault?.action;
    const limit = action?.type === "reset" ? action.afterRequestBytes : undefined;
    for await (const piece of this.request) {
      if (!Buffer.isBuffer(piece)) throw new TypeError("Request body is not bytes");
      this.record.requestBytes += piece.length;
      if (limit !== undefined && this.record.requestBytes >= limit) this.cut();
      yield piece;
    }
  }

  /** The whole body in memory. */
  async readBody(): Promise<Buffer> {
    const pieces: Buffer[] = [];
    for await (const piece of this.body()) pieces.push(piece);
    return Buffer.concat(pieces);
  }

  /** Whether there is nobody left to answer, or nothing left to say. */
  get isOver(): boolean {
    // Node takes the socket away from an answer that is complete or whose connection is gone.
    return this.#response.socket?.destroyed !== false;
  }

  /** Ends the connection in the middle of an answer that cannot be completed. */
  abandon(): void {
    this.#response.destroy();
  }

  /** Breaks the connection without a word. */
  cut(): never {
    this.#response.socket?.resetAndDestroy();
    throw new ConnectionCut("Connection was cut on purpose");
  }

  /** Answers with a text that is no value, such as a version. */
  async sendText(status: number, text: string, contentType = "text/plain"): Promise<void> {
    await this.#sendWhole(status, Buffer.from(text), contentType);
  }

  /** Answers as something between client and cluster would: without the headers of a cluster. */
  async sendFault(
    status: number,
    text: string,
    headers: Readonly<Record<string, string>>,
  ): Promise<void> {
    for (const name of this.#response.getHeaderNames()) this.#response.removeHeader(name);
    for (const [name, value] of Object.entries(headers)) this.#response.setHeader(name, value);
    await this.#sendWhole(status, Buffer.from(text), "text/html");
  }

  /** Answers with a value; with nothing at all for undefined. */
  async sendValue(value: YsonValue | undefined, format: Format): Promise<void> {
    const body = value === undefined ? Buffer.alloc(0) : bufferOf(encode(value, format));
    this.#response.setHeader("X-YT-Response-Code", "0");
    await this.#sendWhole(200, body, contentTypeOf(format));
  }

  /** Answers with an error, in headers and body. */
  async sendError(error: YtError, headers: Readonly<Record<string, string>> = {}): Promise<void> {
    this.record.errorCode = error.code;
    for (const [name, value] of Object.entries({ ...this.#errorHeaders(error), ...headers })) {
      this.#response.setHeader(name, value);
    }
    const body = bufferOf(encode(errorValue(error), DEFAULT_JSON));
    await this.#sendWhole(error.httpStatus, body, contentTypeOf(DEFAULT_JSON));
  }

  /**
   * Answers with bytes as they come. A failure before the first one is an ordinary error; later
   * it can only be told in the trailers.
   */
  async sendStream(
    bytes: AsyncIterable<Buffer>,
    headers: Readonly<Record<string, string>>,
  ): Promise<void> {
    const encoding = chooseEncoding(findHeader(this.request, "accept-encoding"));
    const encoded = compress(this.#faulty(bytes), encoding)[Symbol.asyncIterator]();
    let next = await encoded.next();
    for (const [name, value] of Object.entries(headers)) this.#response.setHeader(name, value);
    this.#response.setHeader("Trailer", "X-YT-Error, X-YT-Response-Code, X-YT-Response-Message");
    this.#writeHead(200, "application/octet-stream", encoding);
    try {
      for (; next.done !== true; next = await encoded.next()) await this.#write(next.value);
    } catch (error) {
      if (error instanceof ConnectionCut) throw error;
      const failure = toYtError(error);
      this.record.errorCode = failure.code;
      this.#response.addTrailers(this.#errorHeaders(failure));
    } finally {
      // A client that has gone leaves the rest unread: the file must be let go of all the same.
      await encoded.return?.();
    }
    this.#response.end();
  }

  async #sendWhole(status: number, body: Buffer, contentType: string): Promise<void> {
    const encoding =
      status === 200 ? chooseEncoding(findHeader(this.request, "accept-encoding")) : "identity";
    const pieces: Buffer[] = [];
    for await (const piece of compress(piecesOf(body), encoding)) pieces.push(piece);
    const encoded = Buffer.concat(pieces);
    this.#response.setHeader("Content-Length", encoded.length);
    this.#writeHead(status, contentType, encoding);
    await this.#write(encoded);
    this.#response.end();
  }

  #writeHead(status: number, contentType: string, encoding: string): void {
    this.record.status = status;
    this.#response.setHeader("Content-Type", contentType);
    if (encoding !== "identity") this.#response.setHeader("Content-Encoding", encoding);
    this.#response.writeHead(status);
  }

  async #write(piece: Buffer): Promise<void> {
    const action = this.fault?.action;
    const room =
      action?.type === "truncate" ? action.afterBytes - this.record.responseBytes : Infinity;
    const written = piece.subarray(0, Math.max(0, room));
    this.record.responseBytes += written.length;
    if (!this.#response.write(written)) await this.#waitForRoom();
    if (this.#response.destroyed) throw new ConnectionCut("The client has gone");
    if (written.length < piece.length) {
      // Let the bytes go out before the end comes.
      await new Promise((resolve) => this.#response.write("", resolve));
      this.cut();
    }
  }

  /** Until the client has taken what it was sent, or is gone. */
  async #waitForRoom(): Promise<void> {
    const waiting = new AbortController();
    const { signal } = waiting;
    const events = ["drain", "close"].map((name) => once(this.#response, name, { signal }));
    await Promise.race(events);
    // The other one need not be listened for any more.
    waiting.abort();
  }

  /** The bytes, up to where a fault ends them with an error in the trailers. */
  async *#faulty(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    const action = this.fault?.action;
    if (action?.type !== "trailer") {
      yield* bytes;
      return;
    }
    let left = action.afterBytes;
    for await (const piece of bytes) {
      yield piece.subarray(0, left);
      left -= piece.length;
      if (left <= 0) break;
    }
    throw new YtError(action.code, bytesFromText(action.message));
  }

  #errorHeaders(error: YtError): Record<string, string> {
    const message = writeJsonAscii({ type: "string", value: error.messageBytes });
    return {
      "X-YT-Error": encodeForHeader(errorValue(error), this.errorFormat),
      "X-YT-Error-Content-Type": contentTypeOf(this.errorFormat),
      "X-YT-Response-Code": String(error.code),
      // A message may have any bytes; a header may not. As JSON without its quotes it can.
      "X-YT-Response-Message": message.slice(1, -1),
    };
  }
}

async function* piecesOf(body: Buffer): AsyncGenerator<Buffer> {
  yield body;
}

/** Headers are ASCII whatever the format, which JSON can be and binary YSON cannot. */
export function encodeForHeader(value: YsonValue, format: Format): string {
  if (format.type === "json") return writeJsonAscii(value, format.options);
  return encode(value, { type: "yson", layout: "text" });
}

/** The answer to what is not there at all. */
export function notFoundError(message: string): YtError {
  return new YtError(ERROR_CODE.generic, message, { httpStatus: 404 });
}
