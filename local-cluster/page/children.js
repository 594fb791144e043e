/** What is in a map: its children, with what is asked of them most. */
import { listChildren, textOf } from "./api.js";
import { element, shownName } from "../../common/page/dom.js";
import { formatSize } from "../../common/page/format-size.js";
import { formatTime } from "./format.js";
import { hashOf, pathOf } from "./place.js";
import { badge, tableSection } from "./table.js";
/** @import { Child } from "./api.js" */

const ATTRIBUTES = [
  "type",
  "uncompressed_data_size",
  "modification_time",
  "owner",
  "account",
  "target_path",
  "broken",
  "executable",
  "count",
  "lock_count",
  "ytcode_digest",
  "ytcode_stack",
];

/**
 * The section, and the children that it shows.
 *
 * @param {readonly string[]} keys
 * @param {AbortSignal} signal
 * @returns {Promise<{ readonly section: HTMLElement, readonly children: readonly Child[] }>}
 */
export async function childrenSection(keys, signal) {
  const children = await listChildren(pathOf(keys), ATTRIBUTES, signal);
  const columns = ["Name", "Type", "#Size", "Modified (UTC)", "Owner", "Account"];
  const rows = children.map((child) => rowOf(keys, child));
  const section = tableSection("Children", columns, rows, "Nothing is in here");
  return { section, children };
}

/**
 * @param {readonly string[]} keys
 * @param {Child} child
 * @returns {readonly (Node | string)[]}
 */
function rowOf(keys, { name, attributes }) {
  const type = String(attributes["type"]);
  const link = element("a", { href: hashOf([...keys, name]) }, [shownName(textOf(name))]);
  const cell = element("span", { class: "name" }, [link, ...marksOf(attributes)]);
  return [
    cell,
    type,
    sizeOf(type, attributes),
    formatTime(attributes["modification_time"]),
    shown(attributes["owner"]),
    shown(attributes["account"]),
  ];
}

/** @param {Readonly<Record<string, unknown>>} attributes */
function marksOf(attributes) {
  const {
    target_path: target,
    broken,
    executable,
    lock_count: locks,
    ytcode_stack: stack,
  } = attributes;
  return [
    ...(typeof target === "string"
      ? [element("span", { class: "target" }, [`→ ${shown(target)}`])]
      : []),
    ...(broken === true || broken === "true" ? [badge("broken", "wrong")] : []),
    ...(executable === true ? [badge("executable")] : []),
    ...(typeof locks === "number" && locks > 0 ? [badge("locked", "wrong")] : []),
    ...(typeof stack === "string" ? [badge(`stack ${shown(stack)}`)] : []),
  ];
}

/**
 * @param {string} type
 * @param {Readonly<Record<string, unknown>>} attributes
 */
function sizeOf(type, { uncompressed_data_size: size, count }) {
  if (typeof count === "number" && type === "map_node") {
    return count === 1 ? "1 child" : `${count} children`;
  }
  return typeof size === "number" ? formatSize(size) : "";
}

/** @param {unknown} value */
function shown(value) {
  return typeof value === "string" ? shownName(textOf(value)) : "";
}
