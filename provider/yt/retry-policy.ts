/** Which failed requests are repeated, how often and after what wait (docs/yt-http-api.md, section 10). */
import { UnreachableError, YtError } from "./errors/index.ts";
import { PROTOCOL_ERROR_CODE } from "./errors/yt-error.ts";

/** How often and how patiently a failed request is repeated. All times in milliseconds. */
export interface RetryPolicy {
  /** Requests in all, the first included. @default 8 */
  readonly attempts: number;
  /**
   * Requests in all while the cluster has never answered this client and the connection cannot be
   * made: a wrong address should be reported in seconds, for a restarting proxy it is worth waiting.
   *
   * @default 3
   */
  readonly attemptsBeforeFirstAnswer: number;
  /** Wait before the second attempt; doubled each time. @default 300 */
  readonly firstDelayMs: number;
  /** Longest wait between two attempts, unless the cluster asks for more (`Retry-After`). @default 8000 */
  readonly maxDelayMs: number;
  /** No attempt starts later than this after the first one. @default 120000 */
  readonly deadlineMs: number;
}

/** About half a minute in all, which covers the restart of a proxy. */
export const DEFAULT_RETRY_POLICY: RetryPolicy = {
  attempts: 8,
  attemptsBeforeFirstAnswer: 3,
  firstDelayMs: 300,
  maxDelayMs: 8000,
  deadlineMs: 120_000,
};

/** `light` requests carry a few values; `transfer` ones a file's content. */
export type RequestKind = "light" | "transfer";

/** What happened so far to one request. */
export interface RetryState {
  /** Number of the attempt that has just failed, from 1. */
  readonly attempt: number;
  /** Since the first attempt started. */
  readonly elapsedMs: number;
  /** A number in [0, 1), so that clients that failed together do not come back together. */
  readonly random: number;
  /** Whether this client has had any answer from the cluster before. */
  readonly answeredBefore: boolean;
}

/**
 * How long to wait before the next attempt. A wrong address, of a host that is none or something
 * that is no cluster, is told at once, unless the cluster has answered there before.
 *
 * @returns milliseconds; `undefined` when there should be no further attempt
 */
export function planRetry(
  error: unknown,
  kind: RequestKind,
  policy: RetryPolicy,
  state: RetryState,
): number | undefined {
  if (!(error instanceof YtError) || !isRetryable(error, kind)) {
    return undefined;
  }
  const neverAnswered = error instanceof UnreachableError && !state.answeredBefore;
  if (neverAnswered && error.remedy !== "time") {
    return undefined;
  }
  const neverReached = neverAnswered && error.neverConnected;
  const attempts = neverReached ? policy.attemptsBeforeFirstAnswer : policy.attempts;
  if (state.attempt >= Math.min(attempts, policy.attempts)) {
    return undefined;
  }
  const delayMs = Math.max(
    retryDelayMs(policy, state.attempt, state.random),
    error.retryAfterMs ?? 0,
  );
  return state.elapsedMs + delayMs > policy.deadlineMs ? undefined : delayMs;
}

/**
 * The wait after a failed attempt: doubled each time up to the maximum, and of that a random share
 * between half and all.
 */
export function retryDelayMs(policy: RetryPolicy, attempt: number, random: number): number {
  const fullMs = Math.min(policy.firstDelayMs * 2 ** (attempt - 1), policy.maxDelayMs);
  return Math.round(fullMs / 2 + (fullMs / 2) * random);
}

/** The answer would be the same next time, whatever other codes are in the error tree. */
const FINAL_CODES = [
  402, 500, 501, 502, 503, 504, 505, 900, 901, 902, 903, 905, 906, 907, 11000,
] as const;
/** Timeout, transport, unavailable, overload, banned peer or proxy. */
const RETRYABLE_CODES = [3, 100, 105, 108, 115, 116, 118, 904, 2100] as const;
/** Chunk servers, master communication, chunk unavailable: worth another try for file content. */
const RETRYABLE_TRANSFER_CODES = [700, 712, 716] as const;
/** Statuses that proxies, and balancers in front of them, send when they cannot serve for a moment. */
const RETRYABLE_STATUSES = new Set([500, 502, 503, 504]);
const TOO_MANY_REQUESTS = 429;

/**
 * Whether the same request may succeed a little later. Says nothing about whether it is safe to
 * repeat it: that is what mutation ids and nested transactions are for.
 */
export function isRetryable(error: YtError, kind: RequestKind): boolean {
  if (FINAL_CODES.some((code) => error.contains(code))) {
    return false;
  }
  if (error instanceof UnreachableError) {
    return true;
  }
  const codes: readonly number[] =
    kind === "transfer" ? [...RETRYABLE_CODES, ...RETRYABLE_TRANSFER_CODES] : RETRYABLE_CODES;
  if (codes.some((code) => error.contains(code))) {
    return true;
  }
  if (error.httpStatus === TOO_MANY_REQUESTS) {
    // From a balancer; where the cluster itself sends it, the error's code decides.
    return error.code === PROTOCOL_ERROR_CODE;
  }
  return error.httpStatus !== undefined && RETRYABLE_STATUSES.has(error.httpStatus);
}
