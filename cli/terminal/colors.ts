/** Colours for a terminal, and texts without them. */
import { styleText } from "node:util";
import { escapeUnshowable } from "../../common/text/shown-name.ts";
import { textWidth } from "../../common/text/text-width.ts";
import { isDumb } from "./terminal.ts";

/** Adds colour to texts, or does not. */
export interface Painter {
  readonly heading: (text: string) => string;
  readonly resource: (text: string) => string;
  readonly error: (text: string) => string;
  readonly warning: (text: string) => string;
  readonly info: (text: string) => string;
  readonly success: (text: string) => string;
  readonly added: (text: string) => string;
  readonly changed: (text: string) => string;
  readonly removed: (text: string) => string;
  readonly renamed: (text: string) => string;
  /** A line number, or another place in a text. */
  readonly position: (text: string) => string;
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
}

/** A colour, or what else a terminal can do to a text, by Node's names. */
export type Style = Parameters<typeof styleText>[0];

/**
 * Gives a text a style.
 *
 * @param colored false leaves it as it is
 */
export function paint(text: string, style: Style, colored: boolean): string {
  return colored && text !== "" ? styleText(style, text, { validateStream: false }) : text;
}

/** @param colored false for files, pipes, and wherever NO_COLOR is set */
export function createPainter(colored: boolean): Painter {
  const inStyle = (style: Style) => (text: string) => paint(text, style, colored);
  return {
    heading: inStyle(["magenta", "bold"]),
    resource: inStyle(["blueBright"]),
    error: inStyle("red"),
    warning: inStyle("yellow"),
    info: inStyle("magenta"),
    success: inStyle("green"),
    added: inStyle("green"),
    changed: inStyle("yellow"),
    removed: inStyle("red"),
    renamed: inStyle("magenta"),
    position: inStyle("cyan"),
    strong: inStyle("bold"),
    faint: inStyle("dim"),
  };
}

/** What `--color` can be: `auto` looks at the terminal. */
export const COLOR_CHOICES = ["auto", "always", "never"] as const;

/** One of {@link COLOR_CHOICES}. */
export type ColorChoice = (typeof COLOR_CHOICES)[number];

/**
 * Whether a stream gets colours.
 *
 * @param choice what the user said. @default `"auto"`: a terminal does that can show them, unless `NO_COLOR` is set,
 *   or `FORCE_COLOR` to 0
 */
export function wantsColor(
  stream: { readonly isTTY?: boolean | undefined },
  environment: NodeJS.ProcessEnv,
  choice: ColorChoice = "auto",
): boolean {
  if (choice !== "auto") {
    return choice === "always";
  }
  const { NO_COLOR = "", FORCE_COLOR = "" } = environment;
  const isUnwanted = NO_COLOR !== "" || FORCE_COLOR === "0" || FORCE_COLOR === "false";
  return stream.isTTY === true && !isUnwanted && !isDumb(environment);
}

/** The number of columns that a text takes up on a terminal. */
export function visibleWidth(text: string): number {
  return textWidth(withoutColor(text));
}

/** Takes the colours off a text. */
export function withoutColor(text: string): string {
  // eslint-disable-next-line no-control-regex -- escape sequences begin with a control character
  return text.replaceAll(/\u001b\[[0-9;]*m/g, "");
}

/** Colours, and what switches them off again; no cursor is moved by them. */
// oxlint-disable-next-line no-control-regex -- escape sequences begin with a control character
const COLORS = /\u001b\[[0-9;]*m/g;

/**
 * Text with everything escaped that would do more to a terminal than show it.
 *
 * @param colored lets colours through
 */
export function withoutControls(text: string, colored: boolean): string {
  if (!colored) {
    return escapeUnshowable(text, "\n\t");
  }
  const colors = text.match(COLORS) ?? [];
  return text
    .split(COLORS)
    .map((piece, index) => escapeUnshowable(piece, "\n\t") + (colors[index] ?? ""))
    .join("");
}
