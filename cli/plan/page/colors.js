/** Which colour a cell has: the ten biggest groups have one each, all others share a grey. */
/** @import { TreeNode } from "./tree.js" */
import { filesOf } from "./tree.js";

/** How many colours there are beside grey, which is 0. */
const COLOR_COUNT = 10;

/**
 * What cells are coloured by.
 *
 * @typedef {"part" | "type"} ColorBy
 */

/**
 * A group that has a colour.
 *
 * @typedef {object} ColorGroup
 * @property {string} name
 * @property {number} color from 1; 0 is grey
 * @property {number} sizeBytes
 */

/**
 * The colours of an archive, by parts or by types of files.
 *
 * @typedef {object} Coloring
 * @property {(node: TreeNode) => number} colorOf
 * @property {readonly ColorGroup[]} groups those with a colour, biggest first; the others as one
 */

/**
 * @param {TreeNode} archive
 * @param {ColorBy} colorBy
 * @returns {Coloring}
 */
export function colorArchive(archive, colorBy) {
  const groupOf = colorBy === "part" ? partOf : typeOf;
  const sizes = sizesBy(filesOf(archive), groupOf);
  const ranked = [...sizes].toSorted(([, a], [, b]) => b - a);
  const colors = new Map(ranked.slice(0, COLOR_COUNT).map(([name], index) => [name, index + 1]));
  /** @type {WeakMap<TreeNode, number>} */
  const known = new WeakMap();
  const colorOf = (/** @type {TreeNode} */ node) => {
    const color = known.get(node) ?? colors.get(mainGroup(node, groupOf)) ?? 0;
    known.set(node, color);
    return color;
  };
  const groups = ranked
    .slice(0, COLOR_COUNT)
    .map(([name, sizeBytes], index) => ({ name, color: index + 1, sizeBytes }));
  const others = ranked.slice(COLOR_COUNT);
  if (others.length === 0) {
    return { colorOf, groups };
  }
  const sizeBytes = others.reduce((sum, [, size]) => sum + size, 0);
  return { colorOf, groups: [...groups, { name: `${others.length} others`, color: 0, sizeBytes }] };
}

/**
 * The group that most of a node belongs to.
 *
 * @param {TreeNode} node
 * @param {(node: TreeNode) => string} groupOf
 * @returns {string}
 */
function mainGroup(node, groupOf) {
  if (node.file !== undefined) {
    return groupOf(node);
  }
  if (node.part !== undefined && groupOf === partOf) {
    return groupOf(node);
  }
  const [main] = [...sizesBy(filesOf(node), groupOf)].toSorted(([, a], [, b]) => b - a);
  return main?.[0] ?? "";
}

/**
 * @param {readonly TreeNode[]} files
 * @param {(node: TreeNode) => string} groupOf
 * @returns {ReadonlyMap<string, number>}
 */
function sizesBy(files, groupOf) {
  /** @type {Map<string, number>} */
  const sizes = new Map();
  for (const file of files) {
    const group = groupOf(file);
    sizes.set(group, (sizes.get(group) ?? 0) + file.sizeBytes);
  }
  return sizes;
}

/**
 * @param {TreeNode} node
 * @returns {string}
 */
function partOf({ part }) {
  return part?.key ?? "";
}

/**
 * A file's type by its name: `".py"`.
 *
 * @param {TreeNode} node
 * @returns {string}
 */
export function typeOf({ path }) {
  const extension = /[^/](\.[A-Za-z0-9_+-]{1,12})$/.exec(path)?.[1];
  return extension?.toLowerCase() ?? "no extension";
}
