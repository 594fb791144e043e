/**
 * The tokens of a pattern, read as git's wildmatch.c does: only so is it known which slashes separate
 * names and which are members of a bracket expression.
 */

/** What begins a token that is not plain. */
export const SPECIAL = /[*?[\\]/;

/** Stars, a slash, a character behind a backslash, or any other character. */
const TOKEN = /\*+|\\?\/|\\.|[^]/sy;

/** A character of a bracket expression, or a range; each end may stand behind a backslash. */
const MEMBER = /\\?([^])(?:-(?!\])\\?([^]))?/y;

/**
 * Reads a pattern. The tokens in a row mean what it means, but are written so that the library
 * takes bounded time for them.
 *
 * @returns a lone `[` as the last one when the pattern matches nothing
 */
export function* readTokens(pattern: string): Generator<string> {
  for (let at = 0; at < pattern.length;) {
    const read = pattern[at] === "[" ? readBrackets(pattern, at) : readToken(pattern, at);
    yield read.token;
    at = read.end;
  }
}

interface Token {
  readonly token: string;
  readonly end: number;
}

/** git gives up on a pattern with a bracket that is never closed. */
const NOTHING: Token = { token: "[", end: Infinity };

function readToken(pattern: string, at: number): Token {
  const [token = ""] = matchAt(TOKEN, pattern, at) ?? [];
  return { token, end: at + token.length };
}

function readBrackets(pattern: string, start: number): Token {
  const isNegated = /[!^]/.test(pattern.charAt(start + 1));
  let members = "";
  let at = start + (isNegated ? 2 : 1);
  let close = 0;
  // The first member is one even if it is "]".
  do {
    // Looked for once, as a long line of "[:" would cost its square else.
    if (close < at + 2) {
      close = indexOrEnd(pattern, "]", at + 2);
    }
    if (pattern.startsWith("[:", at) && close > at + 2 && pattern[close - 1] === ":") {
      members += pattern.slice(at, close + 1);
      at = close + 1;
    } else {
      const [text, from, to = from] = matchAt(MEMBER, pattern, at) ?? [];
      if (text === undefined || from === undefined || to === undefined) {
        return NOTHING;
      }
      members += memberText(from, to);
      at += text.length;
    }
  } while (pattern[at] !== "]");
  const end = at + 1;
  if (members === "") {
    return isNegated ? { token: "?", end } : NOTHING;
  }
  return { token: `[${isNegated ? "!" : ""}${members}]`, end };
}

/**
 * Behind backslashes, as behind a plain "[" the library looks for the end of a class's name, and
 * without the slash, which no name has: for a class with a slash the library tries all ways to lay
 * the stars around it over a name.
 */
function memberText(from: string, to: string): string {
  // git takes the first end of a range that runs backwards.
  const last = to < from ? from : to;
  if (from <= "/" && last >= "/") {
    const below = from < "/" ? memberText(from, ".") : "";
    return last > "/" ? below + memberText("0", last) : below;
  }
  return from === last ? `\\${from}` : `\\${from}-\\${last}`;
}

function indexOrEnd(text: string, wanted: string, from: number): number {
  const index = text.indexOf(wanted, from);
  return index === -1 ? text.length : index;
}

function matchAt(sticky: RegExp, text: string, at: number): RegExpExecArray | null {
  sticky.lastIndex = at;
  return sticky.exec(text);
}
