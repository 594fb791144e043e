/** The beginning of a file, and the value of any other node. */
import { getValue, readFile } from "./api.js";
import { element, shownName } from "../../common/page/dom.js";
import { formatSize } from "../../common/page/format-size.js";
import { formatValue } from "./format.js";

/** Bytes, or characters of a value, that are shown of one thing. */
export const PREVIEW_BYTES = 64 * 1024;

/**
 * The beginning of a file.
 *
 * @param {string} path
 * @param {Readonly<Record<string, unknown>>} attributes
 * @param {AbortSignal} signal
 * @returns {Promise<HTMLElement>}
 */
export async function previewSection(path, { uncompressed_data_size: size }, signal) {
  const stream = await readFile(path, signal, PREVIEW_BYTES);
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  const total = typeof size === "number" ? size : bytes.length;
  return element("section", {}, [element("h2", {}, ["Content"]), ...previewOf(bytes, total)]);
}

/**
 * Bytes as text, if they are text.
 *
 * @param {Uint8Array} bytes the first of all
 * @param {number} totalBytes
 * @returns {readonly HTMLElement[]}
 */
export function previewOf(bytes, totalBytes) {
  if (totalBytes === 0) {
    return [note("It is empty")];
  }
  if (bytes.includes(0)) {
    return [note(`No text: ${formatSize(totalBytes)} of binary data`)];
  }
  const text = new TextDecoder().decode(bytes).split("\n").map(shownLine).join("\n");
  const rest = totalBytes - bytes.length;
  return [
    element("pre", { class: "text", tabindex: "0", role: "group", "aria-label": "Content" }, [
      text,
    ]),
    ...(rest > 0 ? [note(`${formatSize(rest)} more are not shown`)] : []),
  ];
}

/** @param {string} line */
function shownLine(line) {
  return line.split("\t").map(shownName).join("\t");
}

/**
 * The value of a node that is no map and no file.
 *
 * @param {string} path
 * @param {string} type
 * @param {AbortSignal} signal
 * @returns {Promise<HTMLElement>}
 */
export async function valueSection(path, type, signal) {
  const text = await valueText(path, type, signal);
  const shown = text.slice(0, PREVIEW_BYTES).split("\n").map(shownLine).join("\n");
  return element("section", {}, [
    element("h2", {}, ["Value"]),
    element("pre", { class: "text", tabindex: "0", role: "group", "aria-label": "Value" }, [shown]),
    ...(text.length > PREVIEW_BYTES ? [note("The rest is not shown")] : []),
  ]);
}

/**
 * @param {string} path
 * @param {string} type
 * @param {AbortSignal} signal
 */
async function valueText(path, type, signal) {
  return type.endsWith("_node") || type === "document"
    ? formatValue(await getValue(path, signal))
    : `A node of type "${type}" has no value that can be shown`;
}

/**
 * @param {string} text
 * @returns {HTMLElement}
 */
export function note(text) {
  return element("p", { class: "note" }, [text]);
}
