/**
 * A pattern for one name, without slashes: the library `ignore` matches it. What most rules are,
 * plain text, or a star before plain text, is compared here, as in git's dir.c, without loading it.
 */
import { createRequire } from "node:module";
import type ignore from "ignore";
import { SPECIAL } from "./pattern-tokens.ts";

/** Whether a name matches; it has one character for each byte, as the pattern has. */
export type NameMatcher = (name: string) => boolean;

/** How many names the library is asked about before it forgets: it keeps an answer for each. */
const NAMES_KEPT = 1000;

/** Loads it when it is needed first, as it takes 5 ms, and at once, as matching is synchronous. */
const load: (name: "ignore") => typeof ignore = createRequire(import.meta.url);

/**
 * Makes a matcher of a pattern that must match the whole of a name.
 *
 * @param tokens as pattern-tokens.ts reads them
 */
export function compileName(tokens: readonly string[]): NameMatcher {
  const pattern = tokens.join("");
  const afterStar = pattern.replace(/^\*+/, "");
  if (!SPECIAL.test(afterStar)) {
    return afterStar === pattern ? (name) => name === pattern : (name) => name.endsWith(afterStar);
  }
  const minLength = tokens.filter((token) => !isStar(token)).length;
  const plainBytes = findPlainBytes(tokens);
  let asked = 0;
  let rules: ignore.Ignore | undefined;
  return (name) => {
    // A longer pattern cannot match; without this its length alone could cost time.
    if (name.length < minLength) {
      return false;
    }
    // To ask the library about a new name takes ten times as long.
    if (!plainBytes.every(({ at, byte }) => name.at(at) === byte)) {
      return false;
    }
    if (rules === undefined || asked++ % NAMES_KEPT === 0) {
      rules = makeRules(pattern);
    }
    return rules.ignores(`${name}/`);
  };
}

/** A byte that a name must have at a place. */
interface PlainByte {
  /** Negative when it is counted from the end. */
  readonly at: number;
  readonly byte: string | undefined;
}

/** Those before the first star and behind the last. */
function findPlainBytes(tokens: readonly string[]): readonly PlainByte[] {
  const firstStar = tokens.findIndex(isStar);
  const lastStar = tokens.findLastIndex(isStar);
  return tokens.flatMap((token, index) => {
    const isPlain = token !== "?" && !token.startsWith("[");
    if (!isPlain || (index >= firstStar && index <= lastStar)) {
      return [];
    }
    // One behind a backslash stands for itself.
    return [{ at: index > lastStar ? index - tokens.length : index, byte: token.at(-1) }];
  });
}

function isStar(token: string): boolean {
  return token.startsWith("*");
}

/** Between slashes, no `!`, `#`, space or star at an end of a pattern means anything special. */
function makeRules(pattern: string): ignore.Ignore {
  // What it is asked about need not be a whole name, and may look like "..".
  const options = { ignoreCase: false, allowRelativePaths: true };
  return load("ignore")(options).add([`/${pattern}/`]);
}
