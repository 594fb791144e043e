/** Text for terminals whose encoding has no more than ASCII: what this package draws with, in letters that they have. */

/** Of one column each, as tables are laid out before; only the ellipsis takes three. */
const REPLACEMENTS: Readonly<Record<string, string>> = {
  "└": "`",
  "├": "|",
  "│": "|",
  "─": "-",
  "→": ">",
  "…": "...",
};

/** A text with lines of boxes, arrows and ellipses in ASCII. Names that somebody wrote stay as they are. */
export function asciiText(text: string): string {
  return text.replaceAll(/[└├│─→…]/g, (character) => REPLACEMENTS[character] ?? character);
}
