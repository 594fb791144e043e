/** Lists the files of one source: a stage, a module, an upload path. */
import { realpathSync, statSync } from "node:fs";
import { UserError } from "../../../common/errors/user-error.ts";
import { compareBytes } from "../../../common/text/compare-bytes.ts";
import { IGNORE_FILE } from "../ignore/ignore-rules.ts";
import type { RuleDecision } from "../ignore/ignore-rules.ts";
import { explainLongPath } from "./file-names.ts";
import { toFoundFile } from "./found-file.ts";
import type { FoundFile, SourceOptions } from "./found-file.ts";
import type { Listing } from "./listing.ts";
import { Look } from "./look.ts";
import { readSourceRules } from "./source-rules.ts";
import { Walk } from "./walk.ts";

/**
 * Lists the files of a source, sorted by the bytes of their paths.
 *
 * @throws {UserError} for a link that leads out of the pipeline, dangles or loops; a socket, device or FIFO;
 * a directory that cannot be read; a name that is not UTF-8; a path that is longer than the
 * system allows; a source that `.ytignore` excludes
 */
export async function listFiles(options: SourceOptions): Promise<readonly FoundFile[]> {
  const { files } = await walkSource(options);
  return files.map(({ file }) => file);
}

/**
 * Walks through a source, or finds that nothing in it has changed.
 *
 * @param before what an earlier walk through the same source found, in this process or another one
 * @returns `before` itself when a walk would find the same
 * @throws {UserError} see {@link listFiles}
 */
export async function walkSource(options: SourceOptions, before?: Listing): Promise<Listing> {
  const { source, rulesFrom = source, linksWithin, only } = options;
  const observedAtMs = Date.now();
  const stats = statSync(source);
  const { rulePath, rules, decision } = readSourceRules(rulesFrom, source, stats.isDirectory());
  if (decision.isExcluded) {
    throw await excludedSource(rulePath, decision, rulesFrom);
  }
  const realSource = realpathSync.native(source);
  const look = before === undefined ? undefined : new Look(source, before);
  if (look?.isAllSame(realSource, rules.text) === true) {
    return look.listing;
  }
  if (!stats.isDirectory()) {
    const file = toFoundFile("", source, realSource, stats);
    const files = [look?.file("") ?? { file, observedAtMs, value: undefined }];
    return { rules: rules.text, directories: [], links: [], files, notes: new Map() };
  }
  const walk = new Walk({ linksWithin, rulePath, observedAtMs, before: look });
  try {
    walk.source(source, realSource, rules, only);
  } catch (error) {
    throw explainLongPath(error);
  }
  const files = walk.files.toSorted((a, b) =>
    compareBytes(a.file.relativePath, b.file.relativePath),
  );
  const { directories, links } = walk;
  const notes = look?.hasSameFiles(files) === true ? look.listing.notes : new Map();
  return { rules: rules.text, directories, links, files, notes };
}

async function excludedSource(
  rulePath: string,
  { rule, excludedDirectory = rulePath }: RuleDecision,
  rulesFrom: string,
): Promise<UserError> {
  // Loaded only here: few people exclude what they ask for.
  const { describeRule } = await import("../ignore/describe-rule.ts");
  const which = rule === undefined ? `a "${IGNORE_FILE}"` : describeRule(rule, rulesFrom);
  const remedy =
    rule?.type === "built-in"
      ? `take it back with "!/${excludedDirectory}" in the pipeline's "${IGNORE_FILE}", or remove the source`
      : "remove the rule or the source";
  return new UserError(`Cannot pack "${rulePath}" as ${which} excludes it: ${remedy}`, {
    argument: "pipeline",
  });
}
