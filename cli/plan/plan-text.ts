/** `ytcode plan` on a terminal: facts, parts, what is biggest, and last, next to the prompt, warnings. */
import type { Painter } from "../terminal/colors.ts";
import { formatSize } from "../../common/text/format-size.ts";
import { shortDigest } from "../../provider/manifest/digests.ts";
import { NO_CODE_NOTE } from "../../provider/manifest/manifest.ts";
import { shownName } from "../../common/text/shown-name.ts";
import { factLines, joinBlocks, warningLines } from "../terminal/report.ts";
import { textTable } from "../terminal/text-table.ts";
import { shownPath } from "../user-directory.ts";
import { formatShare } from "./format-share.ts";
import type { PlanBiggestFile, PlanDocument, PlanOperation } from "./plan-document.ts";

/** Smaller archives are shown without their biggest files and folders. */
const SMALL_ARCHIVE_BYTES = 1 << 20;

/** Files and folders with a smaller share of the archive are not listed. */
const LEAST_SHARE = 0.01;

/** The report as text, without a line end. */
export function planText(plan: PlanDocument, painter: Painter): string {
  const isEmpty = plan.parts.length === 0;
  const blocks = [
    [painter.strong(shownName(shownPath(plan.pipelineDirectory))), ...facts(plan, painter)],
    isEmpty ? [NO_CODE_NOTE] : partsTable(plan, painter),
    ...(plan.sizeBytes < SMALL_ARCHIVE_BYTES
      ? []
      : [
          biggestTable("biggest files", plan.biggest.files, plan, painter),
          biggestTable("biggest folders", plan.biggest.folders, plan, painter),
        ]),
    warningLines(
      plan.warnings.map(({ message }) => message),
      painter,
    ),
  ];
  return joinBlocks(blocks).join("\n");
}

function facts(plan: PlanDocument, painter: Painter): readonly string[] {
  const runs = plan.operations.map(formatRun);
  const variables = plan.environment.map(
    ({ variable, key, isSet }) => `${variable} (${key}${isSet ? "" : ", not set"})`,
  );
  const always = [
    ["mode", plan.mode],
    ["build folder", shownName(plan.buildFolder ?? "not set")],
    ...(variables.length === 0 ? [] : [["environment", shownName(variables.join(", "))] as const]),
  ] as const;
  const withCode = [
    ["runs", runs.length === 0 ? "nothing" : runs.join(", ")],
    ["ytjobs", plan.ytjobs],
  ] as const;
  return factLines(plan.parts.length === 0 ? always : [...always, ...withCode], painter);
}

/** `"train (map)"`, and with the script when its name is not the operation's own: `"train (map: score.py)"`. */
function formatRun({ stage, operation, entryPoint }: PlanOperation): string {
  const script = entryPoint.slice(`stages/${stage}/src/`.length);
  const isOrdinary = ["mapper.py", "vanilla.py", "reducer.py"].includes(script);
  return `${stage} (${operation}${isOrdinary ? "" : `: ${shownName(script)}`})`;
}

/** Biggest first; a part that a warning is about stands out. */
function partsTable(plan: PlanDocument, painter: Painter): readonly string[] {
  const withWarnings = new Set(plan.warnings.map(({ part }) => part));
  const rows = plan.parts
    .toSorted((a, b) => b.sizeBytes - a.sizeBytes)
    .map(({ key, fileCount, sizeBytes, digest }) => [
      withWarnings.has(key) ? painter.warning(shownName(key)) : shownName(key),
      String(fileCount),
      formatSize(sizeBytes),
      formatShare(sizeBytes, plan.sizeBytes),
      painter.faint(shortDigest(digest)),
    ]);
  const head = ["part", "files", "size", "share", "digest"].map(painter.faint);
  const total = ["total", String(plan.fileCount), formatSize(plan.sizeBytes), ""].map(
    painter.strong,
  );
  return textTable(
    [head, ...rows, [...total, painter.faint(shortDigest(plan.digest))]],
    ["left", "right", "right", "right", "left"],
  );
}

function biggestTable(
  title: string,
  items: readonly PlanBiggestFile[],
  plan: PlanDocument,
  painter: Painter,
): readonly string[] {
  const listed = items.filter(({ sizeBytes }) => sizeBytes >= LEAST_SHARE * plan.sizeBytes);
  if (listed.length === 0) {
    return [];
  }
  const rows = listed.map(({ path, sizeBytes }) => [
    formatSize(sizeBytes),
    formatShare(sizeBytes, plan.sizeBytes),
    shownName(path),
  ]);
  const head = ["size", "share", title].map(painter.faint);
  return textTable([head, ...rows], ["right", "right", "left"]);
}
