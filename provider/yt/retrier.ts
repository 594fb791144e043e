/** Repeats failed requests as the policy says (retry-policy.ts), and waits in between. */
import type { Clock } from "./clock.ts";
import { CancelledError, UnreachableError } from "./errors/index.ts";
import { planRetry } from "./retry-policy.ts";
import type { RequestKind, RetryPolicy } from "./retry-policy.ts";
import { UserError } from "../../common/errors/user-error.ts";

/** What is repeated, and for how long. */
export interface RetriedRequest {
  readonly kind: RequestKind;
  /** To follow "Cannot" in messages. */
  readonly action: string;
  readonly signal: AbortSignal | undefined;
}

/** Runs attempts until one succeeds or the policy says stop. */
export type Retrier = <Result>(
  request: RetriedRequest,
  attempt: (attemptNumber: number) => Promise<Result>,
) => Promise<Result>;

/** A retrier for one cluster; it remembers whether the cluster has ever answered. */
export function createRetrier(options: {
  readonly policy: RetryPolicy;
  readonly clock: Clock;
  readonly log: (line: string) => void;
  /** Whether to tell of a failure that is followed by another attempt. @default of each */
  readonly isNews?: (error: Error) => boolean;
}): Retrier {
  const { policy, clock, log, isNews = () => true } = options;
  // Errors that have used up their attempts: an outer retrier must not start over with them.
  const exhausted = new WeakSet<Error>();
  let answeredBefore = false;

  return async ({ kind, action, signal }, attempt) => {
    const startMs = clock.now();
    for (let attemptNumber = 1; ; attemptNumber += 1) {
      throwIfCancelled(signal, action);
      try {
        const result = await attempt(attemptNumber);
        answeredBefore = true;
        return result;
      } catch (error) {
        throwIfCancelled(signal, action);
        if (!(error instanceof Error) || exhausted.has(error)) {
          throw error;
        }
        const delayMs = planRetry(error, kind, policy, {
          attempt: attemptNumber,
          elapsedMs: clock.now() - startMs,
          random: clock.random(),
          answeredBefore,
        });
        answeredBefore ||= !(error instanceof UnreachableError);
        if (delayMs === undefined) {
          exhausted.add(error);
          throw error;
        }
        if (isNews(error)) {
          log(`${error.message}; trying again in ${(delayMs / 1000).toFixed(1)} s`);
        }
        await clock.sleep(delayMs, signal);
      }
    }
  };
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
