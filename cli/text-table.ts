/** Plain text tables: columns as wide as their widest cell. */

/** How a column is set. */
export type Alignment = "left" | "right";

/**
 * Lays rows out in columns, two spaces apart.
 *
 * @param rows cells; each row as long as `alignments`
 * @returns a line for each row, without trailing spaces
 */
export function textTable(
  rows: readonly (readonly string[])[],
  alignments: readonly Alignment[],
): readonly string[] {
  const widths = alignments.map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return alignments[column] === "right" ? cell.padStart(width) : cell.padEnd(width);
      })
      .join("  ")
      .trimEnd(),
  );
}
