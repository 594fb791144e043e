/** An ignore rule as a clause of a message. */
import path from "node:path";
import { isInside } from "../../../common/files/is-inside.ts";
import { shownName } from "../../../common/text/shown-name.ts";
import type { RuleOrigin } from "./ignore-rules.ts";

/**
 * Names a rule and where it stands: ``.ytignore, line 1, `src/`,``.
 *
 * @param base absolute path of the directory that files are named relative to
 */
export function describeRule(rule: RuleOrigin, base: string): string {
  const text = `\`${shownName(rule.text)}\``;
  if (rule.type === "built-in") {
    return `the built-in rule ${text}`;
  }
  const file = isInside(base, rule.file) ? path.relative(base, rule.file) : rule.file;
  return `${shownName(file)}, line ${rule.line}, ${text},`;
}
