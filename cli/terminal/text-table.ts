/** Plain text tables: columns as wide as their widest cell, or cells one after the other where there is no room. */
import { visibleWidth } from "./colors.ts";

/** How a column is set. */
export type Alignment = "left" | "right";

/** What stands between two cells. */
const GAP = "  ";

/**
 * Lays rows out in columns, two spaces apart.
 *
 * @param rows cells, coloured or not
 * @param alignments by column. @default `"left"` for each
 * @param columns how many there are; where they are too few, each row is wrapped by itself. @default any number
 * @returns a line for each row, or several, without trailing spaces
 */
export function textTable(
  rows: readonly (readonly string[])[],
  alignments: readonly Alignment[] = [],
  columns: number = Infinity,
): readonly string[] {
  const lines = alignedRows(rows, alignments);
  return fits(lines, columns) ? lines : rows.flatMap((row) => wrapCells(row, columns, "    "));
}

/** Whether no line is wider than that many columns. */
export function fits(lines: readonly string[], columns: number): boolean {
  return columns === Infinity || lines.every((line) => visibleWidth(line) <= columns);
}

function alignedRows(
  rows: readonly (readonly string[])[],
  alignments: readonly Alignment[],
): readonly string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, visibleWidth(cell));
    });
  }
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const space = " ".repeat((widths[column] ?? 0) - visibleWidth(cell));
        return alignments[column] === "right" ? space + cell : cell + space;
      })
      .join(GAP)
      .trimEnd(),
  );
}

/**
 * Sets cells one after the other, and goes on in a new line before one that has no room; a cell that is longer than
 * a line is broken between its words. A word that is longer is left to the terminal.
 *
 * @param hang what stands in front of further lines
 */
export function wrapCells(
  cells: readonly string[],
  columns: number,
  hang: string,
): readonly string[] {
  const lines: string[] = [];
  let line: string | undefined;
  const add = (text: string, gap: string): void => {
    if (line !== undefined && visibleWidth(`${line}${gap}${text}`) > columns) {
      lines.push(line);
      line = `${hang}${text}`;
    } else {
      line = line === undefined ? text : `${line}${gap}${text}`;
    }
  };
  for (const cell of cells) {
    if (cell.trim() === "") {
      continue;
    }
    const isLong = visibleWidth(`${hang}${cell}`) > columns && line !== undefined;
    const [first = "", ...words] = isLong ? cell.split(" ") : [cell];
    add(first, GAP);
    words.forEach((word) => add(word, " "));
  }
  return line === undefined ? [""] : [...lines, line];
}
