/** A bracket expression of a pattern, `[a-z]`, `[!x]` or `[[:alpha:]]`, as git's wildmatch.c reads it. */

/** A set of bytes: the classes of git's own ctype, which knows ASCII only. */
const POSIX_CLASSES: ReadonlyMap<string, RegExp> = new Map([
  ["alnum", /[0-9A-Za-z]/],
  ["alpha", /[A-Za-z]/],
  ["blank", /[ \t]/],
  ["cntrl", /[^ -~\x80-\xff]/],
  ["digit", /[0-9]/],
  ["graph", /[!-~]/],
  ["lower", /[a-z]/],
  ["print", /[ -~]/],
  ["punct", /[!-/:-@[-`{-~]/],
  ["space", /[ \t\n\r]/],
  ["upper", /[A-Z]/],
  ["xdigit", /[0-9A-Fa-f]/],
]);

/** How many values a byte has. */
const BYTES = 256;

/** The bytes that a bracket expression takes, and where the pattern goes on. */
export interface WildcardClass {
  /** 1 at each byte that it takes. */
  readonly bytes: Uint8Array;
  /** The index behind its closing bracket. */
  readonly end: number;
}

/**
 * Reads a bracket expression. It never takes a slash.
 *
 * @param pattern one character for each byte
 * @param start the index of its `[`
 * @returns undefined when it is never closed or names a class that does not exist; a pattern that
 * holds such an expression matches nothing
 */
export function readClass(pattern: string, start: number): WildcardClass | undefined {
  const bytes = new Uint8Array(BYTES);
  let at = start + 1;
  const isNegated = pattern[at] === "!" || pattern[at] === "^";
  if (isNegated) at++;
  // What a "-" would start a range from; nothing right behind a range or a named class.
  let previous: number | undefined;
  // The next bracket that may end a named class, kept as a long line would cost its square else.
  let close = 0;
  // The first member is one even if it is "]".
  for (let isFirst = true; isFirst || pattern[at] !== "]"; isFirst = false) {
    if (close < at + 2) close = closeAfter(pattern, at + 2);
    const member = readMember(pattern, at, previous, close);
    if (member === undefined) return undefined;
    for (const byte of member.bytes) bytes[byte] = 1;
    ({ last: previous, end: at } = member);
  }
  const taken = isNegated ? bytes.map((isMember) => 1 - isMember) : bytes;
  taken["/".charCodeAt(0)] = 0;
  return { bytes: taken, end: at + 1 };
}

function closeAfter(pattern: string, at: number): number {
  const close = pattern.indexOf("]", at);
  return close === -1 ? Infinity : close;
}

interface Member {
  readonly bytes: Iterable<number>;
  /** What a range may start from. */
  readonly last: number | undefined;
  readonly end: number;
}

function readMember(
  pattern: string,
  at: number,
  previous: number | undefined,
  close: number,
): Member | undefined {
  const next = pattern[at + 1];
  if (pattern[at] === "-" && previous !== undefined && next !== undefined && next !== "]") {
    const to = readByte(pattern, at + 1);
    return to && { bytes: range(previous, to.byte), last: undefined, end: to.end };
  }
  if (pattern[at] === "[" && next === ":") {
    if (close === Infinity) return undefined;
    // Without ":]" the bracket is a plain member, and so is what follows.
    if (close > at + 2 && pattern[close - 1] === ":") {
      const named = POSIX_CLASSES.get(pattern.slice(at + 2, close - 1));
      return named && { bytes: bytesOf(named), last: undefined, end: close + 1 };
    }
  }
  const plain = readByte(pattern, at);
  return plain && { bytes: [plain.byte], last: plain.byte, end: plain.end };
}

/** A byte, which a backslash may stand before. */
function readByte(
  pattern: string,
  at: number,
): { readonly byte: number; readonly end: number } | undefined {
  const place = pattern[at] === "\\" ? at + 1 : at;
  if (place >= pattern.length) return undefined;
  return { byte: pattern.charCodeAt(place), end: place + 1 };
}

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
}

function bytesOf(named: RegExp): readonly number[] {
  return range(0, BYTES - 1).filter((byte) => named.test(String.fromCharCode(byte)));
}
