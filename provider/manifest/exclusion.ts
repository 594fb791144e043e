/** Which rule leaves a file out, for messages about files that are missed. */
import type { SourceOptions } from "../pipeline/files/found-file.ts";
import { describeRule } from "../pipeline/ignore/describe-rule.ts";
import { decidePath } from "../pipeline/ignore/path-decision.ts";

/**
 * The rule that excludes a file, or a directory above it, as a clause: ``.ytignore, line 1, `src/` ``.
 *
 * @param file relative to the source, with `/`
 * @returns undefined when there is no such file, or no rule excludes it
 */
export function explainExclusion(source: SourceOptions, file: string): string | undefined {
  const decision = decidePath(source, file);
  if (decision.type !== "excluded" || decision.byRules.rule === undefined) {
    return undefined;
  }
  return describeRule(decision.byRules.rule, source.rulesFrom ?? source.source);
}
