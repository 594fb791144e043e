/** Where the page is: keys from the root on, as byte strings, in the address after "#". */
import { textOf } from "./api.js";

/** What has a meaning in a YPath, and is escaped in a key. */
const SPECIAL = /[\\/@&*[{]/g;

/**
 * The keys that an address names: `"#/home/a%20b"`.
 *
 * @param {string} hash
 * @returns {readonly string[]}
 */
export function keysFromHash(hash) {
  return hash
    .replace(/^#/, "")
    .split("/")
    .filter((key) => key !== "")
    .map((key) =>
      key.replaceAll(/%([0-9a-fA-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16))),
    );
}

/**
 * The address of a place.
 *
 * @param {readonly string[]} keys
 * @returns {string}
 */
export function hashOf(keys) {
  return `#/${keys.map((key) => key.replaceAll(/[^A-Za-z0-9_.~-]/g, encode)).join("/")}`;
}

/**
 * The YPath of a place.
 *
 * @param {readonly string[]} keys
 * @returns {string}
 */
export function pathOf(keys) {
  return `/${keys.map((key) => `/${key.replaceAll(SPECIAL, String.raw`\$&`)}`).join("")}`;
}

/**
 * The YPath of a place, for people.
 *
 * @param {readonly string[]} keys
 * @returns {string}
 */
export function shownPath(keys) {
  return textOf(pathOf(keys));
}

/** @param {string} byte */
function encode(byte) {
  return `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
}
