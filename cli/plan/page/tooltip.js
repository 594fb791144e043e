/** The box with a cell's facts, beside the pointer or the cell that has the focus. */
import { element, shownName } from "../../../common/page/dom.js";
import { formatSize } from "../../../common/page/format-size.js";
import { formatShare, formatThings } from "./format.js";
/** @import { TreeNode } from "./tree.js" */

/** In pixels, between the pointer and the box. */
const DISTANCE = 14;

/**
 * A node in one line, also for screen readers.
 *
 * @param {TreeNode} node
 * @param {number} totalBytes of the archive
 * @returns {string}
 */
export function describe(node, totalBytes) {
  const files = node.file === undefined ? [formatThings(node.fileCount, "file")] : [];
  const share = `${formatShare(node.sizeBytes, totalBytes)} of the archive`;
  return [nameOf(node), formatSize(node.sizeBytes), share, ...files].join(", ");
}

/**
 * A node's place and name for people.
 *
 * @param {TreeNode} node
 * @returns {string}
 */
export function nameOf(node) {
  if (node.kind === "rest") {
    return `${node.name} in ${shownName(node.parent?.path || "the archive")}`;
  }
  return shownName(node.kind === "part" || node.path === "" ? node.name : node.path);
}

/** The box. */
export class Tooltip {
  /** @type {HTMLElement} */
  #box;
  /** @type {number} */
  #totalBytes;

  /**
   * @param {HTMLElement} box
   * @param {number} totalBytes of the archive
   */
  constructor(box, totalBytes) {
    this.#box = box;
    this.#totalBytes = totalBytes;
  }

  /**
   * @param {TreeNode} node
   * @param {number} x in the window
   * @param {number} y in the window
   */
  show(node, x, y) {
    const facts = [
      formatSize(node.sizeBytes),
      `${formatShare(node.sizeBytes, this.#totalBytes)} of the archive`,
    ];
    const { parent } = node;
    if (parent?.parent !== undefined) {
      facts.push(`${formatShare(node.sizeBytes, parent.sizeBytes)} of ${shownName(parent.name)}`);
    }
    if (node.file === undefined) {
      facts.push(formatThings(node.fileCount, "file"));
    }
    if (node.file?.mode === "0755") {
      facts.push("executable");
    }
    this.#box.replaceChildren(
      element("strong", {}, [nameOf(node)]),
      element("span", {}, [facts.join(" · ")]),
    );
    this.#box.hidden = false;
    const { width, height } = this.#box.getBoundingClientRect();
    const left = x + DISTANCE + width > innerWidth ? x - DISTANCE - width : x + DISTANCE;
    const top = y + DISTANCE + height > innerHeight ? y - DISTANCE - height : y + DISTANCE;
    this.#box.style.left = `${Math.max(left, 4)}px`;
    this.#box.style.top = `${Math.max(top, 4)}px`;
  }

  hide() {
    this.#box.hidden = true;
  }
}
