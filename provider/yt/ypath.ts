/**
 * Cypress paths of nodes: `//home/user/build`. Attribute suffixes (`/@name`) and object ids (`#id`) are
 * added by the callers.
 */
import { isUtf8 } from "node:buffer";
import { UserError } from "../../common/errors/user-error.ts";
import { shownName } from "../../common/text/shown-name.ts";

/** Characters with a meaning of their own in a path; escaped by a backslash (docs/yt-http-api.md, section 7). */
const SPECIAL = new Set(["/", "@", "&", "*", "[", "{", "\\"]);

/** Written as `\x0a`; as it is, it comes from YAML's block texts. */
// oxlint-disable-next-line no-control-regex -- these are what must not get through
const CONTROL = /[\u0000-\u001f\u007f]/;

/** Longest key of a node, in bytes (yt/yt/server/master/cypress_server/config.cpp). */
const MAX_KEY_BYTES = 4096;

/**
 * Makes a node's name safe to use as one component of a path.
 *
 * @param name any text, for example a file name: `"a/b[1]"` becomes `"a\\/b\\[1]"`
 * @throws {UserError} for an empty or too long name
 */
export function escapeYPathLiteral(name: string): string {
  if (name === "") {
    throw new UserError("Cannot use an empty name in a Cypress path");
  }
  if (Buffer.byteLength(name) > MAX_KEY_BYTES) {
    throw new UserError(
      `Cannot use name "${name.slice(0, 40)}…" in a Cypress path: longer than ${MAX_KEY_BYTES} bytes`,
    );
  }
  return escapeName(name);
}

function escapeName(name: string): string {
  let escaped = "";
  for (const character of name) {
    if (SPECIAL.has(character)) {
      escaped += `\\${character}`;
    } else if (CONTROL.test(character)) {
      escaped += `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
    } else {
      escaped += character;
    }
  }
  return escaped;
}

/** The path of a descendant: `joinYPath("//home/x", "versions", "a[1]")`; names are escaped. */
export function joinYPath(path: string, ...names: readonly string[]): string {
  return [path, ...names.map((name) => escapeYPathLiteral(name))].join("/");
}

/** The path of an attribute of a node: `attributeYPath("//home/x", "md5")` is `"//home/x/@md5"`. */
export function attributeYPath(path: string, name: string): string {
  return `${path}/@${escapeYPathLiteral(name)}`;
}

/** The parent's path; of `"//home"` it is `"/"`, the root. */
export function parentYPath(path: string): string {
  const escapedNames = splitYPath(path).slice(0, -1);
  return escapedNames.length === 0 ? "/" : `//${escapedNames.join("/")}`;
}

/**
 * The one text for all spellings of a node's path: `"//home/\\x61"` is `"//home/a"`. A text that is no
 * such path stays as it is.
 */
export function canonicalYPath(path: string): string {
  if (findNodePathProblem(path) !== undefined) {
    return path;
  }
  const names = splitYPath(path).map((escapedName) => canonicalName(unescapeName(escapedName)));
  return `//${names.join("/")}`;
}

/** The bytes of a name. */
function unescapeName(escapedName: string): Buffer {
  const parts = escapedName.match(/\\x[0-9a-f]{2}|\\?./gisu) ?? [];
  const bytes = parts.map((part) =>
    /^\\x./i.test(part) ? Buffer.from(part.slice(2), "hex") : Buffer.from(part.replace(/^\\/, "")),
  );
  return Buffer.concat(bytes);
}

function canonicalName(name: Buffer): string {
  return isUtf8(name)
    ? escapeName(name.toString())
    : [...name].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("");
}

/**
 * Checks that a text is the path of one node below the root, as {@link joinYPath} can add to it.
 *
 * @param path for example `"//home/user/build"`
 * @param role what the path is for: `"build folder"`
 * @param argument the resource argument to blame
 * @throws {UserError} that says what is wrong and what a good path looks like
 */
export function assertNodePath(path: string, role = "path", argument?: string): void {
  const problem = findNodePathProblem(path);
  if (problem !== undefined) {
    throw new UserError(
      `Cannot use "${shownName(path)}" as ${role}: ${problem}`,
      argument === undefined ? {} : { argument },
    );
  }
}

/** What keeps a text from being the path of one node below the root; `undefined` for a good one. */
export function findNodePathProblem(path: string): string | undefined {
  if (!path.startsWith("//")) {
    return `a Cypress path begins with "//", like "//home/user/build"`;
  }
  if (path === "//") {
    return "it names no node";
  }
  const names = splitYPath(path);
  if (names.at(-1) === "") {
    return `it ends with a slash: write "${path.replace(/\/+$/, "")}"`;
  }
  if (names.includes("")) {
    return "it has an empty component";
  }
  return names.map((name) => findNameProblem(name)).find((problem) => problem !== undefined);
}

/** The names along the path, escapes kept: `"//home/a\\/b"` gives `["home", "a\\/b"]`. */
export function splitYPath(path: string): string[] {
  const names: string[] = [];
  let name = "";
  for (let index = 2; index < path.length; index += 1) {
    const character = path.charAt(index);
    if (character === "\\") {
      name += path.slice(index, index + 2);
      index += 1;
    } else if (character === "/") {
      names.push(name);
      name = "";
    } else {
      name += character;
    }
  }
  return [...names, name];
}

function findNameProblem(escapedName: string): string | undefined {
  for (let index = 0; index < escapedName.length; index += 1) {
    const character = escapedName.charAt(index);
    if (character === "\\") {
      const escape = escapedName.slice(index, index + 4);
      index += 1;
      if (!SPECIAL.has(escape.charAt(1)) && !/^\\x[0-9a-f]{2}$/i.test(escape)) {
        return `"${escape.slice(0, 2)}" is no escape sequence of a Cypress path`;
      }
    } else if (SPECIAL.has(character)) {
      return (
        `"${character}" has a meaning of its own in a Cypress path: ` +
        `write "\\${character}" for the plain character`
      );
    } else if (CONTROL.test(character)) {
      return 'it holds a line break or another control character: write it on one line, without "|" or ">"';
    }
  }
  return undefined;
}
