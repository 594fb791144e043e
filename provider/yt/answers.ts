/** Turns the answers of a cluster that are no successes into typed errors, once. */
import { STACK_TOKEN_PLACES } from "./access/token.ts";
import type { TokenUse } from "./errors/authentication-error.ts";
import {
  AlreadyExistsError,
  AuthenticationError,
  AuthorizationError,
  LockConflictError,
  NoSuchTransactionError,
  ResolveError,
  YtError,
} from "./errors/index.ts";
import {
  innermostMessage,
  makeErrorNode,
  PROTOCOL_ERROR_CODE,
  treeContains,
} from "./errors/yt-error.ts";
import type { YtErrorDetails, YtErrorNode } from "./errors/yt-error.ts";
import { describeForeignAnswer } from "./foreign-answer.ts";
import type { HttpAnswer } from "./http.ts";
import { redactToken } from "./redact.ts";
import { isRecord } from "../../common/values/is-record.ts";

/** What an error's message needs beside the answer. */
export interface AnswerContext {
  readonly action: string;
  readonly proxy: string;
  readonly path: string | undefined;
  /** The token that was sent; cut out of whatever people will read. */
  readonly token: string | undefined;
  /** Where a token is to be set, or looked at. @default STACK_TOKEN_PLACES */
  readonly tokenPlaces?: string | undefined;
}

/**
 * Turns an answer into a typed error, once.
 *
 * @returns `undefined` for a success
 */
export function findAnswerError(answer: HttpAnswer, context: AnswerContext): YtError | undefined {
  const ytError = findErrorNode(answer);
  const succeeded = answer.status >= 200 && answer.status < 300;
  if (succeeded && ytError === undefined) {
    return undefined;
  }
  const { action, proxy, path, token, tokenPlaces = STACK_TOKEN_PLACES } = context;
  const redact = (text: string): string => redactToken(text, token);
  const requestId = header(answer.headers["x-yt-request-id"]);
  const details: YtErrorDetails = {
    action,
    proxy,
    path,
    ...(ytError === undefined
      ? { answer: makeErrorNode(PROTOCOL_ERROR_CODE, describeForeignAnswer(answer, redact)) }
      : { answer: ytError, redact }),
    httpStatus: answer.status,
    requestId: requestId === undefined ? undefined : redact(requestId),
    retryAfterMs: parseRetryAfter(header(answer.headers["retry-after"])),
  };
  return ytError === undefined
    ? new YtError(details)
    : toTypedError(details, { isSent: token !== undefined, places: tokenPlaces });
}

/** Turns the error of one part of a batch into a typed one; `json` as it is in the answer. */
export function toPartError(json: unknown, context: AnswerContext): YtError {
  const { token, tokenPlaces = STACK_TOKEN_PLACES, ...subject } = context;
  const answer =
    parseErrorNode(json) ?? makeErrorNode(PROTOCOL_ERROR_CODE, "an error without a code");
  const redact = (text: string): string => redactToken(text, token);
  return toTypedError(
    { ...subject, answer, redact },
    { isSent: token !== undefined, places: tokenPlaces },
  );
}

/**
 * The most telling code first: a dead transaction's 11000 is often inside a 500 (docs/yt-http-api.md,
 * section 1), a refused permission's 901 inside any other code.
 */
function toTypedError(details: YtErrorDetails, token: TokenUse): YtError {
  const has = (code: number): boolean => treeContains(details.answer, code);
  if (details.httpStatus === 401 || [109, 110, 111, 900].some(has)) {
    return new AuthenticationError(details, token);
  }
  if (has(11000)) {
    return new NoSuchTransactionError(details);
  }
  if (has(901)) {
    return new AuthorizationError(details);
  }
  if (has(402)) {
    return new LockConflictError(details);
  }
  if (has(501)) {
    return new AlreadyExistsError(details);
  }
  if (has(500)) {
    return new ResolveError(details);
  }
  if (has(616)) {
    const { action, proxy } = details;
    return new YtError(
      details,
      `Cannot ${action} as cluster "${proxy}" is read-only now (${innermostMessage(details)}): ` +
        `run it again when its administrators have ended that`,
    );
  }
  return new YtError(details);
}

/**
 * The error in an answer. Trailers come first, as a command that fails after its first byte has
 * answered 200 already; then the body, which has no size limit; then the headers
 * (docs/yt-http-api.md, section 5).
 */
function findErrorNode(answer: HttpAnswer): YtErrorNode | undefined {
  const succeeded = answer.status >= 200 && answer.status < 300;
  const candidates = [
    parseHeaderJson(answer.trailers["x-yt-error"]),
    succeeded ? undefined : parseBody(answer),
    parseHeaderJson(header(answer.headers["x-yt-error"])),
    codeAndMessage(answer.trailers["x-yt-response-code"], answer.trailers["x-yt-response-message"]),
    codeAndMessage(
      header(answer.headers["x-yt-response-code"]),
      header(answer.headers["x-yt-response-message"]),
    ),
  ];
  for (const candidate of candidates) {
    const node = parseErrorNode(candidate);
    // Code 0 is "OK", which successful answers may carry.
    if (node !== undefined && node.code !== 0) {
      return node;
    }
  }
  return undefined;
}

/** Other servers have errors with a code, too; a cluster's has attributes, and says so in headers. */
function parseBody({ body, headers }: HttpAnswer): unknown {
  const json = parseJson(body.toString());
  const isYtsaurus = "x-yt-response-code" in headers || "x-yt-error" in headers;
  return isYtsaurus || (isRecord(json) && isRecord(json["attributes"])) ? json : undefined;
}

function codeAndMessage(code: string | undefined, message: string | undefined): unknown {
  return code === undefined ? undefined : { code: Number(code), message: message ?? "" };
}

function parseErrorNode(json: unknown): YtErrorNode | undefined {
  if (!isRecord(json) || typeof json["code"] !== "number") {
    return undefined;
  }
  const { message, attributes, inner_errors: inner } = json;
  return {
    code: json["code"],
    message: typeof message === "string" ? repairText(message) : "no message",
    attributes: isRecord(attributes) ? repairRecord(attributes) : {},
    innerErrors: (Array.isArray(inner) ? inner : [])
      .map((item) => parseErrorNode(item))
      .filter((item) => item !== undefined),
  };
}

function repairRecord(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(record).map(([key, value]) => [repairText(key), repairValue(value)]),
  );
}

function repairValue(value: unknown): unknown {
  if (typeof value === "string") {
    return repairText(value);
  }
  if (Array.isArray(value)) {
    return value.map((item) => repairValue(item));
  }
  return isRecord(value) ? repairRecord(value) : value;
}

/**
 * Errors are written in YTsaurus's default JSON, one character for each byte (docs/yt-http-api.md,
 * section 4). A text whose characters are bytes of valid UTF-8 is decoded; any other is left as it is.
 */
export function repairText(text: string): string {
  const couldBeBytes = !/[\u0100-\uffff]/.test(text);
  if (!couldBeBytes) {
    return text;
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(text, "latin1"));
  } catch {
    return text; // Not UTF-8: these were characters, not bytes.
  }
}

/** Headers are bytes to Node, shown as Latin-1; the proxy writes UTF-8. */
function parseHeaderJson(text: string | undefined): unknown {
  return text === undefined ? undefined : parseJson(Buffer.from(text, "latin1").toString("utf8"));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // A balancer's HTML page, for example: no YT error.
  }
}

/** `Retry-After` in seconds; balancers in front may send its other form, a date. */
function parseRetryAfter(text: string | undefined): number | undefined {
  const seconds = Number(text);
  const waitMs = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(text ?? "") - Date.now();
  return text === undefined || Number.isNaN(waitMs) || waitMs < 0 ? undefined : waitMs;
}

function header(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === "string" ? value : value?.[0];
}
