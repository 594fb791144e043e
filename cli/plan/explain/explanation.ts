/** Whether a path is in the archive, and why. */
import type { RuleOrigin } from "../../../provider/pipeline/ignore/ignore-rules.ts";
import type { ReachableSources } from "./reachable-sources.ts";

/** Why a path is in or out. */
export type Because =
  /** In: a part asks for it and no rule excludes it; or a `!` rule takes it back (see `rule`). */
  | "asked-for"
  /** In: it looks like a secret, and the pipeline allows it. */
  | "allowed-secret"
  /** In: made for the archive, from no file. */
  | "generated"
  /** Out: by a rule, or a rule about a directory above it. */
  | "rule"
  /** Out: a `.ytignore` is never packed. */
  | "ignore-file"
  /** Out: no part asks for it. */
  | "not-asked"
  /** Out: an earlier place of a namespace package has a file of that path. */
  | "shadowed"
  /** Out: no enabled stage has code, so nothing is packed. */
  | "no-code"
  /** Refused: it looks like a secret. */
  | "secret"
  /** Refused: a link that leads outside, a FIFO, … */
  | "unpackable";

/** Whether a path is in one part, or why it is in none. */
export interface Verdict {
  /**
   * `in` and `out` are about a file, or a directory with all it holds; the contents of a directory
   * that is `walked` are decided one by one; what is `refused` stops the packing.
   */
  readonly verdict: "in" | "walked" | "out" | "refused";
  readonly because: Because;
  /** A clause for people, where `because` does not say it all. */
  readonly detail: string | null;
  /** Key of the part. */
  readonly part: string | null;
  /** Where it is in the archive, or would be. */
  readonly archivePath: string | null;
  /** Absolute path on disk; null for what is generated. */
  readonly file: string | null;
  /** Where a link leads. */
  readonly linkedTo: string | null;
  /** As the archive keeps it, for files that are in. */
  readonly mode: 0o644 | 0o755 | null;
  readonly sizeBytes: number | null;
  /** The rule that decided. */
  readonly rule: RuleOrigin | null;
  /** The directory that `rule` excludes, absolute, when that is not the path itself. */
  readonly excludedDirectory: string | null;
}

/** The verdicts about a path. */
export interface Explanation {
  /** As asked. */
  readonly path: string;
  /** Absolute, real path. */
  readonly pipelineDirectory: string;
  /** At least one; several when several parts ask for it. */
  readonly verdicts: readonly Verdict[];
  /** Why other parts cannot be packed; whether they would have the path is not known. */
  readonly problems: readonly string[];
}

/** A verdict about which nothing else is known: fields to start from. */
export const NO_VERDICT: Verdict = {
  verdict: "out",
  because: "not-asked",
  detail: null,
  part: null,
  archivePath: null,
  file: null,
  linkedTo: null,
  mode: null,
  sizeBytes: null,
  rule: null,
  excludedDirectory: null,
};

/** A pipeline, as far as a path's explanation needs it. */
export interface ExplainedPipeline extends ReachableSources {
  readonly pipelineDirectory: string;
  readonly allowSecrets: readonly string[];
  readonly enabledStages: readonly string[];
  /** Whether anything is packed. */
  readonly isPacked: boolean;
}
