/** The lines at the bottom of the terminal that tell what is going on. */
import { cutToWidth } from "../../common/text/text-width.ts";
import { columnsOf } from "./terminal.ts";

/** How often the lines are drawn anew, milliseconds. */
const INTERVAL_MS = 250;

/** More lines than this would push everything else off the screen. */
const MOST_LINES = 8;

/** Back to the line's beginning, and nothing behind it. */
const CLEAR_LINE = "\r\u001b[K";
const UP = "\u001b[A";

/** A terminal that a line can be drawn over. */
export interface Terminal {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
}

/** Those that are drawn at the moment. */
const drawn = new Set<StatusLine>();

/** Writes lines in the place of the one that the cursor stands in: a status line, or `^C`. */
export function writeOverLine(stream: Terminal, text: string): void {
  for (const line of drawn) {
    line.clear();
  }
  stream.write(stream.isTTY === true ? `${CLEAR_LINE}${text}` : text);
}

/** The last lines of a terminal, telling what is going on; everything else is printed above them. */
export class StatusLine {
  readonly #terminal: Terminal;
  readonly #lines: () => readonly string[];
  readonly #ellipsis: string;
  #timer: NodeJS.Timeout | undefined;
  #shownLines = 0;

  /**
   * @param lines what to show now; none for nothing
   * @param ellipsis where there is no room for all of a line. @default `"…"`
   */
  constructor(terminal: Terminal, lines: () => readonly string[], ellipsis = "…") {
    this.#terminal = terminal;
    this.#lines = lines;
    this.#ellipsis = ellipsis;
  }

  start(): void {
    this.#timer = setInterval(() => this.draw(), INTERVAL_MS);
    this.#timer.unref();
  }

  /** Removes the lines, so that something else can be printed. */
  clear(): void {
    if (this.#shownLines > 0) {
      this.#terminal.write(CLEAR_LINE + (UP + CLEAR_LINE).repeat(this.#shownLines - 1));
    }
    this.#shownLines = 0;
    drawn.delete(this);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.clear();
  }

  draw(): void {
    const lines = this.#fitting(this.#lines());
    this.clear();
    if (lines.length === 0) {
      return;
    }
    // A line that is full could be wrapped, and then only its end would be drawn over.
    const width = (columnsOf(this.#terminal) ?? 80) - 1;
    const cut = lines.map((line) => cutToWidth(line, width, this.#ellipsis));
    this.#terminal.write(cut.join("\n"));
    this.#shownLines = lines.length;
    drawn.add(this);
  }

  /** What has scrolled off the screen could not be drawn over. */
  #fitting(lines: readonly string[]): readonly string[] {
    const most = Math.max(Math.min(MOST_LINES, (this.#terminal.rows ?? 24) - 1), 1);
    return lines.length <= most
      ? lines
      : [...lines.slice(0, most - 1), `and ${lines.length - most + 1} more`];
  }
}
