/** The treemap on the page: draws cells, and turns clicks and keys into requests to zoom. */
import { layOutCells } from "./cells.js";
import { element, shownName } from "../../../common/page/dom.js";
import { formatSize } from "../../../common/page/format-size.js";
import { nearestCell } from "./neighbours.js";
import { describe } from "./tooltip.js";
import { pathTo } from "./tree.js";
/** @import { Cell } from "./cells.js" */
/** @import { Direction } from "./neighbours.js" */
/** @import { Rectangle } from "./squarify.js" */
/** @import { Tooltip } from "./tooltip.js" */
/** @import { TreeNode } from "./tree.js" */

/**
 * What a treemap needs to know.
 *
 * @typedef {object} TreemapOptions
 * @property {HTMLElement} host
 * @property {Tooltip} tooltip
 * @property {number} totalBytes of the archive
 * @property {(node: TreeNode) => number} colorOf
 * @property {(node: TreeNode) => boolean} isMatch whether the search has found it, or in it
 * @property {(node: TreeNode) => void} onZoom called with the node to show next
 * @property {(node: TreeNode) => void} onSelect called with the node that has the focus
 */

/** In pixels: smaller cells have no text. */
const MIN_NAME = { width: 42, height: 18 };

/** In pixels: smaller cells do not show their size, which is under the name, or beside it when open. */
const MIN_SIZE = { closed: { width: 62, height: 36 }, open: { width: 130, height: 0 } };

/** In milliseconds. */
const ZOOM_DURATION = 220;

/** @type {Readonly<Record<string, Direction>>} */
const ARROWS = { ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down" };

/** The treemap. */
export class Treemap {
  /** @type {TreemapOptions} */
  #options;
  /** @type {readonly Cell[]} */
  #cells = [];
  /** @type {HTMLElement[]} */
  #buttons = [];
  /** The layer inside the host that is animated. */
  #layer = element("div", { class: "layer", role: "presentation" });
  /** @type {TreeNode} */
  #shown;

  /**
   * @param {TreeNode} archive
   * @param {TreemapOptions} options
   */
  constructor(archive, options) {
    this.#options = options;
    this.#shown = archive;
    const { host, tooltip } = options;
    host.append(this.#layer);
    host.addEventListener("click", (event) => this.#click(event));
    host.addEventListener("keydown", (event) => this.#key(event));
    host.addEventListener("pointermove", (event) => this.#hover(event));
    host.addEventListener("pointerleave", () => tooltip.hide());
    host.addEventListener("focusin", (event) => this.#focus(event));
    host.addEventListener("focusout", () => tooltip.hide());
    let width = 0;
    new ResizeObserver(() => {
      if (host.clientWidth === width) {
        return;
      }
      width = host.clientWidth;
      this.draw();
    }).observe(host);
  }

  /**
   * Shows a node, with a movement from or to where it was a cell.
   *
   * @param {TreeNode} node
   */
  show(node) {
    const before = this.#shown;
    const from = this.#areaOf(node);
    const hadFocus = this.#options.host.contains(document.activeElement);
    this.#shown = node;
    this.draw();
    const to = this.#areaOf(before);
    this.#move(from, to);
    if (hadFocus) {
      this.#focusOn(this.#cells.findIndex((cell) => cell.node === before));
    }
  }

  /** Draws everything again: the window or the colours have changed. */
  draw() {
    const { host, tooltip } = this.#options;
    tooltip.hide();
    this.#cells = layOutCells(this.#shown, host.clientWidth, host.clientHeight);
    this.#buttons = this.#cells.map((cell, index) => this.#button(cell, index));
    this.#layer.replaceChildren(...this.#buttons);
    this.dim();
  }

  /** Dims what the search has not found. */
  dim() {
    for (const [index, { node }] of this.#cells.entries()) {
      this.#buttons[index]?.classList.toggle("dimmed", !this.#options.isMatch(node));
    }
  }

  /**
   * @param {Cell} cell
   * @param {number} index
   * @returns {HTMLElement}
   */
  #button({ node, area, isOpen }, index) {
    const button = element("button", {
      type: "button",
      class: `cell ${isOpen ? "open" : "closed"} ${node.kind} color-${this.#options.colorOf(node)}`,
      "data-index": String(index),
      "aria-label": describe(node, this.#options.totalBytes),
      tabindex: index === 0 ? "0" : "-1",
    });
    place(button, area);
    if (!fits(area, MIN_NAME)) {
      return button;
    }
    button.append(element("span", { class: "name" }, [shownName(node.name)]));
    if (fits(area, isOpen ? MIN_SIZE.open : MIN_SIZE.closed)) {
      button.append(element("span", { class: "size" }, [formatSize(node.sizeBytes)]));
    }
    return button;
  }

  /** @param {Event} event */
  #click(event) {
    const cell = this.#cellAt(event);
    if (cell === undefined) {
      return;
    }
    const target = cell.node.children.length > 0 ? cell.node : cell.node.parent;
    if (target !== undefined && !pathTo(this.#shown).includes(target)) {
      this.#options.onZoom(target);
    }
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const direction = ARROWS[event.key];
    if (event.altKey || event.ctrlKey || event.metaKey) {
      return;
    }
    if (direction !== undefined) {
      const cell = this.#cellAt(event);
      const next = cell && nearestCell(this.#cells, cell, direction);
      if (next !== undefined) {
        this.#focusOn(this.#cells.indexOf(next));
      }
    } else if (event.key === "Escape" || event.key === "Backspace") {
      if (this.#shown.parent !== undefined) {
        this.#options.onZoom(this.#shown.parent);
      }
    } else if (event.key === "Home") {
      this.#focusOn(0);
    } else {
      return;
    }
    event.preventDefault();
  }

  /** @param {PointerEvent} event */
  #hover(event) {
    const cell = this.#cellAt(event);
    if (cell === undefined) {
      this.#options.tooltip.hide();
    } else {
      this.#options.tooltip.show(cell.node, event.clientX, event.clientY);
    }
  }

  /** @param {FocusEvent} event */
  #focus(event) {
    const cell = this.#cellAt(event);
    if (cell === undefined) {
      return;
    }
    for (const button of this.#buttons) {
      button.tabIndex = button === event.target ? 0 : -1;
    }
    this.#options.onSelect(cell.node);
    const button = this.#buttons[this.#cells.indexOf(cell)];
    // A click shows it at the pointer already.
    if (button === undefined || !button.matches(":focus-visible")) {
      return;
    }
    const { left, bottom } = button.getBoundingClientRect();
    this.#options.tooltip.show(cell.node, left, bottom);
  }

  /**
   * @param {Event} event
   * @returns {Cell | undefined}
   */
  #cellAt(event) {
    const button = event.target instanceof Element ? event.target.closest("[data-index]") : null;
    return button === null ? undefined : this.#cells[Number(button.getAttribute("data-index"))];
  }

  /** @param {number} index */
  #focusOn(index) {
    this.#buttons[Math.max(index, 0)]?.focus();
  }

  /**
   * @param {TreeNode} node
   * @returns {Rectangle | undefined}
   */
  #areaOf(node) {
    return this.#cells.find((cell) => cell.node === node)?.area;
  }

  /**
   * @param {Rectangle | undefined} from where what is shown now was a cell: it grows out of that
   * @param {Rectangle | undefined} to where what was shown before is a cell now: all comes back around it
   */
  #move(from, to) {
    const area = from ?? to;
    if (area === undefined || matchMedia("(prefers-reduced-motion: reduce)").matches) {
      return;
    }
    const { host } = this.#options;
    const [scaleX, scaleY] = [area.width / host.clientWidth, area.height / host.clientHeight];
    const [x, y] = [area.x, area.y];
    const transform =
      from === undefined
        ? `scale(${1 / scaleX}, ${1 / scaleY}) translate(${-x}px, ${-y}px)`
        : `translate(${x}px, ${y}px) scale(${scaleX}, ${scaleY})`;
    const timing = { duration: ZOOM_DURATION, easing: "cubic-bezier(.2, .7, .2, 1)" };
    const frames = [
      { transform, opacity: 0.4 },
      { transform: "none", opacity: 1 },
    ];
    this.#layer.animate(frames, timing);
  }
}

/**
 * @param {Rectangle} area
 * @param {{ width: number, height: number }} least
 */
function fits(area, least) {
  return area.width >= least.width && area.height >= least.height;
}

/**
 * @param {HTMLElement} button
 * @param {Rectangle} area
 */
function place(button, { x, y, width, height }) {
  button.style.left = `${x}px`;
  button.style.top = `${y}px`;
  button.style.width = `${width}px`;
  button.style.height = `${height}px`;
}
