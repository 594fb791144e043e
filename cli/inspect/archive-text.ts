/** An archive for people: facts, parts, every entry, and last, next to the prompt, warnings. */
import type { Painter } from "../terminal/colors.ts";
import { shownName } from "../../common/text/shown-name.ts";
import type { ArchiveEntry } from "../../provider/archive/read/read-archive.ts";
import { formatSize } from "../../common/text/format-size.ts";
import { shortDigest } from "../../provider/manifest/digests.ts";
import type { NodeRecord } from "../../provider/publication/records.ts";
import { textTable } from "../terminal/text-table.ts";
import { counted } from "../../common/text/counted.ts";
import type { Examined } from "./examine.ts";
import { isFile, shownMode } from "./inspected.ts";

/** As wide as the longest size: `"1023.9 KiB"`. */
const SIZE_WIDTH = 10;

/** The lines of the report. */
export function archiveText(archive: Examined, painter: Painter): readonly string[] {
  const blocks = [
    [painter.strong(shownName(archive.label)), ...factLines(archive, painter)],
    archive.parts.length === 0 ? [] : partLines(archive, painter),
    archive.entries.length === 0 ? [] : entryLines(archive, painter),
    warningLines([...archive.warnings, ...(archive.disagreements ?? [])], painter),
  ];
  const shown = blocks.filter((block) => block.length > 0);
  return shown.flatMap((block, index) => (index === 0 ? block : ["", ...block]));
}

/** A title and a line for each warning; none without warnings. */
export function warningLines(warnings: readonly string[], painter: Painter): readonly string[] {
  if (warnings.length === 0) return [];
  const title = counted(warnings.length, "warning");
  const lines = warnings.map((text) => `  ${painter.warning("!")} ${shownName(text)}`);
  return [painter.warning(title), ...lines];
}

function factLines(archive: Examined, painter: Painter): readonly string[] {
  const { packed, node, digest, operations, disagreements } = archive;
  const record = node?.record;
  const runs = operations.map(({ stage, operation }) => `${stage} (${operation})`);
  const rows: readonly (readonly [string, string] | undefined)[] = [
    ["size", sizes(archive)],
    ["digest", archive.arePartsCertain ? digest : `${digest} (parts told by names)`],
    packed === undefined ? undefined : ["sha256", packed.sha256],
    runs.length === 0 ? undefined : ["runs", runs.join(", ")],
    node === undefined ? undefined : ["published", publication(archive)],
    record?.promotedFrom === undefined
      ? undefined
      : ["promoted", `from ${record.promotedFrom.buildFolder} on ${record.promotedFrom.proxy}`],
    disagreements === undefined ? undefined : ["verified", verification(disagreements, painter)],
  ];
  const cells = rows
    .filter((row) => row !== undefined)
    .map(([name, value]) => [painter.faint(name), shownFact(value)]);
  return textTable(cells, ["left", "left"]).map((line) => `  ${line}`);
}

/** The colours that `verification()` has put in are let through. */
function shownFact(value: string): string {
  return value.startsWith("\u001b") ? value : shownName(value);
}

function sizes({ packed, unpackedBytes, fileCount, parts }: Examined): string {
  const contents = `${counted(fileCount, "file")} in ${counted(parts.length, "part")}`;
  const unpacked = `${formatSize(unpackedBytes)} unpacked, ${contents}`;
  if (packed === undefined) return `${unpacked}; as packing it now would give it`;
  const format = packed.isGzip ? "packed" : "of plain tar";
  return `${formatSize(packed.sizeBytes)} ${format}, ${unpacked}`;
}

function publication({ node }: Examined): string {
  // A cluster counts microseconds, nobody else does.
  const time = node?.creationTime?.replace(/\.\d+Z$/, "Z");
  const at = time === undefined ? "" : `${time} `;
  return node?.record === undefined ? `${at}not by this tool` : at + publisherText(node.record);
}

function publisherText({ publisher }: NodeRecord): string {
  const { resource, project, stack, toolVersion } = publisher;
  return `by resource "${resource}" of project "${project}", stack "${stack}", version ${toolVersion}`;
}

function verification(disagreements: readonly string[], painter: Painter): string {
  return disagreements.length === 0
    ? painter.success("content and attributes agree")
    : painter.error("no: content and attributes do not agree");
}

function partLines({ parts, digest, fileCount, unpackedBytes }: Examined, painter: Painter) {
  const rows = parts.map((part) => [
    shownName(part.key),
    String(part.items.filter(isFile).length),
    formatSize(part.sizeBytes),
    painter.faint(shortDigest(part.digest)),
  ]);
  const head = ["part", "files", "size", "digest"].map(painter.faint);
  const total = ["total", String(fileCount), formatSize(unpackedBytes)].map(painter.strong);
  return textTable(
    [head, ...rows, [...total, painter.faint(shortDigest(digest))]],
    ["left", "right", "right", "left"],
  );
}

function entryLines({ entries }: Examined, painter: Painter): readonly string[] {
  const head = `mode  ${"size".padStart(SIZE_WIDTH)}  entry`;
  return [painter.faint(head), ...entries.map((entry) => entryLine(entry, painter))];
}

function entryLine({ path, type, mode, sizeBytes, linkTarget }: ArchiveEntry, painter: Painter) {
  const isPlain = type === "file" || type === "directory";
  const size = type === "directory" ? "" : formatSize(sizeBytes);
  const target = linkTarget === undefined ? "" : ` -> ${shownName(linkTarget)}`;
  const kind = isPlain ? "" : ` ${painter.warning(`(${type.replaceAll("-", " ")})`)}`;
  return `${shownMode(mode)}  ${size.padStart(SIZE_WIDTH)}  ${shownName(path)}${target}${kind}`;
}
