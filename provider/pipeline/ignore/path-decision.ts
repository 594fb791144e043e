/**
 * What becomes of one path of a source, and why: the walk's own decisions (file-list.ts), taken
 * only along the directories that lead to it.
 */
import { lstatSync, realpathSync, type Stats, statSync } from "node:fs";
import path from "node:path";
import { isMissing } from "../../../common/files/file-errors.ts";
import { UserError } from "../../../common/errors/user-error.ts";
import { ancestors, type FoundFile, foundFile, type SourceOptions } from "../files/file-list.ts";
import { type Decision, IGNORE_FILE, IgnoreRules } from "./ignore-rules.ts";
import { followLink } from "../files/links.ts";
import { toPosix } from "../../../common/files/posix-path.ts";

/** What becomes of a path. */
export type PathFate =
  /** A file that is packed, as far as rules go. */
  | { readonly type: "file"; readonly file: FoundFile; readonly decision: Decision }
  /** A directory that is walked. */
  | { readonly type: "directory"; readonly decision: Decision }
  | { readonly type: "excluded"; readonly decision: Decision }
  /** A `.ytignore`. */
  | { readonly type: "ignore-file" }
  /** Below an entry of the source that nothing asks for. */
  | { readonly type: "not-asked"; readonly entry: string }
  /** Something that cannot be packed: a link that leads outside, a FIFO, … */
  | { readonly type: "refused"; readonly reason: string }
  | { readonly type: "missing" };

/**
 * Tells what becomes of a path of a source.
 *
 * @param relative relative to the source, with `/`; `""` is the source itself
 * @throws {UserError} when a `.ytignore` on the way cannot be read
 */
export function fateOf(options: SourceOptions, relative: string): PathFate {
  const { source, rulesFrom = source } = options;
  const stats = statsOf(source, statSync);
  if (stats === undefined) return { type: "missing" };
  const ruled = toPosix(path.relative(rulesFrom, source));
  let rules = IgnoreRules.at(rulesFrom);
  for (const directory of ancestors(ruled)) rules = rules.enter(directory);
  const decision = ruled === "" ? NOTHING_SAID : rules.decide(ruled, stats.isDirectory());
  if (decision.isExcluded) return excluded(decision, relative === "" ? undefined : ruled);
  const way = new Way(options, ruled, rules, decision);
  try {
    return way.follow(stats, relative);
  } catch (error) {
    if (error instanceof RefusedPath) return { type: "refused", reason: error.message };
    throw error;
  }
}

/** No rule is about the directory where rules begin. */
const NOTHING_SAID: Decision = { isExcluded: false, rule: undefined, excludedDirectory: undefined };

/** Carries a refusal of the path in question, not of an ignore file on the way. */
class RefusedPath extends Error {
  override readonly name = "RefusedPath";
}

/** The way from a source to a path, step by step. */
class Way {
  readonly #options: SourceOptions;
  readonly #ruledSource: string;
  readonly #above: string[] = [];
  #rules: IgnoreRules;
  #decision: Decision;
  /** Where the way has come to. */
  #relative = "";

  constructor(options: SourceOptions, ruledSource: string, rules: IgnoreRules, decision: Decision) {
    this.#options = options;
    this.#ruledSource = ruledSource;
    this.#rules = rules;
    this.#decision = decision;
  }

  follow(stats: Stats, relative: string): PathFate {
    const { source, only } = this.#options;
    let found: { readonly target: string; readonly stats: Stats } = {
      target: realpathSync.native(source),
      stats,
    };
    const names = relative === "" ? [] : relative.split("/");
    for (const name of names) {
      if (!found.stats.isDirectory()) return { type: "missing" };
      if (this.#relative === "" && only?.includes(name) === false) {
        return { type: "not-asked", entry: name };
      }
      if (name === IGNORE_FILE) return { type: "ignore-file" };
      const next = this.#enter(name);
      if (next === undefined) return { type: "missing" };
      if (this.#decision.isExcluded) {
        const directory = join(this.#ruledSource, this.#relative);
        return excluded(this.#decision, this.#relative === relative ? undefined : directory);
      }
      found = next;
    }
    const decision = this.#decision;
    if (found.stats.isDirectory()) return { type: "directory", decision };
    const { target, stats: fileStats } = found;
    const absolute = path.join(source, this.#relative);
    const file = orRefused(() => foundFile(this.#relative, absolute, target, fileStats));
    return { type: "file", file, decision };
  }

  /** @returns undefined when there is nothing of that name */
  #enter(name: string): { readonly target: string; readonly stats: Stats } | undefined {
    const { source } = this.#options;
    const directory = path.join(source, this.#relative);
    const ruledDirectory = join(this.#ruledSource, this.#relative);
    // The base's own rules are read already.
    if (ruledDirectory !== "") this.#rules = this.#rules.enter(ruledDirectory);
    this.#above.push(directory);
    this.#relative = join(this.#relative, name);
    const absolute = path.join(directory, name);
    const stats = statsOf(absolute, lstatSync);
    if (stats === undefined) return undefined;
    const ruled = join(ruledDirectory, name);
    this.#decision = this.#rules.decide(ruled, stats.isDirectory());
    if (!stats.isSymbolicLink() || this.#decision.isExcluded) return { target: absolute, stats };
    const asDirectory = this.#rules.decide(ruled, true);
    if (asDirectory.isExcluded) this.#decision = asDirectory;
    if (asDirectory.isExcluded) return { target: absolute, stats };
    const realSource = realpathSync.native(source);
    const link = { absolute, relative: this.#relative, source, realSource, above: this.#above };
    return orRefused(() => followLink(link));
  }
}

/** @param directory the one that is excluded, when the path lies below it */
function excluded(decision: Decision, directory: string | undefined): PathFate {
  const { excludedDirectory = directory } = decision;
  return { type: "excluded", decision: { ...decision, excludedDirectory } };
}

function orRefused<Result>(attempt: () => Result): Result {
  try {
    return attempt();
  } catch (error) {
    if (error instanceof UserError) throw new RefusedPath(error.message);
    throw error;
  }
}

function statsOf(file: string, stat: (file: string) => Stats): Stats | undefined {
  try {
    return stat(file);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function join(directory: string, name: string): string {
  if (directory === "" || name === "") return `${directory}${name}`;
  return `${directory}/${name}`;
}
