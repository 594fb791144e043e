/** Times as the cluster writes them: ISO 8601, UTC, microseconds (docs/yt-http-api.md, section 7). */

/** The current time. */
export function timestampNow(): string {
  return timestamp(Date.now());
}

/** @param milliseconds since 1970; the microseconds are always zero, as JavaScript has none */
export function timestamp(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace("Z", "000Z");
}
