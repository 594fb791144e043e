/** A clock by which all waiting goes by faster than in life. */
import { setTimeout as delay } from "node:timers/promises";
import type { Clock } from "../../../provider/yt/index.ts";
import type { Random } from "./random.ts";

/**
 * Time is real, only shorter: what is not told to wait takes as long as it takes.
 *
 * @param haste how much faster
 */
export function hastyClock(random: Random, haste: number): Clock {
  return {
    now: () => performance.now() * haste,
    random: () => random.next(),
    timeout: (durationMs) => AbortSignal.timeout(Math.ceil(durationMs / haste)),
    sleep: async (durationMs, signal) => {
      try {
        await delay(durationMs / haste, undefined, signal === undefined ? {} : { signal });
      } catch (error) {
        if (signal?.aborted !== true) {
          throw error;
        }
      }
    },
  };
}
