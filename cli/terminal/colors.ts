import { styleText } from "node:util";
import type { Operation } from "../../engine/deploy/step.ts";

/** Adds colour to texts, or does not. */
export interface Painter {
  readonly heading: (text: string) => string;
  readonly resource: (text: string) => string;
  readonly error: (text: string) => string;
  readonly warning: (text: string) => string;
  readonly info: (text: string) => string;
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly operation: (operation: Operation, text: string) => string;
}

type Style = Parameters<typeof styleText>[0];

const OPERATION_STYLES: Readonly<Record<Operation, Style>> = {
  same: "reset",
  create: "green",
  update: "yellow",
  delete: "red",
  replace: "magenta",
  "create-replacement": "green",
  "delete-replaced": "red",
  read: "cyan",
  discard: "red",
  refresh: "yellow",
};

/** @param colored false for files, pipes, and wherever NO_COLOR is set */
export function createPainter(colored: boolean): Painter {
  const paint = (style: Style) => (text: string) =>
    colored && text !== "" ? styleText(style, text, { validateStream: false }) : text;
  return {
    heading: paint(["magenta", "bold"]),
    resource: paint(["blueBright"]),
    error: paint("red"),
    warning: paint("yellow"),
    info: paint("magenta"),
    strong: paint("bold"),
    faint: paint("dim"),
    operation: (operation, text) => paint(OPERATION_STYLES[operation])(text),
  };
}

/** Whether a stream is a terminal whose user wants colours. */
export function wantsColor(
  stream: { readonly isTTY?: boolean | undefined },
  environment: NodeJS.ProcessEnv,
): boolean {
  const { NO_COLOR } = environment;
  return stream.isTTY === true && (NO_COLOR === undefined || NO_COLOR === "");
}

/** The number of columns that a text takes up on a terminal. */
export function visibleWidth(text: string): number {
  return Array.from(withoutColor(text)).length;
}

/** Takes the colours off a text. */
export function withoutColor(text: string): string {
  // eslint-disable-next-line no-control-regex -- escape sequences begin with a control character
  return text.replaceAll(/\u001b\[[0-9;]*m/g, "");
}
