/** Sizes, counts and shares for people: as on the terminal, where there is a counterpart. */
/** @import { PlanOperation } from "../plan-document.ts" */

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];

const COUNTS = new Intl.NumberFormat("en");

/**
 * A size with its unit, in powers of 1024: `"4.1 KiB"`.
 *
 * @param {number} sizeBytes
 * @returns {string}
 */
export function formatSize(sizeBytes) {
  const exponent = Math.min(
    Math.floor(Math.log(Math.max(sizeBytes, 1)) / Math.log(1024)),
    UNITS.length - 1,
  );
  const value = sizeBytes / 1024 ** exponent;
  return `${exponent === 0 ? value : value.toFixed(1)} ${UNITS[exponent]}`;
}

/**
 * A part of a whole: `"42%"`, `"<1%"` when there is some but little, `"0%"` when none.
 *
 * @param {number} part
 * @param {number} whole
 * @returns {string}
 */
export function formatShare(part, whole) {
  if (part === 0 || whole === 0) {
    return "0%";
  }
  const percent = (100 * part) / whole;
  return percent < 1 ? "<1%" : `${Math.floor(percent)}%`;
}

/**
 * A number with its digits in groups: `"10,000"`.
 *
 * @param {number} count
 * @returns {string}
 */
export function formatCount(count) {
  return COUNTS.format(count);
}

/**
 * A number of things: `"1 file"`, `"10,000 files"`.
 *
 * @param {number} count
 * @param {string} one the word for one of them
 * @returns {string}
 */
export function formatThings(count, one) {
  return `${formatCount(count)} ${one}${count === 1 ? "" : "s"}`;
}

/**
 * An operation: `"train (map)"`, and with the script when its name is not the operation's own:
 * `"train (map: score.py)"`.
 *
 * @param {PlanOperation} operation
 * @returns {string}
 */
export function formatRun({ stage, operation, entryPoint }) {
  const script = entryPoint.slice(`stages/${stage}/src/`.length);
  const isOrdinary = ["mapper.py", "vanilla.py", "reducer.py"].includes(script);
  return `${stage} (${operation}${isOrdinary ? "" : `: ${script}`})`;
}
