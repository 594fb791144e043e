/** The versions of a build folder: when, by which stack, from where promoted, size, live or kept. */
import { getValue, recordOf, textOf } from "./api.js";
import { element, shownName } from "../../common/page/dom.js";
import { formatSize } from "../../common/page/format-size.js";
import { formatTime } from "./format.js";
import { hashOf, pathOf } from "./place.js";
import { badge, tableSection } from "./table.js";
/** @import { Child } from "./api.js" */

/** How much of a digest is shown: enough to tell versions apart. */
const DIGEST_LENGTH = 12;
/** Attributes by which stacks elsewhere keep a version. */
const MARK = "ytcode_kept_for_";

/**
 * The section of a build folder's versions, the newest first.
 *
 * @param {readonly string[]} keys
 * @param {readonly Child[]} children of the build folder
 * @param {AbortSignal} signal
 * @returns {Promise<HTMLElement>}
 */
export async function versionsSection(keys, children, signal) {
  const archive = children.find(({ name }) => name === "source.tar.gz");
  const live = archive?.attributes["ytcode_digest"];
  const place = [...keys, "versions"];
  const all = await getValue(pathOf(place), signal, ["creation_time", "user_attributes"]);
  const versions = Object.entries(recordOf(recordOf(all)["$value"]))
    .map(versionFrom)
    .filter(({ own }) => "ytcode_digest" in own)
    .toSorted((a, b) => (a.time < b.time ? 1 : -1));
  const rows = versions.map((version) => rowOf(place, version, live));
  const columns = ["Version", "Published (UTC)", "By", "Promoted from", "#Size"];
  return tableSection("Versions", columns, rows, "No version is in here");
}

/**
 * A version: what is recorded on its directory, and where its archive came from, which is recorded there.
 *
 * @typedef {{
 *   readonly name: string,
 *   readonly time: string,
 *   readonly own: Readonly<Record<string, unknown>>,
 *   readonly from: Readonly<Record<string, unknown>>,
 * }} Version
 */

/**
 * @param {[string, unknown]} child
 * @returns {Version}
 */
function versionFrom([name, node]) {
  const attributes = recordOf(recordOf(node)["$attributes"]);
  const files = recordOf(recordOf(node)["$value"]);
  const archive = recordOf(recordOf(files["source.tar.gz"])["$attributes"]);
  return {
    name,
    time: String(attributes["creation_time"]),
    own: recordOf(attributes["user_attributes"]),
    from: recordOf(recordOf(archive["user_attributes"])["ytcode_promoted_from"]),
  };
}

/**
 * @param {readonly string[]} place
 * @param {Version} version
 * @param {unknown} live
 */
function rowOf(place, version, live) {
  const { own } = version;
  const name = shownName(textOf(version.name));
  const isLive = own["ytcode_digest"] === live;
  const users = Object.keys(own).filter((key) => key.startsWith(MARK));
  const cell = element("span", { class: "name" }, [
    element("a", { href: hashOf([...place, version.name]), title: name }, [
      name.slice(0, DIGEST_LENGTH),
    ]),
    ...(isLive ? [badge("live", "good")] : []),
    ...users.map((key) => badge(`kept for ${userOf(own[key], key)}`)),
  ]);
  const size = own["ytcode_size_bytes"];
  return [
    cell,
    formatTime(version.time),
    [own["ytcode_project"], own["ytcode_stack"], own["ytcode_resource"]].map(shown).join(" / "),
    promotedFrom(version.from),
    typeof size === "number" ? formatSize(size) : "",
  ];
}

/**
 * A folder of any length, which must not push the size out of sight.
 *
 * @param {Readonly<Record<string, unknown>>} from
 */
function promotedFrom({ build_folder: folder, proxy }) {
  const parts = [folder, ...(proxy === undefined ? [] : ["on", proxy])].filter(
    (part) => typeof part === "string",
  );
  return element("span", { class: "wrapped" }, [parts.map(shown).join(" ")]);
}

/**
 * @param {unknown} mark
 * @param {string} key
 */
function userOf(mark, key) {
  const { stack } = recordOf(mark);
  return typeof stack === "string" ? shown(stack) : shownName(textOf(key.slice(MARK.length)));
}

/** @param {unknown} value */
function shown(value) {
  return typeof value === "string" ? shownName(textOf(value)) : "?";
}
