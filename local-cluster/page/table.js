/** Tables of the page. */
import { element } from "../../common/page/dom.js";

/**
 * A section with a table under its heading.
 *
 * @param {string} title
 * @param {readonly string[]} columns a column whose head begins with "#" is of numbers
 * @param {readonly (readonly (Node | string)[])[]} rows
 * @param {string} empty what to say when there is no row
 * @returns {HTMLElement}
 */
export function tableSection(title, columns, rows, empty) {
  const section = element("section", {}, [element("h2", {}, [title])]);
  if (rows.length === 0) {
    section.append(element("p", { class: "note" }, [empty]));
    return section;
  }
  const classes = columns.map((column) => (column.startsWith("#") ? "number" : ""));
  const heads = columns.map((column, index) =>
    element("th", { scope: "col", class: classes[index] ?? "" }, [column.replace(/^#/, "")]),
  );
  const lines = rows.map((row) =>
    element(
      "tr",
      {},
      row.map((cell, index) => element("td", { class: classes[index] ?? "" }, [cell])),
    ),
  );
  // A table that is wider than the window scrolls by itself, also by the keyboard.
  section.append(
    element("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": title }, [
      element("table", {}, [
        element("thead", {}, [element("tr", {}, heads)]),
        element("tbody", {}, lines),
      ]),
    ]),
  );
  return section;
}

/**
 * A short word in a frame, such as "live".
 *
 * @param {string} text
 * @param {string} [kind]
 * @returns {HTMLElement}
 */
export function badge(text, kind = "") {
  return element("span", { class: `badge ${kind}` }, [text]);
}
