/** The shape of `ytcode plan --explain PATH --json`, version 1, as `docs/plan-json.md` describes it. */
import { formatMode } from "../../../common/text/format-mode.ts";
import type { Explanation, Verdict } from "./explanation.ts";
import type { RuleOrigin } from "../../../provider/pipeline/ignore/ignore-rules.ts";

/** An explanation. */
export interface ExplainDocument {
  /** Of this shape: goes up when a key goes away or changes its meaning, not when one is added. */
  readonly version: 1;
  /** As asked. */
  readonly path: string;
  /** Absolute, real path. */
  readonly pipelineDirectory: string;
  /** At least one; several when several parts ask for it. */
  readonly verdicts: readonly (Omit<Verdict, "mode" | "rule"> & {
    /** Four octal digits; null for what is not a file that is in. */
    readonly mode: string | null;
    /** The rule that decided; `file` and `line` are null for a built-in one. */
    readonly rule: {
      readonly file: string | null;
      readonly line: number | null;
      readonly text: string;
    } | null;
  })[];
  /** Why other parts cannot be packed, a message each. */
  readonly problems: readonly string[];
}

/** The document of an explanation. */
export function explainDocument(explanation: Explanation): ExplainDocument {
  const { path, pipelineDirectory, problems } = explanation;
  const verdicts = explanation.verdicts.map((verdict) => ({
    ...verdict,
    mode: verdict.mode === null ? null : formatMode(verdict.mode),
    rule: verdict.rule === null ? null : shownRule(verdict.rule),
  }));
  return { version: 1, path, pipelineDirectory, verdicts, problems };
}

function shownRule(rule: RuleOrigin): {
  readonly file: string | null;
  readonly line: number | null;
  readonly text: string;
} {
  if (rule.type === "built-in") {
    return { file: null, line: null, text: rule.text };
  }
  return { file: rule.file, line: rule.line, text: rule.text };
}
