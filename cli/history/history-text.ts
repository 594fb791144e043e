/** A build folder's versions for people: a line for each, and under it where it is from and who keeps it. */
import { counted } from "../../common/text/counted.ts";
import { formatSize } from "../../common/text/format-size.ts";
import { shownName } from "../../common/text/shown-name.ts";
import type { HistoryEntry } from "../../provider/cluster.ts";
import { revisionText } from "../../provider/publication/revision-text.ts";
import { shortDigest } from "../../provider/manifest/digests.ts";
import type { Painter } from "../terminal/colors.ts";
import { textTable } from "../terminal/text-table.ts";
import type { History } from "./open-history.ts";

type Mark = HistoryEntry["marks"][number];

/** The lines of the report. */
export function historyText(history: History, painter: Painter): readonly string[] {
  const { buildFolder, proxy, versions } = history;
  const title = painter.strong(shownName(`${buildFolder} on ${proxy}`));
  if (versions.length === 0) {
    return [title, "  no version was published here by this tool"];
  }
  const head = ["digest", "sha256", "published", "size", "by"].map(painter.faint);
  const rows = versions.map((version) => versionRow(version, painter));
  const [header = "", ...lines] = textTable(
    [head, ...rows],
    ["left", "left", "left", "right", "left"],
  );
  return [
    `${title}: ${counted(versions.length, "version")}`,
    "",
    header,
    ...lines.flatMap((line, index) => [line, ...notes(versions[index], versions, painter)]),
  ];
}

function versionRow(version: HistoryEntry, painter: Painter): readonly string[] {
  const { digest, sha256, publishedAt, sizeBytes, publisher, liveSince } = version;
  const { resource, stack, project } = publisher;
  const by = shownName(`${resource} of stack ${stack} (project ${project})`);
  return [
    shortDigest(digest),
    shortDigest(sha256),
    shownTime(publishedAt),
    formatSize(sizeBytes),
    liveSince === undefined ? by : `${by}  ${painter.success("live")}`,
  ];
}

function notes(
  version: HistoryEntry | undefined,
  versions: readonly HistoryEntry[],
  painter: Painter,
): readonly string[] {
  const {
    promotedFrom,
    liveSince,
    promotedAt,
    marks = [],
    publishedAt = "",
    revision,
  } = version ?? {};
  // The two times differ by the length of the publication, however short: what tells is another version in between.
  const isBack =
    liveSince !== undefined &&
    versions.some((other) => other.publishedAt > publishedAt && other.publishedAt < liveSince);
  const texts = [
    isBack ? `live since ${shownTime(liveSince)}` : undefined,
    revision && `commit ${revisionText(revision)}`,
    promotedFrom && `promoted from ${promotedFrom.buildFolder} on ${promotedFrom.proxy}`,
    ...marks.map(markText),
    promotedAt !== undefined && marks.length === 0
      ? `promoted from here ${shownTime(promotedAt)}`
      : undefined,
  ];
  return texts
    .filter((text) => text !== undefined)
    .map((text) => `  ${painter.faint(shownName(text))}`);
}

function markText({ resource, stack, buildFolder, proxy, renewedAt, attribute }: Mark): string {
  const who =
    resource === undefined || stack === undefined
      ? "somebody"
      : `${resource} of stack ${stack} in ${buildFolder} on ${proxy}`;
  const when = renewedAt === undefined ? "" : `, since ${shownTime(renewedAt)}`;
  return `kept for ${who}${when} (@${attribute})`;
}

/** A cluster counts microseconds, nobody else does. */
function shownTime(time: string): string {
  return time.replace(/\.\d+Z$/, "Z");
}
