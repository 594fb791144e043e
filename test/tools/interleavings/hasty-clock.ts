/** A clock by which all waiting goes by faster than in life. */
import { setTimeout as delay } from "node:timers/promises";
import type { Clock } from "../../../provider/yt/index.ts";
import type { Random } from "./random.ts";

const HASTE = 20;

/** Time is real, only shorter: what is not told to wait takes as long as it takes. */
export function hastyClock(random: Random): Clock {
  return {
    now: () => performance.now() * HASTE,
    random: () => random.next(),
    timeout: (durationMs) => AbortSignal.timeout(Math.ceil(durationMs / HASTE)),
    sleep: async (durationMs, signal) => {
      try {
        await delay(durationMs / HASTE, undefined, signal === undefined ? {} : { signal });
      } catch (error) {
        if (signal?.aborted !== true) {
          throw error;
        }
      }
    },
  };
}
