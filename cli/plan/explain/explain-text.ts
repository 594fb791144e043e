/** `ytcode plan --explain` on a terminal: for each verdict in or out, where, and by which rule. */
import path from "node:path";
import { isInside } from "../../../common/files/is-inside.ts";
import type { Painter } from "../../terminal/colors.ts";
import { formatMode } from "../../../common/text/format-mode.ts";
import { formatSize } from "../../../common/text/format-size.ts";
import type { Explanation, Verdict } from "./explanation.ts";
import type { RuleOrigin } from "../../../provider/pipeline/ignore/ignore-rules.ts";
import { shownName } from "../../../common/text/shown-name.ts";
import { factLines } from "../../terminal/report.ts";

/** The explanation as text, without a line end. */
export function explainText(explanation: Explanation, painter: Painter): string {
  const blocks = explanation.verdicts.map((verdict) => verdictText(verdict, explanation, painter));
  return [...blocks, ...problemsText(explanation, painter)].join("\n\n");
}

function verdictText(verdict: Verdict, explanation: Explanation, painter: Painter): string {
  const { pipelineDirectory } = explanation;
  const place = (file: string): string => shownName(shownFile(file, pipelineDirectory));
  const { file, archivePath, part, mode, sizeBytes, linkedTo } = verdict;
  const title = file === null ? shownName(archivePath ?? explanation.path) : place(file);
  const isInArchive = verdict.verdict === "in" || verdict.verdict === "walked";
  const facts: readonly (readonly [string, string | null])[] = [
    ["why", why(verdict, place)],
    ["part", isInArchive && part !== null ? shownName(part) : null],
    ["in archive", isInArchive && archivePath !== null ? shownName(archivePath) : null],
    ["link to", linkedTo === null ? null : place(linkedTo)],
    ["size", sizeBytes === null ? null : formatSize(sizeBytes)],
    ["mode", mode === null ? null : formatMode(mode)],
  ];
  const known = facts.flatMap(([name, value]) => (value === null ? [] : [[name, value] as const]));
  const lines = factLines(known, painter);
  const advice = verdict.because === "secret" ? (verdict.detail ?? "").split("\n").slice(1) : [];
  return [`${outcome(verdict, painter)} ${painter.strong(title)}`, ...lines, ...advice].join("\n");
}

function outcome({ verdict }: Verdict, painter: Painter): string {
  switch (verdict) {
    case "in":
      return painter.success("in");
    case "walked":
      return painter.success("entered");
    case "out":
      return painter.warning("out");
    case "refused":
      return painter.error("refused");
  }
}

function why(verdict: Verdict, place: (file: string) => string): string {
  const { because, detail, rule, excludedDirectory } = verdict;
  switch (because) {
    case "asked-for": {
      const taken =
        rule === null ? "no rule excludes it" : `${shownRule(rule, place)} takes it back`;
      return verdict.verdict === "walked" ? `${taken}; what is in it has rules of its own` : taken;
    }
    case "allowed-secret":
      return "it looks like a secret, and pipeline.allow_secrets lists it";
    case "rule": {
      const excluded =
        excludedDirectory === null ? "it" : `its directory "${place(excludedDirectory)}"`;
      return `${rule === null ? "a rule" : shownRule(rule, place)} excludes ${excluded}`;
    }
    case "ignore-file":
      return "it says what is packed, and is never packed itself";
    case "secret":
      return (detail ?? "").split("\n", 1)[0]?.split('" as ').at(-1) ?? "";
    case "generated":
    case "no-code":
    case "not-asked":
    case "shadowed":
    case "unpackable":
      return shownName(detail ?? "");
  }
}

function shownRule(rule: RuleOrigin, place: (file: string) => string): string {
  const text = `"${shownName(rule.text)}"`;
  return rule.type === "built-in"
    ? `the built-in rule ${text}`
    : `${place(rule.file)}, line ${rule.line}, ${text}`;
}

function problemsText({ problems }: Explanation, painter: Painter): readonly string[] {
  if (problems.length === 0) {
    return [];
  }
  const lines = problems.map((problem) => `  ${problem.split("\n").map(shownName).join("\n  ")}`);
  return [[painter.warning("Not looked at, as it cannot be packed:"), ...lines].join("\n")];
}

/** Relative to the pipeline when it is in there. */
function shownFile(file: string, pipelineDirectory: string): string {
  if (!isInside(pipelineDirectory, file)) {
    return file;
  }
  const relative = path.relative(pipelineDirectory, file);
  return relative === "" ? "." : relative;
}
