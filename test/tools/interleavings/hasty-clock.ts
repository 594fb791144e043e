/** A clock by which all waiting goes by faster than in life. */
import { systemClock } from "../../../provider/yt/clock.ts";
import type { Clock } from "../../../provider/yt/clock.ts";
import type { Random } from "./random.ts";

/**
 * Time is real, only shorter: what is not told to wait takes as long as it takes.
 *
 * @param haste how much faster
 */
export function hastyClock(random: Random, haste: number): Clock {
  return {
    now: () => systemClock.now() * haste,
    random: () => random.next(),
    timeout: (durationMs) => systemClock.timeout(Math.ceil(durationMs / haste)),
    sleep: async (durationMs, signal) => systemClock.sleep(durationMs / haste, signal),
  };
}
