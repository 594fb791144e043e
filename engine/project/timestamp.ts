/**
 * Dates and times in YAML, as the Pulumi CLI takes them: its YAML library (gopkg.in/yaml.v3, resolve.go) makes
 * moments of them, and what a program gets is how Go writes a moment, not what stands in the file.
 */

/** A moment, as it was written: in a time zone of its own. */
export interface Timestamp {
  /** `2024-01-31`. */
  readonly date: string;
  /** `10:20:30`, or with a fraction that does not end with a zero: `10:20:30.25`. */
  readonly time: string;
  /** `+00:00`. */
  readonly offset: string;
}

const ZONED =
  /^(\d{4})-(\d{1,2})-(\d{1,2})[Tt](\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,](\d+))?(?:Z|([+-])(\d\d):(\d\d))$/;
const UNZONED = /^(\d{4})-(\d{1,2})-(\d{1,2})(?: (\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,](\d+))?)?$/;

/**
 * Reads a plain scalar.
 *
 * @returns undefined when it is no moment
 */
export function parseTimestamp(text: string): Timestamp | undefined {
  const match = ZONED.exec(text) ?? UNZONED.exec(text);
  if (match === null) {
    return undefined;
  }
  const [, year = "", month = "", day = "", hour = "0", minute = "0", second = "0"] = match;
  const [fraction = "", sign = "+", zoneHour = "00", zoneMinute = "00"] = match.slice(7);
  const isInRange =
    isDay(Number(year), Number(month), Number(day)) &&
    Number(hour) < 24 &&
    Number(minute) < 60 &&
    Number(second) < 60 &&
    Number(zoneHour) <= 24 &&
    Number(zoneMinute) < 60;
  if (!isInRange) {
    return undefined;
  }
  const digits = fraction.slice(0, 9).replace(/0+$/, "");
  return {
    date: [year, twoDigits(month), twoDigits(day)].join("-"),
    time: [hour, minute, second].map(twoDigits).join(":") + (digits === "" ? "" : `.${digits}`),
    offset:
      zoneHour === "00" && zoneMinute === "00" ? "+00:00" : `${sign}${zoneHour}:${zoneMinute}`,
  };
}

/** As Go's `time.Time` shows itself, where the machine's own zone has no name for the offset. */
export function describeTimestamp({ date, time, offset }: Timestamp): string {
  const zone = offset.replace(":", "");
  return `${date} ${time} ${zone} ${zone === "+0000" ? "UTC" : zone}`;
}

/** As RFC 3339 has it, which is how Go writes a moment in JSON. */
export function formatTimestamp({ date, time, offset }: Timestamp): string {
  return `${date}T${time}${offset === "+00:00" ? "Z" : offset}`;
}

function twoDigits(text: string): string {
  return text.padStart(2, "0");
}

function isDay(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) {
    return false;
  }
  const date = new Date(Date.UTC(2000, month - 1, day));
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1;
}
