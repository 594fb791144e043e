/** What a terminal shows after a command: lines of pieces of one look each. */
import terminals from "@xterm/headless";
import type { IBufferCell, IBufferLine } from "@xterm/headless";
import { runOnTerminal } from "../terminal.ts";

/** A piece of a line in which all has one look. */
export interface Piece {
  readonly text: string;
  /** 0 to 255, as terminals count their colours; undefined for the terminal's own. */
  readonly color: number | undefined;
  readonly bold: boolean;
  readonly faint: boolean;
}

/** A line of a pane. */
export type PaneLine = readonly Piece[];

const COLUMNS = 110;
/** So many that nothing scrolls away. */
const ROWS = 400;

/** A command and where it runs. */
export interface PaneCommand {
  readonly command: readonly string[];
  readonly directory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * Runs a command on a real terminal of 110 columns and reads its screen.
 *
 * @returns the exit status, and the lines up to the last that is not empty
 */
export async function capturePane({ command, directory, environment }: PaneCommand): Promise<{
  readonly status: number | null;
  readonly lines: readonly PaneLine[];
}> {
  const size = { rows: ROWS, columns: COLUMNS };
  const { status, sent } = await runOnTerminal(command, { ...size, directory, environment });
  return { status, lines: await readScreen(sent) };
}

/** What stands on the screen of a terminal that was sent a text. */
export async function readScreen(sent: string): Promise<readonly PaneLine[]> {
  const terminal = new terminals.Terminal({ cols: COLUMNS, rows: ROWS, allowProposedApi: true });
  await new Promise<void>((resolve) => {
    terminal.write(sent, resolve);
  });
  const { active } = terminal.buffer;
  const lines = Array.from({ length: ROWS }, (_, row) => readLine(active.getLine(row)));
  terminal.dispose();
  return lines.slice(0, lines.findLastIndex((line) => lineText(line) !== "") + 1);
}

/** The text of a line. */
export function lineText(line: PaneLine): string {
  return line.map(({ text }) => text).join("");
}

function readLine(line: IBufferLine | undefined): PaneLine {
  const pieces: Piece[] = [];
  for (let column = 0; column < COLUMNS; column += 1) {
    const cell = line?.getCell(column);
    // The second half of a wide character has no width.
    if (cell !== undefined && cell.getWidth() > 0) {
      const piece = readCell(cell);
      const last = pieces.at(-1);
      if (last !== undefined && hasSameLook(last, piece)) {
        pieces[pieces.length - 1] = { ...last, text: last.text + piece.text };
      } else {
        pieces.push(piece);
      }
    }
  }
  return withoutEnd(pieces);
}

function readCell(cell: IBufferCell): Piece {
  return {
    text: cell.getChars() === "" ? " " : cell.getChars(),
    color: cell.isFgDefault() ? undefined : cell.getFgColor(),
    bold: cell.isBold() !== 0,
    faint: cell.isDim() !== 0,
  };
}

function hasSameLook(a: Piece, b: Piece): boolean {
  return a.color === b.color && a.bold === b.bold && a.faint === b.faint;
}

/** A terminal fills its lines up with spaces. */
function withoutEnd(pieces: readonly Piece[]): PaneLine {
  const last = pieces.at(-1);
  if (last === undefined) {
    return [];
  }
  const text = last.text.trimEnd();
  return text === ""
    ? withoutEnd(pieces.slice(0, -1))
    : [...pieces.slice(0, -1), { ...last, text }];
}
