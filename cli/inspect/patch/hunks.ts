/** The hunks of a unified diff. */
import { structuredPatch } from "diff";
import type { StructuredPatchHunk } from "diff";

/** Lines around a change, as git and `diff -u` have them. */
const CONTEXT_LINES = 3;

/**
 * Files with more lines added and removed than this get one hunk: the search for the shortest
 * difference takes time in proportion to the square of it (here under a second).
 */
const MAX_EDITS = 2000;

/**
 * Compares two texts line by line.
 *
 * @param before its bytes, one a character
 * @param after its bytes, one a character
 * @returns a text for each hunk, with its line ends
 */
export function findHunks(before: string, after: string): readonly string[] {
  if (before === after) {
    return [];
  }
  const isWhole = before === "" || after === "";
  const patch = isWhole
    ? undefined
    : structuredPatch("", "", before, after, "", "", {
        context: CONTEXT_LINES,
        maxEditLength: MAX_EDITS,
      });
  const hunks = patch?.hunks ?? [oneHunk(linesOf(before), linesOf(after))];
  return hunks.map(formatHunk);
}

function formatHunk({
  oldStart,
  oldLines,
  newStart,
  newLines,
  lines,
}: StructuredPatchHunk): string {
  const ranges = `-${range(oldStart, oldLines)} +${range(newStart, newLines)}`;
  return `@@ ${ranges} @@\n${lines.join("\n")}\n`;
}

/** A range without lines gives the number of the line before it, as `diff -u` does. */
function range(first: number, count: number): string {
  return `${count === 0 ? first - 1 : first},${count}`;
}

/** Everything between what two texts begin with and what they end with, as one change. */
function oneHunk(before: readonly string[], after: readonly string[]): StructuredPatchHunk {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) {
    head += 1;
  }
  let tail = 0;
  while (tail < shorter - head && before.at(-1 - tail) === after.at(-1 - tail)) {
    tail += 1;
  }
  const first = Math.max(0, head - CONTEXT_LINES);
  const contextAfter = Math.min(tail, CONTEXT_LINES);
  const oldEnd = before.length - tail;
  const newEnd = after.length - tail;
  return {
    oldStart: first + 1,
    oldLines: oldEnd + contextAfter - first,
    newStart: first + 1,
    newLines: newEnd + contextAfter - first,
    lines: [
      ...marked(" ", before.slice(first, head)),
      ...marked("-", before.slice(head, oldEnd)),
      ...marked("+", after.slice(head, newEnd)),
      ...marked(" ", before.slice(oldEnd, oldEnd + contextAfter)),
    ],
  };
}

/** Lines with their line ends; the last one may have none. */
function linesOf(text: string): readonly string[] {
  return text === "" ? [] : text.split(/(?<=\n)/);
}

function marked(mark: string, lines: readonly string[]): readonly string[] {
  return lines.flatMap((line) =>
    line.endsWith("\n")
      ? [mark + line.slice(0, -1)]
      : [mark + line, "\\ No newline at end of file"],
  );
}
