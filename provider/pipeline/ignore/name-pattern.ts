/**
 * A pattern for one name, without slashes: the library `ignore` matches it. What most rules are,
 * plain text, or a star before plain text, is compared here, as in git's dir.c, without loading it.
 */
import { createRequire } from "node:module";
import type ignore from "ignore";

/** Whether a name matches; it has one character for each byte, as the pattern has. */
export type NameMatcher = (name: string) => boolean;

/** How many names the library is asked about before it forgets: it keeps an answer for each. */
const NAMES_KEPT = 1000;

/** Loads it when it is needed first, as it takes 5 ms, and at once, as matching is synchronous. */
const load: (name: "ignore") => typeof ignore = createRequire(import.meta.url);

/**
 * Makes a matcher of a pattern that must match the whole of a name.
 *
 * @param tokens of pattern-tokens.ts
 */
export function compileName(tokens: readonly string[]): NameMatcher {
  const pattern = tokens.join("");
  const afterStar = pattern.replace(/^\*+/, "");
  if (!/[*?[\\]/.test(afterStar)) {
    if (afterStar === pattern) return (name) => name === pattern;
    return (name) => name.endsWith(afterStar);
  }
  const minLength = tokens.filter((token) => !isStar(token)).length;
  const plainBytes = findPlainBytes(tokens);
  let rules: ignore.Ignore | undefined;
  let asked = 0;
  return (name) => {
    // Without this the length of a pattern alone could cost time.
    if (name.length < minLength) return false;
    // The library takes ten times as long as this.
    if (!plainBytes.every(({ at, byte }) => name.at(at) === byte)) return false;
    if (rules === undefined || asked++ % NAMES_KEPT === 0) rules = makeRules(pattern);
    return rules.ignores(`${name}/`);
  };
}

interface PlainByte {
  /** Where in a name it stands; negative when counted from its end. */
  readonly at: number;
  readonly byte: string | undefined;
}

/** What must stand before the first and behind the last star. */
function findPlainBytes(tokens: readonly string[]): readonly PlainByte[] {
  const before = tokens.findIndex(isStar);
  const behind = tokens.findLastIndex(isStar);
  return tokens.flatMap((token, index) => {
    const isPlain = token !== "?" && !token.startsWith("[");
    if (!isPlain || (index >= before && index <= behind)) return [];
    return [{ at: index > behind ? index - tokens.length : index, byte: token.at(-1) }];
  });
}

function isStar(token: string): boolean {
  return token.startsWith("*");
}

/** Between slashes, no `!`, `#`, space or star at an end of a pattern means anything special. */
function makeRules(pattern: string): ignore.Ignore {
  // What stands here need not be a whole name and may look like "..".
  const options = { ignoreCase: false, allowRelativePaths: true };
  return load("ignore")(options).add([`/${pattern}/`]);
}
