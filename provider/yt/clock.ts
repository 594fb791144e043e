/** Time and chance, as the client takes them: from the system, or in tests from a made-up clock. */
import { setTimeout as delay } from "node:timers/promises";

/** Time and chance, handed in so that waiting can be tested without waiting. */
export interface Clock {
  /** Milliseconds; only differences matter. */
  now(): number;
  /** Resolves after the time, or at once when the signal is aborted. Never rejects. */
  sleep(durationMs: number, signal?: AbortSignal): Promise<void>;
  /** A signal that is aborted after the time. */
  timeout(durationMs: number): AbortSignal;
  /** A number in [0, 1). */
  random(): number;
}

/** The real one. */
export const systemClock: Clock = {
  now: () => performance.now(),
  random: () => Math.random(),
  timeout: (durationMs) => AbortSignal.timeout(durationMs),
  sleep: async (durationMs, signal) => {
    try {
      await delay(durationMs, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      if (signal?.aborted !== true) {
        throw error;
      }
    }
  },
};
