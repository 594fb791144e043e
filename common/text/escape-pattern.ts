/** Texts in regular expressions. */

/** Escapes a text so that, as a part of a regular expression, it stands for itself. */
export function escapePattern(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
}
