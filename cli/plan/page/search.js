/** Which files a search finds, and what holds them. No DOM. */
import { filesOf, pathTo } from "./tree.js";
/** @import { TreeNode } from "./tree.js" */

/**
 * What a search has found.
 *
 * @typedef {object} Found
 * @property {(node: TreeNode) => boolean} isMatch whether a node is found, or holds what is
 * @property {number} fileCount
 * @property {number} sizeBytes
 */

/**
 * Finds files whose paths hold every word of a query, in either case. An empty query finds all.
 *
 * @param {TreeNode} archive
 * @param {string} query
 * @returns {Found}
 */
export function search(archive, query) {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  const { fileCount, sizeBytes } = archive;
  if (words.length === 0) {
    return { isMatch: () => true, fileCount, sizeBytes };
  }
  const files = filesOf(archive).filter(({ kind, name, path }) => {
    // A part that is one file is found by its key as well: "./words.txt".
    const text = (kind === "part" ? `${name} ${path}` : path).toLowerCase();
    return words.every((word) => text.includes(word));
  });
  /** @type {Set<TreeNode>} */
  const holders = new Set(files.flatMap(pathTo));
  return {
    isMatch: (node) =>
      holders.has(node) ||
      (node.kind === "rest" && node.children.some((child) => holders.has(child))),
    fileCount: files.length,
    sizeBytes: files.reduce((sum, file) => sum + file.sizeBytes, 0),
  };
}
