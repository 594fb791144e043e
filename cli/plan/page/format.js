/** Counts and shares for people: as on the terminal, where there is a counterpart. */
/** @import { PlanOperation } from "../plan-document.ts" */

const COUNTS = new Intl.NumberFormat("en");

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
