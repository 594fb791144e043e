/** The attributes of a node: its user's own first, then the cluster's. */
import { textOf } from "./api.js";
import { element, shownName } from "../../common/page/dom.js";
import { formatValue } from "./format.js";

/** Those of the cluster's that people look for; the others are there to be opened. */
const USUAL = [
  "type",
  "id",
  "owner",
  "account",
  "creation_time",
  "modification_time",
  "revision",
  "uncompressed_data_size",
  "md5",
  "count",
  "target_path",
];

/**
 * What goes into the pane.
 *
 * @param {Readonly<Record<string, unknown>>} all
 * @param {Readonly<Record<string, unknown>>} own those that the user has set
 * @returns {readonly HTMLElement[]}
 */
export function attributesPane(all, own) {
  // What is too much to be told without being asked for comes as null.
  const others = Object.entries(all).filter(([name, value]) => !(name in own) && value !== null);
  const usual = USUAL.flatMap((name) => others.filter(([other]) => other === name));
  const rest = others.filter(([name]) => !USUAL.includes(name));
  return [
    ...listOf("User attributes", byName(Object.entries(own))),
    ...listOf("System attributes", usual),
    element("details", {}, [
      element("summary", {}, [`${rest.length} more system attributes`]),
      ...listOf("", byName(rest)),
    ]),
  ];
}

/** @param {readonly (readonly [string, unknown])[]} entries */
function byName(entries) {
  return entries.toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/**
 * @param {string} title
 * @param {readonly (readonly [string, unknown])[]} entries
 */
function listOf(title, entries) {
  if (entries.length === 0) {
    return [];
  }
  const terms = entries.map(([name, value]) => {
    const shown = valueOf(value);
    return element("div", { class: typeof shown === "string" ? "" : "block" }, [
      element("dt", {}, [shownName(textOf(name))]),
      element("dd", {}, [shown]),
    ]);
  });
  const heading = title === "" ? [] : [element("h2", {}, [title])];
  return [...heading, element("dl", {}, terms)];
}

/** @param {unknown} value */
function valueOf(value) {
  const lines = formatValue(value).split("\n").map(shownName);
  return lines.length > 1 ? element("pre", {}, [lines.join("\n")]) : (lines[0] ?? "");
}
