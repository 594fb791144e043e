/** The ignore rules that a source begins with: those of the directories above it, too. */
import path from "node:path";
import { toPosix } from "../../../common/files/posix-path.ts";
import { IgnoreRules } from "../ignore/ignore-rules.ts";
import type { RuleDecision } from "../ignore/ignore-rules.ts";

/** Where a source stands among the rules. */
export interface SourceRules {
  /** The source's path relative to where rules begin, with `/`; `""` when they begin there. */
  readonly rulePath: string;
  /** Those in force beside the source, or in it when they begin there. */
  readonly rules: IgnoreRules;
  /** What they say of the source itself. */
  readonly decision: RuleDecision;
}

/** No rule is about the directory where rules begin. */
const NO_RULE: RuleDecision = { isExcluded: false, rule: undefined, excludedDirectory: undefined };

/**
 * Reads the ignore files from where rules begin down to a source.
 *
 * @param rulesFrom absolute path of the directory where rules begin
 * @param source absolute path of that directory, or of something in it
 * @throws {UserError} when one of them cannot be read as an ignore file
 */
export function readSourceRules(
  rulesFrom: string,
  source: string,
  isDirectory: boolean,
): SourceRules {
  const rulePath = toPosix(path.relative(rulesFrom, source));
  let rules = IgnoreRules.at(rulesFrom);
  for (const directory of directoriesAbove(rulePath)) {
    rules = rules.enter(directory);
  }
  const decision = rulePath === "" ? NO_RULE : rules.decide(rulePath, isDirectory);
  return { rulePath, rules, decision };
}

/** `"a/b/c"` → `["a", "a/b"]`. */
function directoriesAbove(rulePath: string): readonly string[] {
  const components = rulePath.split("/");
  return components.slice(0, -1).map((_, index) => components.slice(0, index + 1).join("/"));
}

/** Joins relative paths with `/`; `""` is the directory itself. */
export function joinPosix(directory: string, name: string): string {
  return directory === "" || name === "" ? `${directory}${name}` : `${directory}/${name}`;
}
