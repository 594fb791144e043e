/** The columns of the tables. */
import { typeOf } from "./colors.js";
import { element, shownName } from "../../../common/page/dom.js";
import { formatSize } from "../../../common/page/format-size.js";
import { formatCount, formatShare } from "./format.js";
/** @import { Column } from "./table.js" */
/** @import { TreeNode } from "./tree.js" */

/** How many digits of a digest are shown: as on the terminal. */
const SHORT_DIGEST = 12;

/**
 * What the columns need to know.
 *
 * @typedef {object} ColumnOptions
 * @property {number} totalBytes of the archive
 * @property {(node: TreeNode) => void} onShow called with a node whose name was chosen
 * @property {(part: string) => readonly string[]} warningsOf the messages about a part, by its key
 */

/**
 * The columns of the table of parts.
 *
 * @param {ColumnOptions} options
 * @returns {readonly Column[]}
 */
export function partColumns(options) {
  const { warningsOf } = options;
  const name = nameColumn("Part", ({ part }) => part?.key ?? "", options);
  const kind = textColumn("Made from", ({ part }) => (part?.kind ?? "").replace("-", " "));
  const digest = digestColumn(({ part }) => part?.digest ?? "");
  /** @type {Column} */
  const marked = {
    ...name,
    content: (node) => {
      const messages = warningsOf(node.name);
      if (messages.length === 0) {
        return name.content(node);
      }
      const mark = element(
        "span",
        {
          class: "mark",
          role: "img",
          title: messages.join("\n"),
          "aria-label": `Worth a look: ${messages.join("; ")}`,
        },
        ["!"],
      );
      return element("span", {}, [name.content(node), " ", mark]);
    },
  };
  return [marked, kind, FILES, SIZE, shareColumn(options), digest];
}

/**
 * The columns of the table of folders.
 *
 * @param {ColumnOptions} options
 * @returns {readonly Column[]}
 */
export function folderColumns(options) {
  const name = nameColumn("Folder", ({ path }) => path, options);
  return [name, FILES, SIZE, shareColumn(options)];
}

/**
 * The columns of the table of files.
 *
 * @param {ColumnOptions} options
 * @returns {readonly Column[]}
 */
export function fileColumns(options) {
  const name = nameColumn("File", ({ path }) => path, options);
  const mode = textColumn("Mode", ({ file }) => file?.mode ?? "");
  const digest = digestColumn(({ file }) => file?.sha256 ?? "");
  return [name, textColumn("Type", typeOf), mode, SIZE, shareColumn(options), digest];
}

/** @type {Column} */
const FILES = {
  title: "Files",
  value: ({ fileCount }) => fileCount,
  content: ({ fileCount }) => formatCount(fileCount),
  isNumber: true,
};

/**
 * The column that tables are sorted by at first.
 *
 * @type {Column}
 */
export const SIZE = {
  title: "Size",
  value: ({ sizeBytes }) => sizeBytes,
  content: ({ sizeBytes }) => formatSize(sizeBytes),
  isNumber: true,
};

/**
 * @param {string} title
 * @param {(node: TreeNode) => string} textOf
 * @param {ColumnOptions} options
 * @returns {Column}
 */
function nameColumn(title, textOf, { onShow }) {
  return {
    title,
    value: textOf,
    content: (node) => {
      const content = [shownName(textOf(node))];
      const button = element("button", { type: "button", class: "link" }, content);
      button.addEventListener("click", () => onShow(node));
      return button;
    },
  };
}

/**
 * @param {string} title
 * @param {(node: TreeNode) => string} textOf
 * @returns {Column}
 */
function textColumn(title, textOf) {
  return { title, value: textOf, content: textOf };
}

/**
 * @param {(node: TreeNode) => string} digestOf
 * @returns {Column}
 */
function digestColumn(digestOf) {
  return {
    title: "Digest",
    value: digestOf,
    content: (node) => {
      const digest = digestOf(node);
      return element("code", { title: digest }, [digest.slice(0, SHORT_DIGEST)]);
    },
  };
}

/**
 * @param {ColumnOptions} options
 * @returns {Column}
 */
function shareColumn({ totalBytes }) {
  return {
    title: "Share",
    value: ({ sizeBytes }) => sizeBytes,
    content: ({ sizeBytes }) => {
      const fill = element("span", { class: "fill" });
      fill.style.width = `${totalBytes === 0 ? 0 : (100 * sizeBytes) / totalBytes}%`;
      const bar = element("span", { class: "bar", "aria-hidden": "true" }, [fill]);
      return element("span", { class: "share" }, [bar, formatShare(sizeBytes, totalBytes)]);
    },
    isNumber: true,
  };
}
