/**
 * Patterns with wildcards. As in git's wildmatch.c, `**` and slashes are matched name by name here;
 * the library `ignore` is asked about one name at a time. The time is bounded by the number of names
 * in the pattern times that in the path, whatever the pattern: a regular expression for all of it
 * would try the ways to lay several `**` over a path one after the other.
 */
import { compileName, type NameMatcher } from "./name-pattern.ts";
import { readTokens } from "./pattern-tokens.ts";

/** Whether a text matches; it has one character for each byte, as the pattern has. */
export type Matcher = (text: string) => boolean;

/** `**` and a slash: any number of names, none too. */
const ANY_DIRECTORIES = "**/";

/** What stands between slashes. */
type Component = NameMatcher | typeof ANY_DIRECTORIES;

/**
 * Makes a matcher of a pattern that must match the whole of a name or a path.
 *
 * git compares what stands before the first wildcard as plain text and matches only the rest
 * (match_pathname in its dir.c), so that a `**` right behind plain text begins a pattern and
 * crosses slashes: behind `a`, two stars and `/b` take `ab`, `ax/b` and `ax/y/b`.
 */
export function compilePattern(pattern: string): Matcher {
  const wildcard = pattern.search(/[*?[\\]/);
  if (wildcard === -1) return (text) => text === pattern;
  const start = pattern.slice(0, wildcard);
  const components = readComponents(pattern.slice(wildcard));
  const last = components.at(-1);
  const matchesLast = typeof last === "function" ? last : () => true;
  if (components.length === 1) {
    return (text) =>
      text.startsWith(start) && !text.includes("/", wildcard) && matchesLast(text.slice(wildcard));
  }
  return (text) => {
    if (!text.startsWith(start)) return false;
    // What stands at the end has one place to be, and tells most paths apart.
    const lastName = text.slice(Math.max(wildcard, text.lastIndexOf("/") + 1));
    return matchesLast(lastName) && matches(components, namesBehind(start, text));
  };
}

function readComponents(pattern: string): readonly Component[] {
  const components: Component[] = [];
  let tokens: string[] = [];
  for (const token of [...readTokens(pattern), ""]) {
    if (token !== "/" && token !== "\\/" && token !== "") {
      tokens.push(token);
      continue;
    }
    if (tokens.length === 1 && tokens[0]?.startsWith("**") === true) {
      // At the end, and before a slash with a backslash, two stars stand for one name at least.
      if (token !== "/") components.push(() => true);
      components.push(ANY_DIRECTORIES);
    } else {
      components.push(compileName(tokens));
    }
    tokens = [];
  }
  return components;
}

/** Where a name does not match, the last `**` takes one more. */
function matches(components: readonly Component[], path: readonly string[]): boolean {
  let at = 0;
  let next = 0;
  let retry: { readonly at: number; next: number } | undefined;
  for (let name = path[0]; name !== undefined; name = path[next]) {
    const component = components[at];
    if (component === ANY_DIRECTORIES) {
      at++;
      retry = { at, next };
    } else if (component?.(name) === true) {
      at++;
      next++;
    } else if (retry === undefined) {
      return false;
    } else {
      retry.next++;
      ({ at, next } = retry);
    }
  }
  while (components[at] === ANY_DIRECTORIES) at++;
  return at === components.length;
}

/** The names of a path that begins with a text; the first may be but the rest of one. */
function namesBehind(start: string, path: string): readonly string[] {
  if (start === "") return names(path);
  const [first = "", ...others] = names(path).slice(start.split("/").length - 1);
  return [first.slice(start.length - start.lastIndexOf("/") - 1), ...others];
}

let lastPath = "";
let lastNames: readonly string[] = [""];

/** Splits a path once for all rules, which are asked about it one after the other. */
function names(path: string): readonly string[] {
  if (path !== lastPath) [lastPath, lastNames] = [path, path.split("/")];
  return lastNames;
}
