/** Plain text tables: columns as wide as their widest cell. */
import { visibleWidth } from "./colors.ts";

/** How a column is set. */
export type Alignment = "left" | "right";

/**
 * Lays rows out in columns, two spaces apart.
 *
 * @param rows cells, coloured or not
 * @param alignments by column. @default `"left"` for each
 * @returns a line for each row, without trailing spaces
 */
export function textTable(
  rows: readonly (readonly string[])[],
  alignments: readonly Alignment[] = [],
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
      .join("  ")
      .trimEnd(),
  );
}
