/** Lines for the user about a publication, in the words that the documentation quotes. */
import { formatSize } from "../../common/text/format-size.ts";
import type { Clock } from "../yt/index.ts";

/** Transfers of up to so many bytes report no progress: they are over in a moment. */
const UNREPORTED_BYTES = 8 * 1024 * 1024;
const PROGRESS_STEP = 0.1;
const PROGRESS_INTERVAL_MS = 5000;

/** The last line of a publication. */
export function formatSuccess(published: {
  readonly sizeBytes: number;
  readonly bytesSent: number;
  readonly partsReused: number;
  readonly partCount: number;
}): string {
  const { sizeBytes, bytesSent, partsReused, partCount } = published;
  return (
    `[Upload] Code uploaded successfully: ${formatSize(sizeBytes)}, ` +
    `${partsReused} of ${partCount} parts reused, ${formatSize(bytesSent)} sent`
  );
}

/** How many parts have the same digest as before. */
export function countReusedParts(
  parts: Readonly<Record<string, string>>,
  before: Readonly<Record<string, string>>,
): number {
  return Object.entries(parts).filter(([key, digest]) => before[key] === digest).length;
}

/**
 * Reports how far a long upload is: every 10 percent or 5 seconds, whichever comes first.
 *
 * @returns takes the number of bytes sent so far
 */
export function createProgressReporter(
  totalBytes: number,
  log: (line: string) => void,
  clock: Clock,
): (sentBytes: number) => void {
  if (totalBytes <= UNREPORTED_BYTES) {
    return () => undefined;
  }
  let reported = { share: 0, atMs: clock.now() };
  return (sentBytes) => {
    const share = sentBytes / totalBytes;
    const atMs = clock.now();
    if (share < reported.share) {
      // The transfer has started again.
      reported = { share: 0, atMs };
    }
    if (share - reported.share >= PROGRESS_STEP || atMs - reported.atMs >= PROGRESS_INTERVAL_MS) {
      reported = { share, atMs };
      const percent = Math.floor(share * 100);
      log(`[Upload] ${formatSize(sentBytes)} of ${formatSize(totalBytes)} sent (${percent} %)`);
    }
  };
}
