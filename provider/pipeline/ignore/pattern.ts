/**
 * Patterns with wildcards. Slashes and `**` are matched here, name by name, as git's wildmatch.c
 * does; name-pattern.ts asks the library `ignore` about one name at a time. So the time is bounded,
 * by the number of names in the pattern times that in the path: a regular expression for the whole
 * would try the ways to lay several `**` over a path one after the other.
 */
import { compileName } from "./name-pattern.ts";
import type { NameMatcher } from "./name-pattern.ts";
import { readTokens, SPECIAL } from "./pattern-tokens.ts";

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
  const length = pattern.search(SPECIAL);
  if (length === -1) {
    return (text) => text === pattern;
  }
  const start = pattern.slice(0, length);
  const components = readComponents(pattern.slice(length));
  const last = components.at(-1);
  const matchesLast = typeof last === "function" ? last : () => true;
  if (components.length === 1) {
    return (text) =>
      text.startsWith(start) && !text.includes("/", length) && matchesLast(text.slice(length));
  }
  return (text) => {
    if (!text.startsWith(start)) {
      return false;
    }
    // What stands at the end has one place to be, and tells most paths apart.
    const lastName = text.slice(Math.max(length, text.lastIndexOf("/") + 1));
    return matchesLast(lastName) && matchesNames(components, namesBehind(start, text));
  };
}

function readComponents(pattern: string): readonly Component[] {
  const components: Component[] = [];
  let tokens: string[] = [];
  const end = "";
  for (const token of [...readTokens(pattern), end]) {
    if (token !== "/" && token !== "\\/" && token !== end) {
      tokens.push(token);
      continue;
    }
    if (tokens.length === 1 && tokens[0]?.startsWith("**") === true) {
      // At the end, and before a slash with a backslash, two stars stand for one name at least.
      if (token !== "/") {
        components.push(() => true);
      }
      components.push(ANY_DIRECTORIES);
    } else {
      components.push(compileName(tokens));
    }
    tokens = [];
  }
  return components;
}

/** Where a name does not match, the last `**` takes one name more. */
function matchesNames(components: readonly Component[], names: readonly string[]): boolean {
  let [componentAt, nameAt] = [0, 0];
  let retry: { readonly componentAt: number; readonly nameAt: number } | undefined;
  for (let name = names[0]; name !== undefined; name = names[nameAt]) {
    const component = components[componentAt];
    if (component === ANY_DIRECTORIES) {
      componentAt++;
      retry = { componentAt, nameAt };
    } else if (component?.(name) === true) {
      componentAt++;
      nameAt++;
    } else if (retry === undefined) {
      return false;
    } else {
      retry = { ...retry, nameAt: retry.nameAt + 1 };
      ({ componentAt, nameAt } = retry);
    }
  }
  // At the end, behind a component that takes any name.
  if (components[componentAt] === ANY_DIRECTORIES) {
    componentAt++;
  }
  return componentAt === components.length;
}

/** The names of a path that begins with a text; the first may be but the end of one. */
function namesBehind(start: string, path: string): readonly string[] {
  if (start === "") {
    return splitPath(path);
  }
  const [first = "", ...others] = splitPath(path).slice(start.split("/").length - 1);
  return [first.slice(start.length - start.lastIndexOf("/") - 1), ...others];
}

let lastPath = "";
let lastNames: readonly string[] = [""];

/** Splits a path once for all rules, which are asked about it one after the other. */
function splitPath(path: string): readonly string[] {
  if (path !== lastPath) {
    [lastPath, lastNames] = [path, path.split("/")];
  }
  return lastNames;
}
