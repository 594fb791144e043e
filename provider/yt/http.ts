import { once } from "node:events";
import { IncomingMessage } from "node:http";
import type { IncomingHttpHeaders } from "node:http";
import got, { RequestError, TimeoutError } from "got";
import type { Request } from "got";

/**
 * One HTTP exchange on `got`: no retries, no redirects, no interpretation. The only file that sees
 * got's errors; they hold the request's headers, and so the token, and never leave it.
 */

/** Request body: bytes, or a stream that is made anew for each exchange. */
export type HttpBody = Uint8Array | AsyncIterable<Uint8Array>;

export interface HttpRequest {
  readonly method: "GET" | "POST" | "PUT";
  readonly url: string;
  /** Pure ASCII values. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: HttpBody | undefined;
  readonly timeouts: HttpTimeouts;
  readonly signal?: AbortSignal | undefined;
  /** Takes the body of a successful answer piece by piece, in place of `HttpAnswer.body`. */
  readonly onData?: ((chunk: Uint8Array) => void | Promise<void>) | undefined;
}

/** All in milliseconds. */
export interface HttpTimeouts {
  /** Name lookup, connection, TLS: each. */
  readonly connectMs: number;
  /** From start to end; `undefined` for transfers, which may take long while bytes flow. */
  readonly requestMs?: number | undefined;
  /** Longest silence on the connection. */
  readonly idleMs: number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Come after the body: where a cluster tells of a failure after the first byte. */
  readonly trailers: NodeJS.Dict<string>;
  /** Empty when `onData` took it. */
  readonly body: Buffer;
}

/** No complete answer. Internal to the client, which turns it into an `UnreachableError`. */
export class ExchangeError extends Error {
  override readonly name = "ExchangeError";
  /** `ECONNREFUSED`, `ETIMEDOUT`, …; `ABORTED` when the signal stopped it. */
  readonly errno: string;
  readonly neverConnected: boolean;

  constructor(message: string, errno: string, neverConnected: boolean) {
    super(message);
    this.errno = errno;
    this.neverConnected = neverConnected;
  }
}

/** X-YT-Error holds a whole tree of errors; Node's own limit is 16 KiB for all headers. */
const MAX_HEADER_BYTES = 1024 * 1024;

/** Failures to connect at all, so the other side cannot have seen the request. */
const DIAL_ERRNOS = new Set([
  "ENOTFOUND",
  "EAI_AGAIN",
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EHOSTDOWN",
  "EPROTO",
]);
/** OpenSSL's names, as Node passes them on: `DEPTH_ZERO_SELF_SIGNED_CERT` and some more. */
const CERTIFICATE_ERRNO = /CERT|LEAF_SIGNATURE/;
const DIAL_PHASES = new Set(["lookup", "connect", "secureConnect"]);

/**
 * Sends the request and reads the whole answer.
 *
 * @throws ExchangeError when there is no complete answer; whatever `onData` or the body's stream throw
 */
export async function exchange(request: HttpRequest): Promise<HttpAnswer> {
  // What our own callbacks throw would come back wrapped by got: it is kept aside and thrown as it is.
  const ownFailures: unknown[] = [];
  try {
    return await attemptExchange(request, ownFailures);
  } catch (error) {
    throw ownFailures.length > 0 ? ownFailures[0] : toExchangeError(error, request);
  }
}

async function attemptExchange(request: HttpRequest, ownFailures: unknown[]): Promise<HttpAnswer> {
  const { connectMs, requestMs, idleMs } = request.timeouts;
  const stream = got.stream(request.url, {
    method: request.method,
    headers: { ...request.headers },
    ...(request.body === undefined ? {} : { body: guardBody(request.body, ownFailures) }),
    ...(request.signal === undefined ? {} : { signal: request.signal }),
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
  // A failure after this has settled concerns nobody; without a listener it would end the process.
  stream.on("error", () => undefined);
  try {
    return await readAnswer(stream, request, ownFailures);
  } finally {
    // Some proxies answer before they have read the body: the rest of it need not be sent.
    stream.destroy();
  }
}

async function readAnswer(
  stream: Request,
  request: HttpRequest,
  ownFailures: unknown[],
): Promise<HttpAnswer> {
  const response = await waitForResponse(stream);
  const status = response.statusCode ?? 0;
  const onData = status >= 200 && status < 300 ? request.onData : undefined;
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) {
    if (!(chunk instanceof Uint8Array)) {
      throw new TypeError("The HTTP library gave something other than bytes");
    }
    if (onData === undefined) {
      chunks.push(chunk);
    } else {
      await guard(async () => onData(chunk), ownFailures);
    }
  }
  return {
    status,
    headers: response.headers,
    trailers: response.trailers,
    body: Buffer.concat(chunks),
  };
}

async function waitForResponse(stream: Request): Promise<IncomingMessage> {
  const [response]: unknown[] = await once(stream, "response");
  if (!(response instanceof IncomingMessage)) {
    throw new TypeError("The HTTP library gave something other than a response");
  }
  return response;
}

function guardBody(body: HttpBody, ownFailures: unknown[]): HttpBody {
  return body instanceof Uint8Array ? body : guardChunks(body, ownFailures);
}

async function* guardChunks(
  chunks: AsyncIterable<Uint8Array>,
  ownFailures: unknown[],
): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks;
  } catch (error) {
    ownFailures.push(error);
    throw error;
  }
}

async function guard(action: () => Promise<void>, ownFailures: unknown[]): Promise<void> {
  try {
    await action();
  } catch (error) {
    ownFailures.push(error);
    throw error;
  }
}

function toExchangeError(error: unknown, request: HttpRequest): ExchangeError {
  if (request.signal?.aborted === true) {
    return new ExchangeError("cancelled", "ABORTED", false);
  }
  const { host } = new URL(request.url);
  if (error instanceof TimeoutError) {
    const dialling = DIAL_PHASES.has(error.event);
    const limitMs =
      error.event === "socket"
        ? request.timeouts.idleMs
        : dialling
          ? request.timeouts.connectMs
          : request.timeouts.requestMs;
    const what = dialling ? "no connection to" : "no answer from";
    return new ExchangeError(`${what} ${host} within ${limitMs} ms`, "ETIMEDOUT", dialling);
  }
  const errno = error instanceof RequestError ? error.code : "EUNKNOWN";
  const neverConnected = DIAL_ERRNOS.has(errno) || CERTIFICATE_ERRNO.test(errno);
  return new ExchangeError(explainErrno(errno, host, error), errno, neverConnected);
}

function explainErrno(errno: string, host: string, error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (CERTIFICATE_ERRNO.test(errno)) {
    return `the certificate of ${host} is not trusted, ${message}: name its authority in NODE_EXTRA_CA_CERTS`;
  }
  switch (errno) {
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `there is no host of the name ${host}`;
    case "ECONNREFUSED":
      return `connection to ${host} refused`;
    case "EPROTO":
      return `${host} does not speak TLS: write "http://" in front of it`;
    case "ECONNRESET":
    case "EPIPE":
    case "ERR_GOT_REQUEST_ERROR":
      return `connection to ${host} broke off`;
    default:
      return `no connection to ${host}: ${message}`;
  }
}
