/** From one cell of a treemap to the next with the arrow keys. No DOM. */
/** @import { Cell } from "./cells.js" */
/** @import { Rectangle } from "./squarify.js" */

/** @typedef {"left" | "right" | "up" | "down"} Direction */

/**
 * The nearest cell in a direction, of those as deep as the given one.
 *
 * @param {readonly Cell[]} cells
 * @param {Cell} cell
 * @param {Direction} direction
 * @returns {Cell | undefined}
 */
export function nearestCell(cells, cell, direction) {
  /** @type {Cell | undefined} */
  let nearest;
  let least = Infinity;
  for (const candidate of cells) {
    if (candidate === cell || candidate.depth !== cell.depth) {
      continue;
    }
    const distance = distanceTo(candidate.area, cell.area, direction);
    if (distance >= least) {
      continue;
    }
    least = distance;
    nearest = candidate;
  }
  return nearest;
}

/**
 * How far a rectangle is from another in a direction; distance across it counts more than along it.
 *
 * @param {Rectangle} to
 * @param {Rectangle} from
 * @param {Direction} direction
 * @returns {number} Infinity when it is not in that direction
 */
function distanceTo(to, from, direction) {
  const isAcross = direction === "left" || direction === "right";
  const isForward = direction === "right" || direction === "down";
  const [start, end] = isAcross
    ? [edges(from, "x"), edges(to, "x")]
    : [edges(from, "y"), edges(to, "y")];
  const away = isForward ? end.low - start.high : start.low - end.high;
  // Neighbours share an edge, within rounding errors.
  if (away < -0.5) {
    return Infinity;
  }
  const [here, there] = isAcross
    ? [edges(from, "y"), edges(to, "y")]
    : [edges(from, "x"), edges(to, "x")];
  const outOfLine = Math.max(there.low - here.middle, here.middle - there.high, 0);
  return Math.max(away, 0) + 3 * outOfLine;
}

/**
 * @param {Rectangle} rectangle
 * @param {"x" | "y"} axis
 * @returns {{ low: number, high: number, middle: number }}
 */
function edges({ x, y, width, height }, axis) {
  const [low, length] = axis === "x" ? [x, width] : [y, height];
  return { low, high: low + length, middle: low + length / 2 };
}
