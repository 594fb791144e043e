/** A table with any number of rows: sorted by its heads, filtered, and drawn a page at a time. */
import { element } from "../../../common/page/dom.js";
import { formatCount } from "./format.js";
/** @import { TreeNode } from "./tree.js" */

/** Rows on a page. */
const PAGE = 50;

/**
 * A column.
 *
 * @typedef {object} Column
 * @property {string} title
 * @property {(node: TreeNode) => string | number} value what it is sorted by
 * @property {(node: TreeNode) => Node | string} content what is shown
 * @property {boolean} [isNumber] set to the right, and sorted biggest first at first
 */

/** The table. */
export class PagedTable {
  /** @type {HTMLElement} */
  #host;
  /** @type {readonly Column[]} */
  #columns;
  /** @type {readonly TreeNode[]} */
  #rows;
  /** @type {readonly TreeNode[]} */
  #found;
  /** @type {Column | undefined} */
  #sortedBy;
  #isFalling = true;
  #page = 0;
  #head = element("tr");
  #body = element("tbody");
  #pager = element("div", { class: "pager" });

  /**
   * @param {HTMLElement} host
   * @param {string} caption
   * @param {readonly Column[]} columns
   * @param {readonly TreeNode[]} rows
   * @param {Column | undefined} sortedBy biggest first
   */
  constructor(host, caption, columns, rows, sortedBy) {
    this.#host = host;
    this.#columns = columns;
    this.#rows = rows;
    this.#found = rows;
    this.#sortedBy = sortedBy;
    const table = element("table", {}, [
      element("caption", { class: "unseen" }, [caption]),
      element("thead", {}, [this.#head]),
      this.#body,
    ]);
    this.#host.append(element("div", { class: "scroll" }, [table]), this.#pager);
    this.#sort();
  }

  /**
   * Shows only some of the rows.
   *
   * @param {(node: TreeNode) => boolean} isMatch
   */
  filter(isMatch) {
    this.#found = this.#rows.filter(isMatch);
    this.#sort();
  }

  /** How many rows the filter leaves. */
  get count() {
    return this.#found.length;
  }

  #sort() {
    const { value } = this.#sortedBy ?? { value: () => 0 };
    const sign = this.#isFalling ? -1 : 1;
    this.#found = this.#found.toSorted((a, b) => sign * compare(value(a), value(b)));
    this.#page = 0;
    this.#drawHead();
    this.#drawPage();
  }

  #drawHead() {
    const cells = this.#columns.map((column) => {
      const isSorted = column === this.#sortedBy;
      const direction = this.#isFalling ? "descending" : "ascending";
      const button = element("button", { type: "button" }, [column.title]);
      button.addEventListener("click", () => this.#sortBy(column));
      return element(
        "th",
        {
          scope: "col",
          "aria-sort": isSorted ? direction : "none",
          class: column.isNumber === true ? "number" : "",
        },
        [button],
      );
    });
    const focused = [...this.#head.cells].findIndex((cell) =>
      cell.contains(document.activeElement),
    );
    this.#head.replaceChildren(...cells);
    cells[focused]?.querySelector("button")?.focus();
  }

  /** @param {Column} column */
  #sortBy(column) {
    this.#isFalling = column === this.#sortedBy ? !this.#isFalling : column.isNumber === true;
    this.#sortedBy = column;
    this.#sort();
  }

  #drawPage() {
    const start = this.#page * PAGE;
    const rows = this.#found.slice(start, start + PAGE).map((node) =>
      element(
        "tr",
        {},
        this.#columns.map(({ content, isNumber }) =>
          element("td", { class: isNumber === true ? "number" : "" }, [content(node)]),
        ),
      ),
    );
    const nothing = element("td", { class: "nothing", colspan: String(this.#columns.length) });
    nothing.append("Nothing has been found");
    this.#body.replaceChildren(...(rows.length > 0 ? rows : [element("tr", {}, [nothing])]));
    this.#drawPager(start, rows.length);
  }

  /**
   * @param {number} start
   * @param {number} length
   */
  #drawPager(start, length) {
    const total = this.#found.length;
    this.#pager.hidden = total <= PAGE;
    const turn = (
      /** @type {string} */ title,
      /** @type {number} */ by,
      /** @type {boolean} */ can,
    ) => {
      const button = element("button", { type: "button" }, [title]);
      button.disabled = !can;
      button.addEventListener("click", () => {
        this.#page += by;
        this.#drawPage();
        this.#host.scrollIntoView({ block: "nearest" });
      });
      return button;
    };
    const place = `${formatCount(start + 1)}–${formatCount(start + length)} of ${formatCount(total)}`;
    this.#pager.replaceChildren(
      turn("Previous", -1, this.#page > 0),
      element("span", { role: "status" }, [place]),
      turn("Next", 1, start + length < total),
    );
  }
}

/**
 * @param {string | number} a
 * @param {string | number} b
 * @returns {number}
 */
function compare(a, b) {
  if (typeof a === "number" && typeof b === "number") {
    return a - b;
  }
  if (a === b) {
    return 0;
  }
  return a < b ? -1 : 1;
}
