/** A clock for tests: nobody waits by it, and what was to be waited is recorded. */
import type { Clock } from "../../provider/yt/clock.ts";

/** Sleeping moves the clock on at once, and is recorded. Chance is always 0. */
export interface RecordingClock extends Clock {
  readonly sleptMs: readonly number[];
  /** The timeouts that were asked for. */
  readonly timeoutsMs: readonly number[];
  /** Lets time go by while nobody sleeps. */
  advance(durationMs: number): void;
}

export function createRecordingClock(): RecordingClock {
  const sleptMs: number[] = [];
  const timeoutsMs: number[] = [];
  const timeouts: { readonly endMs: number; readonly controller: AbortController }[] = [];
  let nowMs = 0;
  const advance = (durationMs: number): void => {
    nowMs += durationMs;
    for (const { endMs, controller } of timeouts) {
      if (endMs <= nowMs) {
        controller.abort();
      }
    }
  };
  return {
    sleptMs,
    timeoutsMs,
    advance,
    now: () => nowMs,
    random: () => 0,
    sleep: async (durationMs) => {
      advance(durationMs);
      sleptMs.push(durationMs);
    },
    timeout: (durationMs) => {
      const controller = new AbortController();
      timeoutsMs.push(durationMs);
      timeouts.push({ endMs: nowMs + durationMs, controller });
      return controller.signal;
    },
  };
}
