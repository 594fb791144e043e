/** Names and other text that somebody may have written, as a terminal can show them. */

/**
 * Bytes that are no UTF-8 stand as lone surrogates from here on in names that were decoded, as in
 * Python's `surrogateescape`.
 */
export const ESCAPED_BYTES = 0xdc00;

/** Everything that does more to a terminal than show a character, or that hides; joiners are parts of letters and pictures. */
const UNSHOWABLE =
  // oxlint-disable-next-line no-control-regex -- these are what must not get through
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\p{Cs}/gu;

/**
 * A name as it can be shown to a person: on one line, and with nothing in it that moves the cursor,
 * changes colours or turns the direction of writing. Such characters become `\u{…}`.
 */
export function shownName(name: string): string {
  return escapeUnshowable(name, "");
}

/**
 * Text as it can be shown on a terminal.
 *
 * @param allowed characters that are let through all the same: `"\t"`
 * @param escape how the others are written. @default `\u{1b}`, and `\xff` for a byte that is no UTF-8
 */
export function escapeUnshowable(
  text: string,
  allowed: string,
  escape: (character: string) => string = escaped,
): string {
  return text.replaceAll(UNSHOWABLE, (character) =>
    allowed.includes(character) ? character : escape(character),
  );
}

/** `\u{1b}` for a character, `\xff` for a byte that is no UTF-8. */
function escaped(character: string): string {
  const code = character.charCodeAt(0);
  const isByte = code > ESCAPED_BYTES && code <= ESCAPED_BYTES + 0xff;
  return isByte ? `\\x${(code - ESCAPED_BYTES).toString(16)}` : `\\u{${code.toString(16)}}`;
}
