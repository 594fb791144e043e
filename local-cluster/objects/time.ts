/** The current time as the cluster writes it: ISO 8601, UTC, microseconds. */
export function timestampNow(): string {
  return timestamp(Date.now());
}

/** @param milliseconds since 1970 */
export function timestamp(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace("Z", "000Z");
}
