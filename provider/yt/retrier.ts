/** Repeats failed requests as the policy says (retry-policy.ts), and waits in between. */
import type { Clock } from "./clock.ts";
import { CancelledError, UnreachableError, YtError } from "./errors/index.ts";
import { isForeignSuccess, isNeverReached, limitsFor, planRetry } from "./retry-policy.ts";
import type { RequestKind, RetryPolicy } from "./retry-policy.ts";
import { UserError } from "../../common/errors/user-error.ts";

/** What is repeated, and for how long. */
export interface RetriedRequest {
  readonly kind: RequestKind;
  /** To follow "Cannot" in messages. */
  readonly action: string;
  readonly signal: AbortSignal | undefined;
  /** Whether it begins a change: see `RetryPolicy.patienceBeforeFirstAnswerMs`. @default false */
  readonly beginsChange?: boolean;
}

/** What an attempt tells while it is under way, so that patience counts from the last progress. */
export interface Progress {
  /** Something moves: until now no time was lost by this attempt. */
  moved(): void;
  /** Something is done that no failure takes away again: as if the first attempt began now. */
  gained(): void;
}

/** Runs attempts until one succeeds or the policy says stop. */
export type Retrier = <Result>(
  request: RetriedRequest,
  attempt: (attemptNumber: number, progress: Progress) => Promise<Result>,
) => Promise<Result>;

/** What is waited for is said again after so long. */
const SAY_AGAIN_MS = 60_000;

/** A retrier for one cluster; it remembers whether the cluster has ever answered. */
export function createRetrier(options: {
  readonly policy: RetryPolicy;
  readonly clock: Clock;
  readonly log: (line: string) => void;
  /** Whether the cluster has answered an earlier client. @default false */
  readonly isKnown?: boolean;
  /** Whether to tell of a failure that is followed by another attempt. @default of each */
  readonly isNews?: (error: Error) => boolean;
}): Retrier {
  const { policy, clock, log, isKnown = false, isNews = () => true } = options;
  // Errors that have used up their attempts: an outer retrier must not start over with them.
  const exhausted = new WeakSet<Error>();
  const toldAtMs = new Map<string, number>();
  let answeredBefore = isKnown;

  /** Each reason once, however many requests and attempts fail for it, unless there are few attempts. */
  const tell = (error: Error, delayMs: number, beginsChange: boolean): void => {
    const reason = reasonOf(error);
    const isBrief = !answeredBefore && isNeverReached(error) && !beginsChange;
    const { patienceMs } = limitsFor(error, policy, { answeredBefore, beginsChange });
    const isTold = clock.now() - (toldAtMs.get(reason) ?? -Infinity) < SAY_AGAIN_MS;
    if (!isNews(error) || (isTold && !isBrief)) {
      return;
    }
    toldAtMs.set(reason, clock.now());
    const patience = isBrief ? "" : `, for up to ${Math.round(patienceMs / 1000)} s`;
    log(`${error.message}; trying again in ${(delayMs / 1000).toFixed(1)} s${patience}`);
  };

  return async ({ kind, action, signal, beginsChange = false }, attempt) => {
    let failures = 0;
    let lostMs = 0;
    for (let attemptNumber = 1; ; attemptNumber += 1) {
      throwIfCancelled(signal, action);
      let lastMoveMs = clock.now();
      const progress: Progress = {
        moved: () => {
          lastMoveMs = clock.now();
        },
        gained: () => {
          lastMoveMs = clock.now();
          failures = 0;
          lostMs = 0;
        },
      };
      try {
        const result = await attempt(attemptNumber, progress);
        answeredBefore = true;
        return result;
      } catch (error) {
        throwIfCancelled(signal, action);
        if (!(error instanceof Error) || exhausted.has(error)) {
          throw error;
        }
        failures += 1;
        lostMs += clock.now() - lastMoveMs;
        const random = clock.random();
        const state = {
          attempt: failures,
          elapsedMs: lostMs,
          random,
          answeredBefore,
          beginsChange,
        };
        const delayMs = planRetry(error, kind, policy, state);
        answeredBefore ||= isAnswer(error);
        if (delayMs === undefined) {
          exhausted.add(error);
          throw error;
        }
        tell(error, delayMs, beginsChange);
        await clock.sleep(delayMs, signal);
        lostMs += delayMs;
      }
    }
  };
}

/** Whether a cluster, or what is in front of one, has answered, be it with an error. */
function isAnswer(error: Error): boolean {
  return !(
    error instanceof UnreachableError ||
    (error instanceof YtError && isForeignSuccess(error))
  );
}

/** Without what was being done: of many files at once each fails for the same reason. */
function reasonOf(error: Error): string {
  const dataProxy = error instanceof UnreachableError ? error.dataProxy : undefined;
  const reason = error instanceof YtError ? error.innermostMessage : error.message;
  return `${error.name} ${dataProxy ?? ""} ${reason}`;
}

/**
 * @throws {UserError} the signal's reason, when it is one
 * @throws {CancelledError} when the signal is aborted for another reason
 */
export function throwIfCancelled(signal: AbortSignal | undefined, action: string): void {
  if (signal?.aborted === true) {
    const reason: unknown = signal.reason;
    throw reason instanceof UserError ? reason : new CancelledError(action);
  }
}
