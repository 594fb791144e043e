/** A line at the bottom of the terminal that tells what is going on. */
import { visibleWidth } from "./colors.ts";

/** How often the line is drawn anew, milliseconds. */
const INTERVAL_MS = 250;

/** A terminal that a line can be drawn over. */
export interface Terminal {
  write(text: string): unknown;
  readonly columns?: number | undefined;
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
      this.#terminal.write("\r\u001b[K");
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
    this.#terminal.write(visibleWidth(text) > width ? `${text.slice(0, width - 1)}…` : text);
    this.#shown = true;
  }
}
