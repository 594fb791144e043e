/** A line at the bottom of the terminal that tells what is going on. */
import { cutToWidth } from "../../common/text/text-width.ts";

/** How often the line is drawn anew, milliseconds. */
const INTERVAL_MS = 250;

/** Back to the line's beginning, and nothing behind it. */
const CLEAR_LINE = "\r\u001b[K";

/** A terminal that a line can be drawn over. */
export interface Terminal {
  write(text: string): unknown;
  readonly columns?: number | undefined;
}

/** Writes lines in the place of the one that the cursor stands in: a status line, or `^C`. */
export function writeOverLine(
  stream: Terminal & { readonly isTTY?: boolean | undefined },
  text: string,
): void {
  stream.write(stream.isTTY === true ? `${CLEAR_LINE}${text}` : text);
}

/** The last line of a terminal, telling what is going on; everything else is printed above it. */
export class StatusLine {
  readonly #terminal: Terminal;
  readonly #text: () => string;
  #timer: NodeJS.Timeout | undefined;
  #shown = false;

  /** @param text what to show now; empty for nothing */
  constructor(terminal: Terminal, text: () => string) {
    this.#terminal = terminal;
    this.#text = text;
  }

  start(): void {
    this.#timer = setInterval(() => this.#draw(), INTERVAL_MS);
    this.#timer.unref();
  }

  /** Removes the line, so that something else can be printed. */
  clear(): void {
    if (this.#shown) {
      this.#terminal.write(CLEAR_LINE);
    }
    this.#shown = false;
  }

  stop(): void {
    clearInterval(this.#timer);
    this.clear();
  }

  #draw(): void {
    const text = this.#text();
    this.clear();
    if (text === "") {
      return;
    }
    const width = (this.#terminal.columns ?? 80) - 1;
    this.#terminal.write(cutToWidth(text, width));
    this.#shown = true;
  }
}
