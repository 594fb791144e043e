/** What differs between two archives, for people. */
import type { Painter } from "../../terminal/colors.ts";
import { shownName } from "../../../common/text/shown-name.ts";
import { formatMode } from "../../../common/text/format-mode.ts";
import { formatSize } from "../../../common/text/format-size.ts";
import { shortDigest } from "../../../provider/manifest/digests.ts";
import { joinBlocks, warningLines } from "../../terminal/report.ts";
import { textTable } from "../../terminal/text-table.ts";
import type { Change } from "./compare-archives.ts";
import { counted } from "../../../common/text/counted.ts";
import type { Difference } from "./difference.ts";
import type { ExaminedArchive } from "../show/examine.ts";
import { isFile, packedMode } from "../items.ts";
import type { Item } from "../items.ts";

/** How a kind of change is marked. */
const MARKS = { added: "+", removed: "-", changed: "~", renamed: ">" } as const;

/** The order of kinds in the summary. */
const KINDS = ["added", "removed", "changed", "renamed"] as const;

/** The lines of the report. */
export function differenceText(difference: Difference, painter: Painter): readonly string[] {
  const { before, after } = difference;
  const blocks = [
    headLines(difference, painter),
    ...difference.parts.map(({ key, changes }) => [
      painter.strong(shownName(key)),
      ...textTable(changes.map((change) => changeRow(change, painter))).map((line) => `  ${line}`),
    ]),
    [painter.strong(summary(difference))],
    warningLines([...labelled(before), ...labelled(after)], painter),
  ];
  return joinBlocks(blocks);
}

/** The warnings of one archive, with its label in front. */
function labelled({ label, warnings, disagreements = [] }: ExaminedArchive): readonly string[] {
  return [...warnings, ...disagreements].map((warning) => `${label}: ${warning}`);
}

function headLines({ before, after }: Difference, painter: Painter): readonly string[] {
  const rows = [
    ["from", before],
    ["to", after],
  ] as const;
  const cells = rows.map(([name, side]) => [
    painter.faint(name),
    painter.strong(shownName(side.label)),
    painter.faint(`digest ${shortDigest(side.digest)}`),
    side.packed === undefined ? "as it would be packed now" : formatSize(side.packed.sizeBytes),
  ]);
  return textTable(cells);
}

function changeRow(change: Change, painter: Painter): readonly string[] {
  const mark = MARKS[change.type];
  const paint = painter[change.type];
  switch (change.type) {
    case "added":
      return [paint(`${mark} ${itemName(change.after)}`), itemSize(change.after)];
    case "removed":
      return [paint(`${mark} ${itemName(change.before)}`), itemSize(change.before)];
    case "renamed": {
      const names = `${shownName(change.before.name)} -> ${shownName(change.after.name)}`;
      return [paint(`${mark} ${names}`), details(change.before, change.after)];
    }
    case "changed":
      return [paint(`${mark} ${itemName(change.after)}`), details(change.before, change.after)];
  }
}

function itemName({ name, linkTarget }: Item): string {
  return linkTarget === undefined
    ? shownName(name)
    : `${shownName(name)} -> ${shownName(linkTarget)}`;
}

function itemSize(item: Item): string {
  if (!isFile(item)) {
    return item.type.replaceAll("-", " ");
  }
  const mode = packedMode(item);
  return `${formatSize(item.sizeBytes)}${mode === 0o755 ? `  mode ${formatMode(mode)}` : ""}`;
}

/** How an item's kind, mode and size changed. */
function details(before: Item, after: Item): string {
  if (!isFile(before) || !isFile(after)) {
    const kinds = [before, after].map((item) => item.type.replaceAll("-", " "));
    return kinds[0] === kinds[1] ? `other ${kinds[0]}` : kinds.join(" to ");
  }
  const [oldMode, newMode] = [packedMode(before), packedMode(after)];
  const mode = oldMode === newMode ? [] : [`mode ${formatMode(oldMode)} to ${formatMode(newMode)}`];
  const isSame = before.sha256 === after.sha256;
  const size = isSame ? formatSize(after.sizeBytes) : growth(before.sizeBytes, after.sizeBytes);
  return [size, ...mode].join("  ");
}

/** `"1.0 KiB to 1.1 KiB (+100 B)"`. */
function growth(before: number, after: number): string {
  const by = after - before;
  const sign = by < 0 ? "-" : "+";
  const change = by === 0 ? "same size" : sign + formatSize(Math.abs(by));
  return `${formatSize(before)} to ${formatSize(after)} (${change})`;
}

function summary({ changes, before, after }: Difference): string {
  if (changes.length === 0) {
    return `No difference: ${counted(after.fileCount, "file")}, ${formatSize(after.unpackedBytes)} unpacked`;
  }
  const counts = KINDS.map((kind) => ({
    kind,
    count: changes.filter(({ type }) => type === kind).length,
  })).filter(({ count }) => count > 0);
  const kinds = counts.map(({ kind, count }) => `${count} ${kind}`).join(", ");
  return `${counted(changes.length, "difference")}: ${kinds}; unpacked ${growth(before.unpackedBytes, after.unpackedBytes)}`;
}
