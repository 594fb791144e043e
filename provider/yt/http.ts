/**
 * One HTTP exchange on `got`: no retries, no redirects, no interpretation. The only file that handles
 * got's errors: they hold the request's headers, and so the token, and are never passed on.
 */
import { once } from "node:events";
import { Agent, globalAgent, IncomingMessage } from "node:http";
import type { AgentOptions, IncomingHttpHeaders } from "node:http";
import { Agent as TlsAgent, globalAgent as globalTlsAgent } from "node:https";
import got, { RequestError, TimeoutError } from "got";
import type { OptionsInit, Request } from "got";
import { messageOf } from "../../common/errors/message-of.ts";
import { isRecord } from "../../common/values/is-record.ts";
import { ExchangeError, explainFailure } from "./exchange-error.ts";
import type { Failure } from "./exchange-error.ts";
import { isLoopback } from "./proxy-address.ts";

/** Request body: bytes, or a stream, which can be sent once. */
export type HttpBody = Uint8Array | AsyncIterable<Uint8Array>;

export interface HttpRequest {
  readonly method: "GET" | "POST" | "PUT";
  readonly url: string;
  /** Pure ASCII values. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: HttpBody | undefined;
  readonly timeouts: HttpTimeouts;
  /** Makes a connection of its own: behind one name may be many proxies, and another one may serve. @default false */
  readonly onNewConnection?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Takes the body of a successful answer that is content, in chunks, in place of `HttpAnswer.body`. */
  readonly onData?: ((chunk: Uint8Array) => void | Promise<void>) | undefined;
  /** Which successful answers are content. @default those that are no web pages */
  readonly isContent?: ((headers: IncomingHttpHeaders) => boolean) | undefined;
}

/** All in milliseconds. */
export interface HttpTimeouts {
  /** Name lookup, connection, TLS: each. */
  readonly connectMs: number;
  /** From start to end; `undefined` for transfers, which may take long while bytes flow. */
  readonly requestMs?: number | undefined;
  /** Longest time without a byte on the connection. */
  readonly idleMs: number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Sent after the body, with the error of a command that failed after its first byte. */
  readonly trailers: NodeJS.Dict<string>;
  /** Empty when `onData` took it. */
  readonly body: Buffer;
}

/** X-YT-Error holds a whole tree of errors; Node's own limit is 16 KiB for all headers. */
const MAX_HEADER_BYTES = 1024 * 1024;

/** As Node's own, but for `http_proxy`, which that one takes where `NODE_USE_ENV_PROXY` is set: this machine needs no proxy. */
const LOOPBACK_AGENT = { http: new Agent({ keepAlive: true, timeout: 5000 }) };

const CONNECT_PHASES = new Set(["lookup", "connect", "secureConnect"]);

/**
 * Sends the request and reads the whole answer.
 *
 * @throws {ExchangeError} when there is no complete answer
 * @throws {unknown} whatever `onData` or the body's stream throws
 */
export async function exchange(request: HttpRequest): Promise<HttpAnswer> {
  // got wraps what the caller's callbacks throw, so that is recorded here, and thrown as it is.
  const callbackErrors: unknown[] = [];
  try {
    return await attemptExchange(request, callbackErrors);
  } catch (error) {
    throw callbackErrors.length > 0 ? callbackErrors[0] : toExchangeError(error, request);
  }
}

async function attemptExchange(
  request: HttpRequest,
  callbackErrors: unknown[],
): Promise<HttpAnswer> {
  const { connectMs, requestMs, idleMs } = request.timeouts;
  const stream = got.stream(request.url, {
    method: request.method,
    headers: { ...request.headers },
    ...(request.body === undefined ? {} : { body: recordBodyErrors(request.body, callbackErrors) }),
    ...(request.signal === undefined ? {} : { signal: request.signal }),
    ...findAgent(request),
    retry: { limit: 0 },
    // A redirect would carry the token to a host that nobody configured.
    followRedirect: false,
    throwHttpErrors: false,
    // Trailers are on the bare response only, so nothing may wrap it.
    decompress: false,
    maxHeaderSize: MAX_HEADER_BYTES,
    timeout: {
      lookup: connectMs,
      connect: connectMs,
      secureConnect: connectMs,
      socket: idleMs,
      ...(requestMs === undefined ? {} : { request: requestMs }),
    },
  });
  // The stream may fail again after the exchange is over; without a listener that ends the process.
  stream.on("error", () => undefined);
  try {
    return await readAnswer(stream, request, callbackErrors);
  } finally {
    // Some proxies answer before they have read the body: the rest of it is not sent.
    stream.destroy();
  }
}

function findAgent({ url, onNewConnection = false }: HttpRequest): Pick<OptionsInit, "agent"> {
  if (isLoopback(new URL(url))) {
    return { agent: onNewConnection ? { http: new Agent() } : LOOPBACK_AGENT };
  }
  if (!onNewConnection) {
    return {};
  }
  // With the options of the usual ones, among which is a proxy that the environment names.
  const http = new Agent({ ...optionsOf(globalAgent), keepAlive: false });
  return { agent: { http, https: new TlsAgent({ ...globalTlsAgent.options, keepAlive: false }) } };
}

/** Node has them on the agent (https://nodejs.org/api/http.html); the types do not tell. */
function optionsOf(agent: Agent): AgentOptions {
  return "options" in agent && isRecord(agent.options) ? agent.options : {};
}

async function readAnswer(
  stream: Request,
  request: HttpRequest,
  callbackErrors: unknown[],
): Promise<HttpAnswer> {
  const response = await waitForResponse(stream);
  const status = response.statusCode ?? 0;
  const { isContent = (headers) => !isWebPage(headers) } = request;
  const succeeded = status >= 200 && status < 300;
  const onData = succeeded && isContent(response.headers) ? request.onData : undefined;
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) {
    if (!(chunk instanceof Uint8Array)) {
      throw new TypeError("The HTTP library gave something other than bytes");
    }
    if (onData === undefined) {
      chunks.push(chunk);
    } else {
      await recordErrors(async () => onData(chunk), callbackErrors);
    }
  }
  return {
    status,
    headers: response.headers,
    trailers: response.trailers,
    body: Buffer.concat(chunks),
  };
}

/** A cluster has none: what a login or a gateway sends in its place is no file's content. */
export function isWebPage(headers: IncomingHttpHeaders): boolean {
  return /html/i.test(headers["content-type"] ?? "");
}

async function waitForResponse(stream: Request): Promise<IncomingMessage> {
  const [response]: unknown[] = await once(stream, "response");
  if (!(response instanceof IncomingMessage)) {
    throw new TypeError("The HTTP library gave something other than a response");
  }
  return response;
}

function recordBodyErrors(body: HttpBody, callbackErrors: unknown[]): HttpBody {
  return body instanceof Uint8Array ? body : recordChunkErrors(body, callbackErrors);
}

async function* recordChunkErrors(
  chunks: AsyncIterable<Uint8Array>,
  callbackErrors: unknown[],
): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks;
  } catch (error) {
    callbackErrors.push(error);
    throw error;
  }
}

async function recordErrors(action: () => Promise<void>, callbackErrors: unknown[]): Promise<void> {
  try {
    await action();
  } catch (error) {
    callbackErrors.push(error);
    throw error;
  }
}

function toExchangeError(error: unknown, request: HttpRequest): ExchangeError {
  if (request.signal?.aborted === true) {
    return new ExchangeError("cancelled", "ABORTED", false);
  }
  if (error instanceof TimeoutError) {
    const { host } = new URL(request.url);
    const connecting = CONNECT_PHASES.has(error.event);
    const limitMs =
      error.event === "socket"
        ? request.timeouts.idleMs
        : connecting
          ? request.timeouts.connectMs
          : request.timeouts.requestMs;
    const what = connecting ? "no connection to" : "no answer from";
    return new ExchangeError(`${what} ${host} within ${limitMs} ms`, "ETIMEDOUT", connecting);
  }
  return explainFailure(toFailure(error), new URL(request.url));
}

function toFailure(error: unknown): Failure {
  const message = messageOf(error);
  if (!(error instanceof RequestError)) {
    return { errno: "EUNKNOWN", message };
  }
  const { cause } = error;
  const isParsers = cause instanceof Error && "rawPacket" in cause;
  const received = isParsers && Buffer.isBuffer(cause.rawPacket) ? cause.rawPacket : undefined;
  return { errno: error.code, message, received };
}
