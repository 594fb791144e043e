/** What the reports of several commands are made of. */
import { counted } from "../../common/text/counted.ts";
import { shownName } from "../../common/text/shown-name.ts";
import type { Painter } from "./colors.ts";
import { textTable } from "./text-table.ts";

/** Puts an empty line between blocks; empty blocks are left out. */
export function joinBlocks(blocks: readonly (readonly string[])[]): readonly string[] {
  const shown = blocks.filter((block) => block.length > 0);
  return shown.flatMap((block, index) => (index === 0 ? block : ["", ...block]));
}

/** A line for each fact, set in under a title: its name and what it is. */
export function factLines(
  facts: readonly (readonly [name: string, value: string])[],
  painter: Painter,
): readonly string[] {
  const rows = facts.map(([name, value]) => [painter.faint(name), value]);
  return textTable(rows).map((line) => `  ${line}`);
}

/** A title and a line for each warning; none without warnings. */
export function warningLines(warnings: readonly string[], painter: Painter): readonly string[] {
  if (warnings.length === 0) {
    return [];
  }
  const lines = warnings.map((text) => `  ${painter.warning("!")} ${shownName(text)}`);
  return [painter.warning(counted(warnings.length, "warning")), ...lines];
}
