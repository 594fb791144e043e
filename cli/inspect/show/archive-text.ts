/** An archive for people: facts, parts, every entry, and last, next to the prompt, warnings. */
import type { Painter } from "../../terminal/colors.ts";
import { shownName } from "../../../common/text/shown-name.ts";
import type { ArchiveEntry } from "../../../provider/archive/read/read-archive.ts";
import { formatMode } from "../../../common/text/format-mode.ts";
import { formatSize } from "../../../common/text/format-size.ts";
import { shortDigest } from "../../../provider/manifest/digests.ts";
import type { NodeRecord } from "../../../provider/publication/records.ts";
import { revisionText } from "../../../provider/publication/revision-text.ts";
import { factLines, joinBlocks, warningLines } from "../../terminal/report.ts";
import { textTable } from "../../terminal/text-table.ts";
import { counted } from "../../../common/text/counted.ts";
import type { ExaminedArchive } from "./examine.ts";
import { isFile } from "../items.ts";

/** As wide as the longest size: `"1023.9 KiB"`. */
const SIZE_WIDTH = 10;

/** The lines of the report. */
export function archiveText(archive: ExaminedArchive, painter: Painter): readonly string[] {
  const blocks = [
    [painter.strong(shownName(archive.label)), ...archiveFacts(archive, painter)],
    archive.parts.length === 0 ? [] : partLines(archive, painter),
    archive.entries.length === 0 ? [] : entryLines(archive, painter),
    warningLines([...archive.warnings, ...(archive.disagreements ?? [])], painter),
  ];
  return joinBlocks(blocks);
}

function archiveFacts(archive: ExaminedArchive, painter: Painter): readonly string[] {
  const { packed, node, digest, operations, disagreements } = archive;
  const record = node?.record;
  const runs = operations.map(({ stage, operation }) => `${stage} (${operation})`);
  const rows: readonly (readonly [string, string] | undefined)[] = [
    ["size", sizes(archive)],
    ["digest", archive.arePartsCertain ? digest : `${digest} (parts recognised by name)`],
    packed === undefined ? undefined : ["sha256", packed.sha256],
    runs.length === 0 ? undefined : ["runs", runs.join(", ")],
    node === undefined ? undefined : ["published", publication(archive)],
    record?.revision && ["commit", revisionText(record.revision)],
    record?.promotedFrom === undefined
      ? undefined
      : ["promoted", `from ${record.promotedFrom.buildFolder} on ${record.promotedFrom.proxy}`],
    disagreements === undefined ? undefined : ["verified", verification(disagreements, painter)],
  ];
  const facts = rows
    .filter((row) => row !== undefined)
    .map(([name, value]) => [name, shownFact(value)] as const);
  return factLines(facts, painter);
}

/** The colours that `verification()` has put in are let through. */
function shownFact(value: string): string {
  return value.startsWith("\u001b") ? value : shownName(value);
}

function sizes({ packed, unpackedBytes, fileCount, parts }: ExaminedArchive): string {
  const contents = `${counted(fileCount, "file")} in ${counted(parts.length, "part")}`;
  const unpacked = `${formatSize(unpackedBytes)} unpacked, ${contents}`;
  if (packed === undefined) {
    return `${unpacked}; as it would be packed now`;
  }
  const format = packed.isGzip ? "packed" : "of plain tar";
  return `${formatSize(packed.sizeBytes)} ${format}, ${unpacked}`;
}

function publication({ node }: ExaminedArchive): string {
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

function partLines({ parts, digest, fileCount, unpackedBytes }: ExaminedArchive, painter: Painter) {
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

function entryLines({ entries }: ExaminedArchive, painter: Painter): readonly string[] {
  const head = `mode  ${"size".padStart(SIZE_WIDTH)}  entry`;
  return [painter.faint(head), ...entries.map((entry) => entryLine(entry, painter))];
}

function entryLine({ path, type, mode, sizeBytes, linkTarget }: ArchiveEntry, painter: Painter) {
  const isPlain = type === "file" || type === "directory";
  const size = type === "directory" ? "" : formatSize(sizeBytes);
  const target = linkTarget === undefined ? "" : ` -> ${shownName(linkTarget)}`;
  const kind = isPlain ? "" : ` ${painter.warning(`(${type.replaceAll("-", " ")})`)}`;
  return `${formatMode(mode)}  ${size.padStart(SIZE_WIDTH)}  ${shownName(path)}${target}${kind}`;
}
