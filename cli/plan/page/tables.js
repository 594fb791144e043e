/** The tables behind the treemap: parts, folders and files, one at a time. */
import { fileColumns, folderColumns, partColumns, SIZE } from "./columns.js";
import { byId, element } from "../../../common/page/dom.js";
import { formatCount } from "./format.js";
import { PagedTable } from "./table.js";
import { nodesBelow } from "./tree.js";
/** @import { ColumnOptions } from "./columns.js" */
/** @import { Column } from "./table.js" */
/** @import { TreeNode } from "./tree.js" */

/**
 * A table with its tab.
 *
 * @typedef {object} Tab
 * @property {string} title
 * @property {HTMLElement} tab
 * @property {HTMLElement} panel
 * @property {PagedTable} table
 */

/** The three tables and their tabs. */
export class Tables {
  /** @type {readonly Tab[]} */
  #all;

  /**
   * @param {TreeNode} archive
   * @param {ColumnOptions} options
   */
  constructor(archive, options) {
    const nodes = [...nodesBelow(archive)];
    const parts = nodes.filter((node) => node.kind === "part");
    const folders = nodes.filter((node) => node.kind === "folder");
    const files = nodes.filter((node) => node.file !== undefined);
    this.#all = [
      makeTab("Parts", partColumns(options), parts),
      makeTab("Folders", folderColumns(options), folders),
      makeTab("Files", fileColumns(options), files),
    ];
    for (const [index, { tab, panel }] of this.#all.entries()) {
      tab.addEventListener("click", () => this.#choose(index));
      byId("tabs").append(tab);
      byId("panels").append(panel);
    }
    byId("tabs").addEventListener("keydown", (event) => this.#key(event));
    this.#choose(0);
    this.#count();
  }

  /**
   * Shows only what a search has found.
   *
   * @param {(node: TreeNode) => boolean} isMatch
   */
  filter(isMatch) {
    for (const { table } of this.#all) {
      table.filter(isMatch);
    }
    this.#count();
  }

  /** @param {number} chosen */
  #choose(chosen) {
    for (const [index, { tab, panel }] of this.#all.entries()) {
      const isChosen = index === chosen;
      tab.setAttribute("aria-selected", String(isChosen));
      tab.tabIndex = isChosen ? 0 : -1;
      panel.hidden = !isChosen;
    }
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const focused = this.#all.findIndex(({ tab }) => tab === event.target);
    if (step === undefined || focused === -1) {
      return;
    }
    const next = (focused + step + this.#all.length) % this.#all.length;
    this.#choose(next);
    this.#all[next]?.tab.focus();
    event.preventDefault();
  }

  #count() {
    for (const { tab, table, title } of this.#all) {
      tab.replaceChildren(title, element("span", { class: "count" }, [formatCount(table.count)]));
    }
  }
}

/**
 * @param {string} title
 * @param {readonly Column[]} columns
 * @param {readonly TreeNode[]} rows
 * @returns {Tab}
 */
function makeTab(title, columns, rows) {
  const [tabId, panelId] = [`tab-${title.toLowerCase()}`, `panel-${title.toLowerCase()}`];
  const tab = element("button", {
    type: "button",
    role: "tab",
    id: tabId,
    "aria-controls": panelId,
  });
  const panel = element("div", { role: "tabpanel", id: panelId, "aria-labelledby": tabId });
  return { title, tab, panel, table: new PagedTable(panel, title, columns, rows, SIZE) };
}
