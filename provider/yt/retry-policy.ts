/** Which failed requests are repeated, how often and after what wait (docs/retries.md has it as a table). */
import { UnreachableError, YtError } from "./errors/index.ts";
import { PROTOCOL_ERROR_CODE } from "./errors/yt-error.ts";

/** How often and how patiently a failed request is repeated. All times in milliseconds. */
export interface RetryPolicy {
  /** Requests in all, the first included, without getting any further. @default 20 */
  readonly attempts: number;
  /**
   * Requests in all while the cluster has never answered this client and the connection cannot be
   * made: who only asks is told of a wrong address in a second.
   *
   * @default 3
   */
  readonly attemptsBeforeFirstAnswer: number;
  /**
   * As `patienceMs`, for what changes something, while the cluster has never answered and the connection
   * cannot be made: that may be a proxy's restart as well as a wrong address.
   *
   * @default 40000
   */
  readonly patienceBeforeFirstAnswerMs: number;
  /** Wait before the second attempt; doubled each time. @default 300 */
  readonly firstDelayMs: number;
  /** Longest wait between two attempts, unless the cluster asks for more (`Retry-After`). @default 8000 */
  readonly maxDelayMs: number;
  /** How much time may be lost, in waits and in attempts that hang, since the last progress. @default 120000 */
  readonly patienceMs: number;
}

/** At least a minute in all, also when every wait is the shortest, which covers restarts of proxies and of masters. */
export const DEFAULT_RETRY_POLICY: RetryPolicy = {
  attempts: 20,
  attemptsBeforeFirstAnswer: 3,
  patienceBeforeFirstAnswerMs: 40_000,
  firstDelayMs: 300,
  maxDelayMs: 8000,
  patienceMs: 120_000,
};

/** `light` requests carry a few values; `transfer` ones a file's content. */
export type RequestKind = "light" | "transfer";

/** What happened so far to one request. */
export interface RetryState {
  /** Number of attempts that have failed since the last progress, this one included, from 1. */
  readonly attempt: number;
  /** Time lost since then, in waits and without a byte moving. */
  readonly elapsedMs: number;
  /** A number in [0, 1), so that clients that failed together do not come back together. */
  readonly random: number;
  /** Whether this client has had any answer from the cluster before. */
  readonly answeredBefore: boolean;
  /** Whether the request begins a change. @default false */
  readonly beginsChange?: boolean;
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
  const neverAnswered = !state.answeredBefore;
  if (neverAnswered && (isForeignSuccess(error) || isHopeless(error))) {
    return undefined;
  }
  const { attempts, patienceMs } = limitsFor(error, policy, state);
  if (state.attempt >= attempts) {
    return undefined;
  }
  const askedMs = isOfOneProxy(error) ? 0 : (error.retryAfterMs ?? 0);
  const delayMs = Math.max(retryDelayMs(policy, state.attempt, state.random), askedMs);
  return state.elapsedMs + delayMs > patienceMs ? undefined : delayMs;
}

/** How often, and how patiently, a request is repeated after this failure. */
export function limitsFor(
  error: Error,
  policy: RetryPolicy,
  { answeredBefore, beginsChange = false }: Pick<RetryState, "answeredBefore" | "beginsChange">,
): Pick<RetryPolicy, "attempts" | "patienceMs"> {
  const { attempts, attemptsBeforeFirstAnswer, patienceMs, patienceBeforeFirstAnswerMs } = policy;
  if (answeredBefore || !isNeverReached(error)) {
    return { attempts, patienceMs };
  }
  return beginsChange
    ? { attempts, patienceMs: Math.min(patienceBeforeFirstAnswerMs, patienceMs) }
    : { attempts: Math.min(attemptsBeforeFirstAnswer, attempts), patienceMs };
}

/** The connection was never made. */
export function isNeverReached(error: Error): boolean {
  return error instanceof UnreachableError && error.neverConnected;
}

/** Time alone does not help. */
function isHopeless(error: YtError): boolean {
  return error instanceof UnreachableError && error.remedy !== "time";
}

/** Another proxy may serve at once: the next attempt is made over a connection of its own, or at another address. */
function isOfOneProxy(error: YtError): boolean {
  return BANNED_CODES.some((code) => error.contains(code));
}

/** Something that is no cluster has answered, as if all were well: a gateway, while the cluster is away. */
export function isForeignSuccess({ code, httpStatus = 0 }: YtError): boolean {
  return code === PROTOCOL_ERROR_CODE && httpStatus >= 200 && httpStatus < 300;
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
export const FINAL_CODES: readonly number[] = [
  402, 500, 501, 502, 503, 504, 505, 900, 901, 902, 903, 905, 906, 907, 11000,
];
/** Timeout, transport, unavailable, overload, banned peer or proxy, read-only masters. */
export const RETRYABLE_CODES: readonly number[] = [3, 100, 105, 108, 115, 116, 118, 616, 904, 2100];
/** Of those: the peer or the proxy is banned, and others are not. */
const BANNED_CODES: readonly number[] = [115, 2100];
/** Chunk servers, master communication, chunk unavailable: worth another try for file content. */
export const RETRYABLE_TRANSFER_CODES: readonly number[] = [700, 712, 716];
/** Statuses that proxies, and balancers in front of them, send when they cannot serve for a moment. */
export const RETRYABLE_STATUSES: readonly number[] = [500, 502, 503, 504];
/** From a balancer; where the cluster itself sends it, the error's code decides. */
export const RETRYABLE_FOREIGN_STATUSES: readonly number[] = [429];

/**
 * Whether the same request may succeed a little later. Says nothing about whether it is safe to
 * repeat it: that is what mutation ids and nested transactions are for.
 */
export function isRetryable(error: YtError, kind: RequestKind): boolean {
  if (FINAL_CODES.some((code) => error.contains(code))) {
    return false;
  }
  if (error instanceof UnreachableError || isForeignSuccess(error)) {
    return true;
  }
  const codes =
    kind === "transfer" ? [...RETRYABLE_CODES, ...RETRYABLE_TRANSFER_CODES] : RETRYABLE_CODES;
  if (codes.some((code) => error.contains(code))) {
    return true;
  }
  const { code, httpStatus = 0 } = error;
  const isForeign = code === PROTOCOL_ERROR_CODE;
  return (
    RETRYABLE_STATUSES.includes(httpStatus) ||
    (isForeign && RETRYABLE_FOREIGN_STATUSES.includes(httpStatus))
  );
}
