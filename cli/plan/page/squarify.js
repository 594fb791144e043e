/**
 * Divides a rectangle into rectangles of given areas, each as close to a square as may be: the
 * algorithm of Bruls, Huizing and van Wijk, "Squarified Treemaps" (2000). Pure arithmetic.
 */

/**
 * @typedef {object} Rectangle
 * @property {number} x left edge
 * @property {number} y upper edge
 * @property {number} width
 * @property {number} height
 */

/**
 * Divides a rectangle in proportion to sizes.
 *
 * Rows are laid along the shorter side of what is left; a row takes further items as long as the
 * longest of its rectangles gets no longer.
 *
 * @param {readonly number[]} sizes not negative, biggest first
 * @param {Rectangle} rectangle
 * @returns {Rectangle[]} one for each size, in the same order; those of size 0 have no area
 */
export function squarify(sizes, rectangle) {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const scale = total === 0 ? 0 : (rectangle.width * rectangle.height) / total;
  const areas = sizes.map((size) => size * scale);
  /** @type {Rectangle[]} */
  const placed = [];
  let left = rectangle;
  while (placed.length < areas.length) {
    const row = takeRow(areas, placed.length, Math.min(left.width, left.height));
    left = placeRow(row, left, placed);
  }
  return placed;
}

/**
 * The areas of the next row.
 *
 * @param {readonly number[]} areas
 * @param {number} start
 * @param {number} side length of the row
 * @returns {readonly number[]}
 */
function takeRow(areas, start, side) {
  const first = areas[start] ?? 0;
  let sum = first;
  let worst = longest(first, first, sum, side);
  let end = start + 1;
  while (end < areas.length) {
    const area = areas[end] ?? 0;
    const next = longest(first, area, sum + area, side);
    if (next > worst) {
      break;
    }
    worst = next;
    sum += area;
    end += 1;
  }
  return areas.slice(start, end);
}

/**
 * The worst ratio of sides in a row of which the biggest and the smallest area are known.
 *
 * @param {number} biggest
 * @param {number} smallest
 * @param {number} sum of the row's areas
 * @param {number} side length of the row
 * @returns {number} 1 for a square, more for anything else
 */
function longest(biggest, smallest, sum, side) {
  // A row of nothing takes all the rest that has no area either.
  if (sum === 0 || side === 0) {
    return 1;
  }
  if (smallest === 0) {
    return Infinity;
  }
  const thickness = sum / side;
  return Math.max(biggest / thickness ** 2, thickness ** 2 / smallest);
}

/**
 * Lays a row along the shorter side.
 *
 * @param {readonly number[]} row
 * @param {Rectangle} space
 * @param {Rectangle[]} placed takes the rectangles
 * @returns {Rectangle} what is left of the space
 */
function placeRow(row, space, placed) {
  const { x, y, width, height } = space;
  const sum = row.reduce((total, area) => total + area, 0);
  const isColumn = width >= height;
  const side = isColumn ? height : width;
  const thickness = side === 0 ? 0 : Math.min(sum / side, isColumn ? width : height);
  let offset = 0;
  for (const area of row) {
    const length = thickness === 0 ? 0 : area / thickness;
    placed.push(
      isColumn
        ? { x, y: y + offset, width: thickness, height: length }
        : { x: x + offset, y, width: length, height: thickness },
    );
    offset += length;
  }
  return isColumn
    ? { x: x + thickness, y, width: width - thickness, height }
    : { x, y: y + thickness, width, height: height - thickness };
}
