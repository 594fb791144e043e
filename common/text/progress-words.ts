/** The words of a line that says how far some work is, and how fast it goes. */
import { formatDuration } from "./format-duration.ts";
import { formatSize } from "./format-size.ts";

/** How much of some work is done, in bytes. */
export interface Amount {
  /** More than all counts as all. */
  readonly doneBytes: number;
  readonly totalBytes: number;
}

/** `38 %`: never 100 % before all is done. */
export function percentOf({ doneBytes, totalBytes }: Amount): string {
  return `${Math.floor((Math.min(doneBytes, totalBytes) / totalBytes) * 100)} %`;
}

/** `108.7 MiB of 286.1 MiB` */
export function sizesOf({ doneBytes, totalBytes }: Amount): string {
  return `${formatSize(Math.min(doneBytes, totalBytes))} of ${formatSize(totalBytes)}`;
}

/** `11.4 MiB/s, 15 s left`, if it goes on as it went. */
export function paceOf({ doneBytes, totalBytes }: Amount, bytesPerMs: number): string {
  const speed = formatSize(Math.round(bytesPerMs * 1000));
  return `${speed}/s, ${formatDuration((totalBytes - doneBytes) / bytesPerMs)} left`;
}
