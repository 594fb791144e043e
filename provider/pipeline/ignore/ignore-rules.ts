/**
 * `.ytignore`: gitignore syntax and semantics, for a tree that is walked from the top. The same
 * rules decide and explain: of all that match an entry, the last one does, deeper files counting
 * as later.
 */
import path from "node:path";
import { readIgnoreFile } from "./ignore-file.ts";
import { asBytes, parseLine } from "./ignore-line.ts";
import type { IgnoreRule } from "./ignore-line.ts";

/** The name of an ignore file. It is never packed itself. */
export const IGNORE_FILE = ".ytignore";

/** What is left out unless a `!` line of a `.ytignore` takes it back. */
export const BUILT_IN_EXCLUDES: readonly string[] = [
  "__pycache__/",
  "*.pyc",
  "*.pyd",
  "*.pyo",
  // In submodules and linked worktrees it is a file, which differs from checkout to checkout.
  ".git",
  ".hg/",
  ".svn/",
  ".DS_Store",
  ".venv/",
  "venv/",
  "node_modules/",
  ".build/",
  ".dev/",
  ".mypy_cache/",
  ".pytest_cache/",
  ".ruff_cache/",
  ".ipynb_checkpoints/",
  "*.egg-info/",
];

/** Where a rule stands. */
export type RuleOrigin =
  | { readonly type: "built-in"; readonly text: string }
  | {
      readonly type: "file";
      /** Absolute path of the `.ytignore`. */
      readonly file: string;
      /** Counted from 1. */
      readonly line: number;
      /** The rule as written. */
      readonly text: string;
    };

/** What the rules say of an entry, and which one decided; as `git check-ignore -v` shows it. */
export interface RuleDecision {
  readonly isExcluded: boolean;
  /** The last rule that matches, a `!` rule too; undefined when none does. */
  readonly rule: RuleOrigin | undefined;
  /** The directory above that is excluded, and the entry with it; relative to the base. */
  readonly excludedDirectory: string | undefined;
}

/** The rules of one `.ytignore`, or the built-in ones. */
interface RuleFile {
  /** The start of the paths it is for: `""` or a directory and a slash, a character for a byte. */
  readonly prefix: string;
  readonly rules: readonly FoundRule[];
}

interface FoundRule extends IgnoreRule {
  readonly origin: RuleOrigin;
}

/** A rule, and the directory above that it excludes, if it is that which decides. */
interface Verdict {
  readonly rule: FoundRule | undefined;
  readonly excludedDirectory: string | undefined;
}

/**
 * The rules in force in one directory of a walk.
 *
 * @example
 * ```ts
 * const top = IgnoreRules.at("/pipelines/daily");
 * const inLib = top.enter("lib");
 * inLib.excludes("lib/cache", true);
 * ```
 */
export class IgnoreRules {
  readonly #base: string;
  /** Those that win first. */
  readonly #files: readonly RuleFile[];
  /** What is known of directories: each is asked about once for each entry in it. */
  readonly #directories = new Map<string, Verdict>();

  private constructor(base: string, files: readonly RuleFile[]) {
    this.#base = base;
    this.#files = files;
  }

  /**
   * The rules of a top directory: the built-in ones and those of its own `.ytignore`.
   *
   * @param base absolute path; all other paths are relative to it, with `/`
   * @throws {UserError} when the `.ytignore` cannot be read as one
   */
  static at(base: string): IgnoreRules {
    return new IgnoreRules(base, [builtInRules()]).enter("");
  }

  /**
   * The rules inside a directory of the tree: these ones, then those of its `.ytignore`.
   *
   * @param directory relative to the base; `""` is the base itself
   * @throws {UserError} when the `.ytignore` cannot be read as one
   */
  enter(directory: string): IgnoreRules {
    const file = path.join(this.#base, directory, IGNORE_FILE);
    const text = readIgnoreFile(file);
    if (text === undefined) {
      return this;
    }
    const rules = foundRules(text.split("\n"), (line, index) => ({
      type: "file",
      file,
      line: index + 1,
      text: line,
    }));
    const prefix = directory === "" ? "" : `${asBytes(directory)}/`;
    return new IgnoreRules(this.#base, [{ prefix, rules }, ...this.#files]);
  }

  /** All of them as text: where it is the same, the same entries are left out. */
  get text(): string {
    return JSON.stringify(
      this.#files.map(({ prefix, rules }) => [prefix, rules.map(({ origin }) => origin.text)]),
    );
  }

  /**
   * Whether an entry is left out, by itself or because a directory above it is.
   *
   * @param entry relative to the base, with `/`
   * @param isDirectory whether rules that end in `/` apply to it
   */
  excludes(entry: string, isDirectory: boolean): boolean {
    return isExcluded(this.#verdict(asBytes(entry), isDirectory));
  }

  /** Like {@link excludes}, with the rule that decides. */
  decide(entry: string, isDirectory: boolean): RuleDecision {
    const verdict = this.#verdict(asBytes(entry), isDirectory);
    const { rule, excludedDirectory } = verdict;
    return {
      isExcluded: isExcluded(verdict),
      rule: rule?.origin,
      excludedDirectory: excludedDirectory && Buffer.from(excludedDirectory, "latin1").toString(),
    };
  }

  #verdict(entry: string, isDirectory: boolean): Verdict {
    const slash = entry.lastIndexOf("/");
    const above = slash === -1 ? undefined : this.#directory(entry.slice(0, slash));
    // What is below an excluded directory cannot be taken back.
    if (above !== undefined && isExcluded(above)) {
      return above;
    }
    return { rule: this.#lastMatch(entry, slash, isDirectory), excludedDirectory: undefined };
  }

  /** What is said of a directory, to those below it. */
  #directory(directory: string): Verdict {
    const known = this.#directories.get(directory);
    if (known !== undefined) {
      return known;
    }
    const { rule, excludedDirectory = directory } = this.#verdict(directory, true);
    const verdict = { rule, excludedDirectory };
    this.#directories.set(directory, verdict);
    return verdict;
  }

  #lastMatch(entry: string, slash: number, isDirectory: boolean): FoundRule | undefined {
    const name = slash === -1 ? entry : entry.slice(slash + 1);
    for (const { prefix, rules } of this.#files) {
      if (!entry.startsWith(prefix)) {
        continue;
      }
      const relative = prefix === "" ? entry : entry.slice(prefix.length);
      for (let index = rules.length - 1; index >= 0; index--) {
        const rule = rules[index];
        if (rule === undefined || (rule.isDirectoryOnly && !isDirectory)) {
          continue;
        }
        if (rule.matches(rule.isForNames ? name : relative)) {
          return rule;
        }
      }
    }
    return undefined;
  }
}

function isExcluded({ rule }: Verdict): boolean {
  return rule !== undefined && !rule.isNegation;
}

/** Made once: a process reads many sources. */
let builtIn: RuleFile | undefined;

function builtInRules(): RuleFile {
  return (builtIn ??= {
    prefix: "",
    rules: foundRules(BUILT_IN_EXCLUDES, (text) => ({ type: "built-in", text })),
  });
}

function foundRules(
  lines: readonly string[],
  originOf: (text: string, index: number) => RuleOrigin,
): readonly FoundRule[] {
  return lines.flatMap((line, index) => {
    const rule = parseLine(line);
    return rule === undefined ? [] : [{ ...rule, origin: originOf(rule.text, index) }];
  });
}
