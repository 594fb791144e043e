import type { Clock } from "../../provider/yt/clock.ts";

/** A clock that does not wait: sleeping moves it on, and is recorded. Chance is always 0. */
export interface RecordingClock extends Clock {
  readonly sleptMs: readonly number[];
}

export function createRecordingClock(): RecordingClock {
  const sleptMs: number[] = [];
  let nowMs = 0;
  return {
    sleptMs,
    now: () => nowMs,
    random: () => 0,
    sleep: async (durationMs) => {
      nowMs += durationMs;
      sleptMs.push(durationMs);
    },
  };
}
