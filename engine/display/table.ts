/** Lays a tree of resources out as a table. */
import { fits, textTable, wrapCells } from "../../cli/terminal/text-table.ts";

/** A line of a tree, and the lines below it. */
export interface TreeRow {
  /** Operation symbol, type, name, status, info. */
  readonly cells: readonly [string, string, string, string, string];
  readonly children: readonly TreeRow[];
}

/** A row with the branches in front of its type. */
interface FlatRow {
  readonly cells: readonly string[];
  /** The branches that go on below it. */
  readonly below: string;
}

/**
 * Lays a tree out as a table: the branches are drawn in front of the types, columns are as wide as
 * their widest cell, and the last one is left out when it is empty in every row.
 *
 * @param columns of the terminal; in one that is too narrow for the table the last column goes under its row, and
 *   where that does not help, each row is wrapped under its branch.
 *   @default any number
 * @returns the lines, without trailing blanks
 */
export function layOutTable(
  header: TreeRow["cells"],
  roots: readonly TreeRow[],
  columns: number = Infinity,
): readonly string[] {
  const rows = [
    { cells: header, below: "" },
    ...roots.flatMap((root) => flatten(root, "", undefined)),
  ];
  const hasInfo = rows.slice(1).some(({ cells }) => cells[4] !== "");
  const shown = rows.map(({ cells, below }) => ({ cells: cells.slice(0, hasInfo ? 5 : 4), below }));
  const lines = aligned(shown);
  if (fits(lines, columns)) {
    return lines;
  }
  const withoutInfo = aligned(
    rows.map(({ cells, below }) => ({ cells: cells.slice(0, 4), below })),
  );
  if (!fits(withoutInfo, columns)) {
    return shown.flatMap((row) => wrapRow(row, columns));
  }
  return rows.flatMap(({ cells: [, , , , info = ""], below }, index) => {
    const { [index]: line = "" } = lines;
    const { [index]: before = "" } = withoutInfo;
    return fits([line], columns) ? [line] : wrapCells([before, info], columns, hang(below));
  });
}

function aligned(rows: readonly FlatRow[]): readonly string[] {
  return textTable(rows.map(({ cells }) => cells)).map((line) => ` ${line}`);
}

/** What stands in front of the further lines of a row. */
function hang(below: string): string {
  return `     ${below}  `;
}

function wrapRow(
  { cells: [symbol = "", type = "", ...others], below }: FlatRow,
  columns: number,
): readonly string[] {
  return wrapCells([` ${symbol}  ${type}`, ...others], columns, hang(below));
}

function flatten(
  row: TreeRow,
  indentation: string,
  isLast: boolean | undefined,
): readonly FlatRow[] {
  const branch = isLast === undefined ? "" : isLast ? "└─ " : "├─ ";
  const inner = indentation + (isLast === undefined ? "" : isLast ? "   " : "│  ");
  const [symbol, type, name, status, info] = row.cells;
  return [
    {
      cells: [symbol, indentation + branch + type, name, status, info],
      below: row.children.length > 0 ? `${inner}│` : inner,
    },
    ...row.children.flatMap((child, index) =>
      flatten(child, inner, index === row.children.length - 1),
    ),
  ];
}
