/** How many columns of a terminal a text takes up: letters of East Asia and pictures take two, accents none. */

/** Two columns (`W` and `F` in Unicode's EastAsianWidth.txt), without what is seldom met. */
const WIDE =
  /^(?:[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\ua960-\ua97c\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6]|\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|\p{Script=Yi}|\p{Emoji_Presentation}|\p{Emoji}\ufe0f)/u;

/** Takes no column of its own. */
const EMPTY = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;

/** Loaded when the first text needs it. */
let segmenter: Intl.Segmenter | undefined;

/** The number of columns that a text without colours takes up on a terminal. */
export function textWidth(text: string): number {
  if (/^[\u0020-\u007e]*$/.test(text)) {
    return text.length;
  }
  return graphemes(text).reduce((width, grapheme) => width + graphemeWidth(grapheme), 0);
}

/**
 * A text without colours, with an ellipsis where it is longer than a number of columns.
 *
 * @param ellipsis @default `"…"`
 */
export function cutToWidth(text: string, columns: number, ellipsis = "…"): string {
  if (textWidth(text) <= columns) {
    return text;
  }
  let shown = "";
  let width = textWidth(ellipsis);
  for (const grapheme of graphemes(text)) {
    width += graphemeWidth(grapheme);
    if (width > columns) {
      break;
    }
    shown += grapheme;
  }
  return columns < textWidth(ellipsis) ? "" : `${shown}${ellipsis}`;
}

function graphemes(text: string): readonly string[] {
  segmenter ??= new Intl.Segmenter("en", { granularity: "grapheme" });
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

function graphemeWidth(grapheme: string): number {
  if (EMPTY.test(grapheme)) {
    return 0;
  }
  return WIDE.test(grapheme) ? 2 : 1;
}
