/**
 * A file's name as a terminal may print it: on one line, and with nothing in it that moves the
 * cursor, changes colours or turns the direction of writing. Such characters become `\u{…}`.
 */
export function shownName(name: string): string {
  return name.replaceAll(
    /[\p{Cc}\u2028\u2029\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}
