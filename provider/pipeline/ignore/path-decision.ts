/**
 * What is decided about one path of a source, and why: the same decisions as the walk's
 * (file-list.ts), taken only along the directories that lead to it.
 */
import { lstatSync, realpathSync, statSync } from "node:fs";
import type { Stats } from "node:fs";
import path from "node:path";
import { isMissing } from "../../../common/files/file-errors.ts";
import { UserError } from "../../../common/errors/user-error.ts";
import { toFoundFile } from "../files/found-file.ts";
import type { FoundFile, SourceOptions } from "../files/found-file.ts";
import { followLink } from "../files/links.ts";
import { joinPosix, readSourceRules } from "../files/source-rules.ts";
import type { SourceRules } from "../files/source-rules.ts";
import { IGNORE_FILE } from "./ignore-rules.ts";
import type { IgnoreRules, RuleDecision } from "./ignore-rules.ts";

/** What is decided about a path. */
export type PathDecision =
  /** A file that is packed, as far as rules go. */
  | { readonly type: "file"; readonly file: FoundFile; readonly byRules: RuleDecision }
  /** A directory that is walked. */
  | { readonly type: "directory"; readonly byRules: RuleDecision }
  | { readonly type: "excluded"; readonly byRules: RuleDecision }
  /** A `.ytignore`. */
  | { readonly type: "ignore-file" }
  /** Below an entry of the source that nothing asks for. */
  | { readonly type: "not-asked"; readonly entry: string }
  /** Something that cannot be packed: a link that leads out of the pipeline, a FIFO, … */
  | { readonly type: "refused"; readonly reason: string }
  | { readonly type: "missing" };

/**
 * Decides about a path of a source.
 *
 * @param relative relative to the source, with `/`; `""` is the source itself
 * @throws {UserError} when a `.ytignore` of a directory above the path cannot be read
 */
export function decidePath(options: SourceOptions, relative: string): PathDecision {
  const { source, rulesFrom = source } = options;
  const stats = statsOf(source, statSync);
  if (stats === undefined) {
    return { type: "missing" };
  }
  const sourceRules = readSourceRules(rulesFrom, source, stats.isDirectory());
  const { rulePath, decision } = sourceRules;
  if (decision.isExcluded) {
    return excluded(decision, relative === "" ? undefined : rulePath);
  }
  try {
    return new Descent(options, sourceRules).decide(stats, relative);
  } catch (error) {
    if (error instanceof RefusedPath) {
      return { type: "refused", reason: error.message };
    }
    throw error;
  }
}

/** Carries a refusal of the path in question, not of an ignore file above it. */
class RefusedPath extends Error {
  override readonly name = "RefusedPath";
}

/** What is at a place, behind a link, too. */
interface Entry {
  /** Its real path. */
  readonly target: string;
  readonly stats: Stats;
}

/** Goes from a source down to a path, directory by directory. */
class Descent {
  readonly #options: SourceOptions;
  /** Of the source, relative to where rules begin. */
  readonly #rulePath: string;
  /** Real paths. */
  readonly #ancestors: string[] = [];
  #rules: IgnoreRules;
  /** About the place that is reached. */
  #byRules: RuleDecision;
  /** The place that is reached, relative to the source. */
  #relative = "";

  constructor(options: SourceOptions, { rulePath, rules, decision }: SourceRules) {
    this.#options = options;
    this.#rulePath = rulePath;
    this.#rules = rules;
    this.#byRules = decision;
  }

  decide(sourceStats: Stats, relative: string): PathDecision {
    const { source, only } = this.#options;
    let entry: Entry = { target: realpathSync.native(source), stats: sourceStats };
    const names = relative === "" ? [] : relative.split("/");
    for (const name of names) {
      if (!entry.stats.isDirectory()) {
        return { type: "missing" };
      }
      if (this.#relative === "" && only?.includes(name) === false) {
        return { type: "not-asked", entry: name };
      }
      if (name === IGNORE_FILE) {
        return { type: "ignore-file" };
      }
      const next = this.#enter(name, entry.target);
      if (next === undefined) {
        return { type: "missing" };
      }
      if (this.#byRules.isExcluded) {
        const directory = joinPosix(this.#rulePath, this.#relative);
        return excluded(this.#byRules, this.#relative === relative ? undefined : directory);
      }
      entry = next;
    }
    const byRules = this.#byRules;
    const { target, stats } = entry;
    if (stats.isDirectory()) {
      return { type: "directory", byRules };
    }
    const absolute = path.join(source, this.#relative);
    const file = orRefuse(() => toFoundFile(this.#relative, absolute, target, stats));
    return { type: "file", file, byRules };
  }

  /**
   * @param realDirectory the real path of the directory that is reached
   * @returns undefined when there is nothing of that name
   */
  #enter(name: string, realDirectory: string): Entry | undefined {
    const { source, linksWithin } = this.#options;
    const directory = path.join(source, this.#relative);
    const directoryRulePath = joinPosix(this.#rulePath, this.#relative);
    // Those where rules begin are read already.
    if (directoryRulePath !== "") {
      this.#rules = this.#rules.enter(directoryRulePath);
    }
    this.#ancestors.push(realDirectory);
    this.#relative = joinPosix(this.#relative, name);
    const absolute = path.join(directory, name);
    const stats = statsOf(absolute, lstatSync);
    if (stats === undefined) {
      return undefined;
    }
    this.#byRules = this.#decideEntry(joinPosix(directoryRulePath, name), stats);
    if (!stats.isSymbolicLink() || this.#byRules.isExcluded) {
      return { target: path.join(realDirectory, name), stats };
    }
    const link = {
      absolute,
      relative: this.#relative,
      within: linksWithin,
      ancestors: this.#ancestors,
    };
    return orRefuse(() => followLink(link));
  }

  /** Rules for directories apply to a link, too: one to a directory is packed as that directory. */
  #decideEntry(rulePath: string, stats: Stats): RuleDecision {
    const decision = this.#rules.decide(rulePath, stats.isDirectory());
    if (!stats.isSymbolicLink() || decision.isExcluded) {
      return decision;
    }
    const asDirectory = this.#rules.decide(rulePath, true);
    return asDirectory.isExcluded ? asDirectory : decision;
  }
}

/** @param directory the one that is excluded, when the path lies below it */
function excluded(decision: RuleDecision, directory: string | undefined): PathDecision {
  const { excludedDirectory = directory } = decision;
  return { type: "excluded", byRules: { ...decision, excludedDirectory } };
}

function orRefuse<Result>(attempt: () => Result): Result {
  try {
    return attempt();
  } catch (error) {
    if (error instanceof UserError) {
      throw new RefusedPath(error.message);
    }
    throw error;
  }
}

function statsOf(file: string, stat: (file: string) => Stats): Stats | undefined {
  try {
    return stat(file);
  } catch (error) {
    if (isMissing(error)) {
      return undefined;
    }
    throw error;
  }
}
