/** Lays a tree of resources out as a table. */
import { textTable } from "../../cli/terminal/text-table.ts";

/** A line of a tree, and the lines below it. */
export interface TreeRow {
  /** Operation symbol, type, name, status, info. */
  readonly cells: readonly [string, string, string, string, string];
  readonly children: readonly TreeRow[];
}

/**
 * Lays a tree out as a table: the branches are drawn in front of the types, columns are as wide as
 * their widest cell, and the last one is left out when it is empty in every row.
 *
 * @returns the lines, without trailing blanks
 */
export function layOutTable(
  header: TreeRow["cells"],
  roots: readonly TreeRow[],
): readonly string[] {
  const rows = [header, ...roots.flatMap((root) => flatten(root, "", undefined))];
  const hasInfo = rows.slice(1).some((cells) => cells[4] !== "");
  const shown = rows.map((cells) => cells.slice(0, hasInfo ? 5 : 4));
  return textTable(shown).map((line) => ` ${line}`);
}

function flatten(
  row: TreeRow,
  indentation: string,
  isLast: boolean | undefined,
): readonly TreeRow["cells"][] {
  const branch = isLast === undefined ? "" : isLast ? "└─ " : "├─ ";
  const below = isLast === undefined ? "" : isLast ? "   " : "│  ";
  const [symbol, type, name, status, info] = row.cells;
  return [
    [symbol, indentation + branch + type, name, status, info],
    ...row.children.flatMap((child, index) =>
      flatten(child, indentation + below, index === row.children.length - 1),
    ),
  ];
}
