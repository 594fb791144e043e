/** Keeps the token out of what people read: a cluster, or what is in front of it, may repeat it. */

/** So long a text is in no word by chance; the tokens of real clusters are longer. */
const UNMISTAKABLE_LENGTH = 16;

const WORD = String.raw`[\p{L}\p{N}_-]`;
/** What stands for another character, though it ends with a letter or digit. */
const ESCAPE = String.raw`%[\da-fA-F]{2}|\\u[\da-fA-F]{4}|\\x[\da-fA-F]{2}|\\[bfnrt]`;

/**
 * The text with `<token>` in place of the token, whether it is there as it is, percent-encoded, or
 * escaped as JSON and YSON do. A short token is cut out only where it stands alone: with the token
 * `t` no sentence would be readable otherwise.
 */
export function redactToken(text: string, token: string | undefined): string {
  if (token === undefined || token === "") {
    return text;
  }
  const anywhere = Array.from(token, spellings).join("");
  const alone = `(?:(?<!${WORD})|(?<=${ESCAPE}))${anywhere}(?!${WORD})`;
  const pattern = token.length < UNMISTAKABLE_LENGTH ? alone : anywhere;
  return text.replaceAll(new RegExp(pattern, "gu"), "<token>");
}

/** A pattern for all the ways to write a character. */
function spellings(character: string): string {
  const bytes = [...Buffer.from(character)].map((byte) => hex(byte, 2));
  const units = Array.from({ length: character.length }, (_, index) =>
    hex(character.charCodeAt(index), 4),
  );
  const itself = `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
  const ways = [
    /["'/\\]/.test(character) ? `\\\\?${itself}` : itself,
    bytes.map((byte) => `%${byte}`).join(""),
    bytes.map((byte) => `\\\\x${byte}`).join(""),
    units.map((unit) => `\\\\u${unit}`).join(""),
  ];
  return `(?:${ways.join("|")})`;
}

/** A pattern for hex digits of either case. */
function hex(value: number, digits: number): string {
  const lower = value.toString(16).padStart(digits, "0");
  return lower.replaceAll(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
}
