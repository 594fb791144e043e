/** Draws a pane as SVG, in a window as terminals have. The text stays text: it can be read back, found and copied. */
import type { PaneLine, Piece } from "./pane.ts";
import { lineText } from "./pane.ts";

const FONT_SIZE = 13;
const LINE_HEIGHT = 18;
/** Of the fonts that are asked for, as a part of the font's size; `textLength` holds others to it. */
const CHARACTER_WIDTH = FONT_SIZE * 0.6;
const MARGIN = 16;
const TITLE_HEIGHT = 30;
const MIN_COLUMNS = 72;

const BACKGROUND = "#16181d";
const FOREGROUND = "#d6d9de";
const TITLE = "#8b919a";

/** The sixteen colours that programs name, as this window shows them. */
const PALETTE = [
  "#16181d",
  "#f2777a",
  "#7ec98f",
  "#e5c07b",
  "#79b8ff",
  "#c9a1f2",
  "#6fd1d1",
  "#d6d9de",
  "#8b919a",
  "#ff8f92",
  "#98e0a8",
  "#ffd88f",
  "#9ccbff",
  "#dcbcff",
  "#8ee6e6",
  "#ffffff",
] as const;

/**
 * Draws a pane.
 *
 * @param title what stands in the window's frame
 */
export function drawPane(title: string, lines: readonly PaneLine[]): string {
  const columns = Math.max(MIN_COLUMNS, ...lines.map((line) => lineText(line).length));
  const width = Math.ceil(columns * CHARACTER_WIDTH + 2 * MARGIN);
  const height = TITLE_HEIGHT + lines.length * LINE_HEIGHT + MARGIN;
  const font = 'font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace"';
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escapeText(title)}</title>`,
    `<rect width="100%" height="100%" rx="8" fill="${BACKGROUND}"/>`,
    ...["#f2777a", "#e5c07b", "#7ec98f"].map(
      (color, index) => `<circle cx="${18 + index * 18}" cy="16" r="5" fill="${color}"/>`,
    ),
    `<g ${font} font-size="${FONT_SIZE}" fill="${FOREGROUND}" xml:space="preserve">`,
    ...lines.map((line, index) => drawLine(line, TITLE_HEIGHT + (index + 1) * LINE_HEIGHT - 4)),
    "</g>",
    "</svg>",
    "",
  ].join("\n");
}

/** The text of a picture's pane, line by line. */
export function textOfPicture(svg: string): readonly string[] {
  return [...svg.matchAll(/^<text .*<\/text>$|^<text .*\/>$/gm)].map(([line]) => {
    const text = line.replaceAll(/<[^>]*>/g, "");
    return text
      .replaceAll("&lt;", "<")
      .replaceAll("&gt;", ">")
      .replaceAll("&amp;", "&")
      .replaceAll("\u{a0}", " ");
  });
}

function drawLine(line: PaneLine, y: number): string {
  const length = lineText(line).length;
  if (length === 0) {
    return `<text x="${MARGIN}" y="${y}"/>`;
  }
  const textLength = (length * CHARACTER_WIDTH).toFixed(1);
  const pieces = line.map(drawPiece).join("");
  return `<text x="${MARGIN}" y="${y}" textLength="${textLength}">${pieces}</text>`;
}

function drawPiece({ text, color, bold, faint }: Piece): string {
  const fill = color === undefined ? undefined : PALETTE[color];
  const attributes = [
    fill === undefined ? "" : ` fill="${fill}"`,
    faint ? ` fill="${TITLE}"` : "",
    bold ? ' font-weight="bold"' : "",
  ];
  // Two fills are no XML; what is faint is grey whatever its colour is.
  const shown = faint ? attributes.slice(1) : attributes;
  // Viewers put one space in place of several, whatever xml:space says.
  const escaped = escapeText(text).replaceAll(" ", "\u{a0}");
  return shown.every((attribute) => attribute === "")
    ? escaped
    : `<tspan${shown.join("")}>${escaped}</tspan>`;
}

function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
