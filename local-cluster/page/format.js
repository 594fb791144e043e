/** Times and values for people. */
import { textOf } from "./api.js";

/**
 * A time of the cluster's, which is in UTC: `"2026-11-26 20:15:03"`.
 *
 * @param {unknown} time ISO 8601
 * @returns {string}
 */
export function formatTime(time) {
  return typeof time === "string" ? time.slice(0, 19).replace("T", " ") : "";
}

/**
 * A value in one or more lines: a text as it is, anything else as JSON.
 *
 * @param {unknown} value
 * @returns {string}
 */
export function formatValue(value) {
  return typeof value === "string" ? textOf(value) : JSON.stringify(inUtf8(value), undefined, 2);
}

/**
 * A value with all its byte strings as text.
 *
 * @param {unknown} value
 * @returns {unknown}
 */
function inUtf8(value) {
  if (typeof value === "string") {
    return textOf(value);
  }
  if (Array.isArray(value)) {
    return value.map(inUtf8);
  }
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [textOf(key), inUtf8(item)]),
    );
  }
  return value;
}
