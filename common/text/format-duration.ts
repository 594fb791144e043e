/** Lengths of time for people. */

/** A length of time in its largest unit, or its two largest from an hour on: `"16 s"`, `"3 min"`, `"2 h 5 min"`. */
export function formatDuration(durationMs: number): string {
  const seconds = Math.ceil(durationMs / 1000);
  if (seconds < 100) {
    return `${seconds} s`;
  }
  const minutes = Math.ceil(seconds / 60);
  const hours = Math.floor(minutes / 60);
  return hours === 0 ? `${minutes} min` : `${hours} h ${minutes % 60} min`;
}
