/**
 * Patterns with wildcards, matched as git's wildmatch.c does, but without going back: the time is
 * bounded by the length of the pattern times that of the path, whatever the pattern. A regular
 * expression would try the ways to lay several `**` over a path one after the other.
 */
import { readClass } from "./wildcard-class.ts";

/** A pattern, ready to be matched; text and pattern have one character for each byte. */
export type Matcher = (text: string) => boolean;

/** What takes a fixed number of bytes. */
type FixedToken =
  | { readonly type: "text"; readonly text: string }
  /** `?` or `[…]`: one byte of a set. */
  | { readonly type: "byte"; readonly bytes: Uint8Array };

type Token =
  | FixedToken
  /** `*`: anything without a slash. */
  | { readonly type: "star" }
  /** `**` at the end: anything. */
  | { readonly type: "all" }
  /** `**` and a slash: nothing, or anything that ends in a slash. */
  | { readonly type: "directories" };

const STAR: Token = { type: "star" };
const ALL: Token = { type: "all" };
const DIRECTORIES: Token = { type: "directories" };
const ANY_BYTE: Token = {
  type: "byte",
  bytes: new Uint8Array(256).fill(1).fill(0, "/".charCodeAt(0), "/".charCodeAt(0) + 1),
};

/** Makes a matcher of a pattern that must match the whole of a text. */
export function compileWildcards(pattern: string): Matcher {
  const tokens = readTokens(pattern);
  // A closing bracket is missing, say: git gives up on such a pattern.
  if (tokens === undefined) return () => false;
  const headLength = tokens.findLastIndex((token) => !isFixed(token)) + 1;
  const head = tokens.slice(0, headLength);
  const tail = tokens.slice(headLength).filter(isFixed);
  const tailLength = lengthOf(tail);
  // A longer pattern cannot match; without this its length alone could cost time.
  const least = lengthOf(tokens.filter(isFixed));
  return (text) => {
    if (least > text.length) return false;
    // What stands at the end has one place to be, and tells most paths apart.
    const end = text.length - tailLength;
    return standsAt(tail, text, end) && matches(head, text.slice(0, end));
  };
}

function isFixed(token: Token): token is FixedToken {
  return token.type === "text" || token.type === "byte";
}

function lengthOf(tokens: readonly FixedToken[]): number {
  return tokens.reduce((sum, token) => sum + (token.type === "text" ? token.text.length : 1), 0);
}

function standsAt(tokens: readonly FixedToken[], text: string, start: number): boolean {
  let place = start;
  for (const token of tokens) {
    if (!takesAt(token, text, place)) return false;
    place += token.type === "text" ? token.text.length : 1;
  }
  return true;
}

function takesAt(token: FixedToken, text: string, place: number): boolean {
  if (token.type === "text") return text.startsWith(token.text, place);
  return place < text.length && token.bytes[text.charCodeAt(place)] === 1;
}

function readTokens(pattern: string): readonly Token[] | undefined {
  const tokens: Token[] = [];
  for (let at = 0; at < pattern.length;) {
    const read = readToken(pattern, at);
    if (read === undefined) return undefined;
    const { token, end } = read;
    const last = tokens.at(-1);
    if (token.type === "text" && last?.type === "text") {
      tokens.splice(-1, 1, { type: "text", text: last.text + token.text });
    } else if (token.type !== "directories" || last?.type !== "directories") {
      // A second "**/" takes nothing that the first did not.
      tokens.push(token);
    }
    at = end;
  }
  return tokens;
}

function readToken(
  pattern: string,
  at: number,
): { readonly token: Token; readonly end: number } | undefined {
  if (pattern[at] === "*") return readStars(pattern, at);
  if (pattern[at] === "?") return { token: ANY_BYTE, end: at + 1 };
  if (pattern[at] === "[") {
    const found = readClass(pattern, at);
    return found && { token: { type: "byte", bytes: found.bytes }, end: found.end };
  }
  const place = pattern[at] === "\\" ? at + 1 : at;
  const text = pattern[place];
  return text === undefined ? undefined : { token: { type: "text", text }, end: place + 1 };
}

/** Two stars or more cross slashes only when they stand between slashes or ends. */
function readStars(pattern: string, at: number): { readonly token: Token; readonly end: number } {
  let end = at + 1;
  while (pattern[end] === "*") end++;
  const isAlone = end - at > 1 && (at === 0 || pattern[at - 1] === "/");
  if (isAlone && pattern[end] === "/") return { token: DIRECTORIES, end: end + 1 };
  // Before a slash with a backslash git lets them stand for anything, but not for no directory.
  const crosses = isAlone && (end === pattern.length || pattern.startsWith("\\/", end));
  return { token: crosses ? ALL : STAR, end };
}

/** Follows all ways at once: after each token, the places in the text that it can end at. */
function matches(tokens: readonly Token[], text: string): boolean {
  let places: readonly number[] = [0];
  for (const token of tokens) {
    places = placesAfter(token, text, places);
    if (places.length === 0) return false;
  }
  return places.at(-1) === text.length;
}

/** @param places ascending; so is what is returned */
function placesAfter(token: Token, text: string, places: readonly number[]): readonly number[] {
  switch (token.type) {
    case "text":
    case "byte": {
      const length = lengthOf([token]);
      return places.filter((place) => takesAt(token, text, place)).map((place) => place + length);
    }
    case "star":
      return placesAfterStar(text, places);
    case "all": {
      const [first = 0] = places;
      return Array.from({ length: text.length - first + 1 }, (_, index) => first + index);
    }
    case "directories":
      return placesAfterDirectories(text, places);
  }
}

function placesAfterStar(text: string, places: readonly number[]): readonly number[] {
  const after: number[] = [];
  for (const place of places) {
    // The way from an earlier place has come by here.
    if (place <= (after.at(-1) ?? -1)) continue;
    const slash = text.indexOf("/", place);
    const end = slash === -1 ? text.length : slash;
    for (let next = place; next <= end; next++) after.push(next);
  }
  return after;
}

function placesAfterDirectories(text: string, places: readonly number[]): readonly number[] {
  const [first = 0] = places;
  const after = new Set(places);
  for (let slash = text.indexOf("/", first); slash !== -1; slash = text.indexOf("/", slash + 1)) {
    after.add(slash + 1);
  }
  return [...after].toSorted((a, b) => a - b);
}
