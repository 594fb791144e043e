/** Which cells a treemap shows, and where: only what is big enough to see. No DOM. */
import { squarify } from "./squarify.js";
import { gatherRest } from "./tree.js";
/** @import { Rectangle } from "./squarify.js" */
/** @import { TreeNode } from "./tree.js" */

/**
 * A rectangle of the treemap, in pixels.
 *
 * @typedef {object} Cell
 * @property {TreeNode} node
 * @property {Rectangle} area
 * @property {number} depth 1 for what is directly in the node that is shown
 * @property {boolean} isOpen whether its children are drawn in it
 */

/** No more cells than this at once, however large the archive. */
export const MAX_CELLS = 1500;

/** No more children of one node than this; the others are shown as one. */
const MAX_CHILDREN = 600;

/** In square pixels; smaller ones are shown as one. */
const MIN_AREA = 48;

/** In pixels: the line with the name of an open cell. */
const TITLE_HEIGHT = 20;

/** In pixels, around what is inside an open cell. */
const PADDING = 3;

/** In pixels: a smaller cell is not worth opening. */
const MIN_OPEN = { width: 56, height: 48 };

/**
 * Lays out what is in a node. Areas of siblings are in proportion to their sizes; what has no
 * size has no cell.
 *
 * @param {TreeNode} node
 * @param {number} width in pixels
 * @param {number} height in pixels
 * @returns {readonly Cell[]} cells before the cells inside them
 */
export function layOutCells(node, width, height) {
  const cells = childCells(node, { x: 0, y: 0, width, height }, 1);
  // Breadth first: the list grows while it is iterated, so that the limit leaves out the deepest.
  for (const cell of cells) {
    const { node: parent, area, depth } = cell;
    if (parent.children.length === 0 || parent.kind === "rest") {
      continue;
    }
    if (area.width < MIN_OPEN.width || area.height < MIN_OPEN.height) {
      continue;
    }
    const inside = childCells(parent, insideOf(area), depth + 1);
    if (cells.length + inside.length > MAX_CELLS) {
      continue;
    }
    cell.isOpen = inside.length > 0;
    cells.push(...inside);
  }
  return cells;
}

/**
 * @param {TreeNode} node
 * @param {Rectangle} space
 * @param {number} depth
 * @returns {Cell[]}
 */
function childCells(node, space, depth) {
  const shown = visibleChildren(node, space.width * space.height, depth === 1);
  const areas = squarify(
    shown.map(({ sizeBytes }) => sizeBytes),
    space,
  );
  return shown.flatMap((child, index) => {
    const area = areas[index];
    return area === undefined ? [] : [{ node: child, area, depth, isOpen: false }];
  });
}

/**
 * The children that can be seen, biggest first, with the others as one. None when none can be
 * seen, so that the cell stays closed; but what is shown by itself always shows something.
 *
 * @param {TreeNode} node
 * @param {number} area in square pixels
 * @param {boolean} isOutermost
 * @returns {readonly TreeNode[]}
 */
function visibleChildren(node, area, isOutermost) {
  const children = node.children.filter(({ sizeBytes }) => sizeBytes > 0);
  const total = children.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const smallest = (MIN_AREA / area) * total;
  const visible = children.filter(({ sizeBytes }) => sizeBytes >= smallest);
  if (visible.length === 0 && !isOutermost) {
    return [];
  }
  const seen = (visible.length === 0 ? children : visible).slice(0, MAX_CHILDREN);
  const unseen = children.slice(seen.length);
  // A single one is shown by itself.
  if (unseen.length <= 1) {
    return children;
  }
  return [...seen, gatherRest(unseen, node)].toSorted((a, b) => b.sizeBytes - a.sizeBytes);
}

/**
 * @param {Rectangle} area
 * @returns {Rectangle}
 */
function insideOf({ x, y, width, height }) {
  return {
    x: x + PADDING,
    y: y + TITLE_HEIGHT,
    width: width - 2 * PADDING,
    height: height - TITLE_HEIGHT - PADDING,
  };
}
