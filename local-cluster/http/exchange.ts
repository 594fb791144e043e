/** One HTTP request and its answer, as the cluster sends it (docs/yt-http-api.md, section 5). */
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createGuid } from "../../common/values/guid.ts";
import { ERROR_CODE, YtError, errorValue, toYtError } from "../errors/yt-error.ts";
import { bufferOf, bytesFromText } from "../../common/yson/byte-string.ts";
import { DEFAULT_JSON, contentTypeOf, encode } from "./format.ts";
import type { Format } from "./format.ts";
import { writeJsonAscii } from "../../common/yson/json-writer.ts";
import type { YsonValue } from "../../common/yson/value.ts";
import { chooseEncoding, compress } from "./compression.ts";
import type { Fault, TruncateAction } from "./faults.ts";
import { findHeader } from "./headers.ts";
import type { MutableRequestRecord } from "./request-log.ts";

/** Thrown to stop work on a request that has its answer, or whose connection is gone. */
export class ExchangeEnded extends Error {
  override readonly name = "ExchangeEnded";
}

/** One request and its answer. All that is read or written goes through it, and so do the faults. */
export class Exchange {
  readonly request: IncomingMessage;
  readonly record: MutableRequestRecord;
  readonly #response: ServerResponse;
  /** Format of the header `X-YT-Error`. */
  errorFormat: Format = DEFAULT_JSON;
  fault: Fault | undefined;

  constructor(request: IncomingMessage, response: ServerResponse, record: MutableRequestRecord) {
    this.request = request;
    this.record = record;
    this.#response = response;
    response.setHeader("X-YT-Request-Id", createGuid());
    response.setHeader("X-YT-Trace-Id", createGuid());
    response.setHeader("X-YT-Proxy", request.headers.host ?? "localhost");
    response.setHeader("Cache-Control", "no-store");
  }

  /** The body as it comes. A fault may reset the connection while it is read. */
  async *body(): AsyncGenerator<Buffer> {
    const action = this.fault?.action;
    const limit = action?.type === "reset" ? action.afterRequestBytes : undefined;
    // Whoever stops reading in the middle answers why, on this connection.
    for await (const piece of this.request.iterator({ destroyOnReturn: false })) {
      if (!Buffer.isBuffer(piece)) {
        throw new TypeError("Request body is not bytes");
      }
      this.record.requestBytes += piece.length;
      if (limit !== undefined && this.record.requestBytes >= limit) {
        this.resetConnection();
      }
      await this.#pause();
      yield piece;
    }
  }

  /** The whole body in memory. */
  async readBody(): Promise<Buffer> {
    return readAll(this.body());
  }

  /** Whether the answer is complete, or the connection gone. */
  get isEnded(): boolean {
    // Node takes the socket away from an answer that is complete or whose connection is gone.
    return this.#response.socket?.destroyed !== false;
  }

  /** Closes the connection in the middle of an answer that cannot be completed. */
  destroy(): void {
    this.#response.destroy();
  }

  /** Calls back when the whole answer is on its way. */
  onAnswered(callback: () => void): void {
    this.#response.once("finish", callback);
  }

  /** Resets the connection instead of answering. */
  resetConnection(): never {
    this.#response.socket?.resetAndDestroy();
    throw new ExchangeEnded("The connection was reset by a fault");
  }

  /** Answers with plain text, such as a version. */
  async sendText(
    status: number,
    text: string,
    contentType = "text/plain",
    headers: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    for (const [name, value] of Object.entries(headers)) {
      this.#response.setHeader(name, value);
    }
    await this.#sendWhole(status, Buffer.from(text), contentType);
  }

  /** Answers as a balancer in front of a cluster would: without the cluster's headers. */
  async sendFault(
    status: number,
    text: string,
    headers: Readonly<Record<string, string>>,
  ): Promise<void> {
    for (const name of this.#response.getHeaderNames()) {
      this.#response.removeHeader(name);
    }
    for (const [name, value] of Object.entries(headers)) {
      this.#response.setHeader(name, value);
    }
    await this.#sendWhole(status, Buffer.from(text), "text/html", "identity");
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
   * Answers with bytes as they come. A failure before the first one is an ordinary error answer; a
   * later one is in the trailers. Unlike on the cluster, framing is never used: clients offer it, but
   * work without (docs/yt-http-api.md, section 5).
   */
  async sendStream(
    bytes: AsyncIterable<Buffer>,
    headers: Readonly<Record<string, string>>,
  ): Promise<void> {
    const encoding = chooseEncoding(findHeader(this.request, "accept-encoding"));
    const encoded = compress(this.#withTrailerFault(bytes), encoding)[Symbol.asyncIterator]();
    let next = await encoded.next();
    for (const [name, value] of Object.entries(headers)) {
      this.#response.setHeader(name, value);
    }
    if (!this.#applyFraming(undefined)) {
      this.#response.setHeader("Trailer", "X-YT-Error, X-YT-Response-Code, X-YT-Response-Message");
    }
    this.#writeHead(200, "application/octet-stream", encoding);
    try {
      for (; next.done !== true; next = await encoded.next()) {
        await this.#write(next.value);
      }
    } catch (error) {
      if (error instanceof ExchangeEnded) {
        throw error;
      }
      const failure = toYtError(error);
      this.record.errorCode = failure.code;
      this.#response.addTrailers(this.#errorHeaders(failure));
    } finally {
      // A client that closes the connection leaves the rest unread, and the file has to be closed.
      await encoded.return?.();
    }
    this.#response.end();
  }

  async #sendWhole(
    status: number,
    body: Buffer,
    contentType: string,
    encoding = this.#encodingOf(status),
  ): Promise<void> {
    const encoded = await readAll(compress(piecesOf(body), encoding));
    this.#applyFraming(encoded.length);
    this.#writeHead(status, contentType, encoding);
    await this.#write(encoded);
    this.#response.end();
    // What was not read of a failed upload is on the connection still, in front of the next request.
    this.request.resume();
  }

  #encodingOf(status: number): string {
    return status === 200
      ? chooseEncoding(findHeader(this.request, "accept-encoding"))
      : "identity";
  }

  #writeHead(status: number, contentType: string, encoding: string): void {
    this.record.status = status;
    this.#response.setHeader("Content-Type", contentType);
    if (encoding !== "identity") {
      this.#response.setHeader("Content-Encoding", encoding);
    }
    this.#response.writeHead(status);
  }

  /**
   * Says the body's length beforehand, where it is known and no fault wants otherwise.
   *
   * @param length undefined when it is not known
   * @returns whether the answer says it
   */
  #applyFraming(length: number | undefined): boolean {
    const truncate = this.#truncation();
    const isComplete = truncate?.ending === "complete";
    const framing = truncate?.framing ?? (length === undefined ? "chunked" : "length");
    if (framing === "chunked") {
      return false;
    }
    const limit = truncate?.afterBytes ?? Infinity;
    const whole = length ?? limit + (isComplete ? 0 : 1);
    this.#response.setHeader("Content-Length", isComplete ? Math.min(whole, limit) : whole);
    return true;
  }

  #truncation(): TruncateAction | undefined {
    const action = this.fault?.action;
    return action?.type === "truncate" ? action : undefined;
  }

  async #write(piece: Buffer): Promise<void> {
    const truncate = this.#truncation();
    const remaining = (truncate?.afterBytes ?? Infinity) - this.record.responseBytes;
    const written = piece.subarray(0, Math.max(0, remaining));
    const action = this.fault?.action;
    if (action?.type === "slow") {
      for (let start = 0; start < written.length; start += action.pieceBytes) {
        await this.#send(written.subarray(start, start + action.pieceBytes));
        await this.#pause();
      }
    } else {
      await this.#send(written);
    }
    if (truncate !== undefined && written.length < piece.length) {
      await this.#breakOff(truncate);
    }
  }

  async #send(piece: Buffer): Promise<void> {
    this.record.responseBytes += piece.length;
    const isTaken = this.#response.write(piece);
    // A connection that is gone already has no event left to wait for.
    if (!isTaken && !this.#response.destroyed) {
      await this.#waitForDrain();
    }
    if (this.#response.destroyed) {
      throw new ExchangeEnded("The client has closed the connection");
    }
  }

  /** Ends an answer of which a fault has kept back the rest. */
  async #breakOff({ ending }: TruncateAction): Promise<never> {
    // The bytes have to be sent before the connection ends.
    await new Promise((resolve) => this.#response.write("", resolve));
    if (ending === "complete") {
      this.#response.end();
    } else if (ending === "close") {
      this.#response.socket?.destroySoon();
    } else {
      this.resetConnection();
    }
    throw new ExchangeEnded("A fault has ended the answer");
  }

  /** Waits where a fault makes the bodies slow. */
  async #pause(): Promise<void> {
    const action = this.fault?.action;
    if (action?.type === "slow") {
      await delay(action.pauseMs, undefined, { ref: false });
    }
  }

  /** Waits until the client has read enough to write on, or has closed the connection. */
  async #waitForDrain(): Promise<void> {
    const waiting = new AbortController();
    const { signal } = waiting;
    const events = ["drain", "close"].map((name) => once(this.#response, name, { signal }));
    await Promise.race(events);
    waiting.abort();
  }

  /** The bytes, or only the first of them and then the error of a fault. */
  async *#withTrailerFault(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    const action = this.fault?.action;
    if (action?.type !== "trailer") {
      yield* bytes;
      return;
    }
    let left = action.afterBytes;
    for await (const piece of bytes) {
      yield piece.subarray(0, left);
      left -= piece.length;
      if (left <= 0) {
        break;
      }
    }
    throw new YtError(action.code, bytesFromText(action.message));
  }

  #errorHeaders(error: YtError): Record<string, string> {
    const message = writeJsonAscii({ type: "string", value: error.messageBytes });
    return {
      "X-YT-Error": encodeForHeader(errorValue(error), this.errorFormat),
      "X-YT-Error-Content-Type": contentTypeOf(this.errorFormat),
      "X-YT-Response-Code": String(error.code),
      // A message may have any bytes, a header only printable ASCII: so it is JSON without quotes.
      "X-YT-Response-Message": message.slice(1, -1),
    };
  }
}

/** The bytes in one piece. */
export async function readAll(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of bytes) {
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

async function* piecesOf(body: Buffer): AsyncGenerator<Buffer> {
  yield body;
}

/** A value for a header, which is ASCII: JSON with escapes, and YSON always as text. */
export function encodeForHeader(value: YsonValue, format: Format): string {
  if (format.type === "json") {
    return writeJsonAscii(value, format.options);
  }
  return encode(value, { type: "yson", layout: "text" });
}

/** The error for a command that does not exist. */
export function notFoundError(message: string): YtError {
  return new YtError(ERROR_CODE.generic, message, { httpStatus: 404 });
}
