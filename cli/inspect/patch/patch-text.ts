/** A patch on a terminal: coloured, and with nothing in it that acts on the terminal. */
import type { Painter } from "../../terminal/colors.ts";
import { escapeUnshowable } from "../../../common/text/shown-name.ts";

/**
 * The lines of a patch, for people. What is no UTF-8, and control characters but tabs, are
 * escaped, so that these lines cannot be applied.
 */
export function patchText(patch: Buffer, painter: Painter): readonly string[] {
  const text = patch.toString("utf8");
  const lines = (text.endsWith("\n") ? text.slice(0, -1) : text).split("\n");
  // Inside a hunk a line may look like a header, so the hunk's lines are counted.
  let linesLeft = { before: 0, after: 0 };
  return lines.map((line) => {
    const shown = escapeUnshowable(line, "\t");
    if (linesLeft.before > 0 || linesLeft.after > 0) {
      linesLeft = {
        before: linesLeft.before - (/^[- ]/.test(line) ? 1 : 0),
        after: linesLeft.after - (/^[+ ]/.test(line) ? 1 : 0),
      };
      return paintContent(line, shown, painter);
    }
    const [, before = "0", after = "0"] = /^@@ -\d+,(\d+) \+\d+,(\d+) @@$/.exec(line) ?? [];
    linesLeft = { before: Number(before), after: Number(after) };
    if (line.startsWith("@@ ")) {
      return painter.position(shown);
    }
    return line.startsWith("# ") ? painter.warning(shown) : painter.strong(shown);
  });
}

function paintContent(line: string, shown: string, painter: Painter): string {
  if (line.startsWith("+")) {
    return painter.added(shown);
  }
  return line.startsWith("-") ? painter.removed(shown) : shown;
}
