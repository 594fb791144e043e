/** How far a long upload is, in one line that is said anew every few seconds. */
import { formatDuration } from "../../common/text/format-duration.ts";
import { formatSize } from "../../common/text/format-size.ts";
import { paceOf, percentOf, sizesOf } from "../../common/text/progress-words.ts";
import type { Clock } from "../yt/index.ts";

/** What is over before this needs no progress; further lines come at least so far apart. */
const SHORTEST_INTERVAL_MS = 2000;
/** A log need not hold more lines than one in so long. */
const LONGEST_INTERVAL_MS = 5000;
/** Which share of the time so far passes until the next line. */
const INTERVAL_SHARE = 1 / 8;

/** What is sent at first only fills the system's buffers, and says nothing of the line. */
const BURST_MS = 1000;
/** The speed is that of the last so many milliseconds, and not known before the fewest. */
const MOST_MEASURED_MS = 10_000;
const LEAST_MEASURED_MS = 2000;
const SAMPLE_MS = 250;

/** On a slow line a chunk takes long (`CHUNK_BYTES` in common/files/read-ahead.ts): only then nothing moves. */
const STALL_MS = 15_000;

/** Adds up what is sent in one or several parts, at once or in turn. */
export interface ProgressReporter {
  /**
   * For one more part.
   *
   * @returns takes how many of the part's bytes are sent; fewer than before when it is sent again
   */
  part(): (sentBytes: number) => void;
}

/** How many bytes had moved at some time. */
interface Sample {
  readonly atMs: number;
  readonly movedBytes: number;
}

/**
 * Says how far an upload is: after 2 seconds for the first time, then every few seconds.
 *
 * @param total how much is to be sent, all parts together, in bytes; a function where that is not known from the start
 * @param say takes a line, which tells more than the one before
 */
export function createProgressReporter(
  total: number | (() => number),
  say: (line: string) => void,
  clock: Clock,
): ProgressReporter {
  const speed = createSpeedometer();
  let startedAtMs: number | undefined;
  let saidAtMs: number | undefined;
  let movedAtMs = 0;
  let sentBytes = 0;
  let movedBytes = 0;
  /** What was sent in vain: not told yet. */
  let lostBytes = 0;
  let saidLoss = false;

  const describe = (nowMs: number, totalBytes: number): string => {
    if (lostBytes > 0) {
      return `, broken off after ${formatSize(lostBytes)}`;
    }
    if (sentBytes >= totalBytes) {
      return ", waiting for the cluster";
    }
    if (nowMs - movedAtMs >= STALL_MS) {
      return `, stalled for ${formatDuration(nowMs - movedAtMs)}`;
    }
    const bytesPerMs = speed.measure({ atMs: nowMs, movedBytes });
    const amount = { doneBytes: sentBytes, totalBytes };
    return bytesPerMs === undefined ? "" : `, ${paceOf(amount, bytesPerMs)}`;
  };

  const report = (addedBytes: number, newlyLostBytes: number): void => {
    const nowMs = clock.now();
    if (startedAtMs === undefined) {
      [startedAtMs, movedAtMs] = [nowMs, nowMs];
    }
    sentBytes += addedBytes - newlyLostBytes;
    lostBytes += newlyLostBytes;
    movedBytes += addedBytes;
    if (addedBytes > 0) {
      movedAtMs = nowMs;
    }
    if (nowMs - startedAtMs >= BURST_MS) {
      speed.add({ atMs: nowMs, movedBytes });
    }
    const wantedMs = (nowMs - startedAtMs) * INTERVAL_SHARE;
    const intervalMs = Math.min(Math.max(wantedMs, SHORTEST_INTERVAL_MS), LONGEST_INTERVAL_MS);
    // What has been said last no longer holds, and it may take a while until something is sent again.
    const isNews = newlyLostBytes > 0 && saidAtMs !== undefined && !saidLoss;
    if (nowMs - (saidAtMs ?? startedAtMs) < intervalMs && !isNews) {
      return;
    }
    saidAtMs = nowMs;
    const totalBytes = Math.round(typeof total === "number" ? total : total());
    const amount = { doneBytes: sentBytes, totalBytes };
    const sizes = sentBytes >= totalBytes ? formatSize(totalBytes) : sizesOf(amount);
    say(`[Upload] ${percentOf(amount)}${describe(nowMs, totalBytes)} (${sizes})`);
    saidLoss = lostBytes > 0;
    lostBytes = 0;
  };

  return {
    part: () => {
      let partBytes = 0;
      return (sentOfPart) => {
        const newlyLostBytes = sentOfPart < partBytes ? partBytes : 0;
        const addedBytes = sentOfPart - (partBytes - newlyLostBytes);
        partBytes = sentOfPart;
        report(addedBytes, newlyLostBytes);
      };
    },
  };
}

/** The mean speed of the last seconds. */
function createSpeedometer(): {
  add(sample: Sample): void;
  /** @returns bytes per millisecond; undefined as long as it is not known */
  measure(now: Sample): number | undefined;
} {
  let samples: Sample[] = [];
  return {
    add: (sample) => {
      const last = samples.at(-1);
      if (last === undefined || sample.atMs - last.atMs >= SAMPLE_MS) {
        samples = samples.filter(({ atMs }) => sample.atMs - atMs <= MOST_MEASURED_MS);
        samples.push(sample);
      }
    },
    measure: (now) => {
      const [first = now] = samples;
      const [lastedMs, movedBytes] = [now.atMs - first.atMs, now.movedBytes - first.movedBytes];
      return lastedMs < LEAST_MEASURED_MS || movedBytes === 0 ? undefined : movedBytes / lastedMs;
    },
  };
}
