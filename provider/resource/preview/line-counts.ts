/** How many lines differ between two texts. */
import { diffLines } from "diff";

/** Lines added and removed, as `git diff --numstat` counts them. */
export interface LineCounts {
  readonly added: number;
  readonly removed: number;
}

/** With more lines added and removed than this the search takes too long: its time grows with the square of it. */
const MAX_EDITS = 2000;

/** Counts the lines that differ; undefined when there are too many to be compared. */
export function countLines(before: string, after: string): LineCounts | undefined {
  if (before === "" || after === "") {
    return { added: linesOf(after), removed: linesOf(before) };
  }
  const changes = diffLines(before, after, { maxEditLength: MAX_EDITS });
  return (
    changes && {
      added: sum(changes.map(({ added, count }) => (added ? count : 0))),
      removed: sum(changes.map(({ removed, count }) => (removed ? count : 0))),
    }
  );
}

/** A last line without an end is one, too. */
function linesOf(text: string): number {
  const ends = text.split("\n").length - 1;
  return text === "" || text.endsWith("\n") ? ends : ends + 1;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
