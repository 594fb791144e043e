/**
 * `.ytignore`: gitignore syntax and semantics, for a tree that is walked from the top.
 * Matching is the library `ignore`'s; what this file adds is that rules of deeper files win,
 * by rewriting each rule to the directory where all paths start; see `ignore-line.ts`.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import ignore, { type Ignore } from "ignore";
import { hasCode, isMissing } from "../file-errors.ts";
import { UserError } from "../user-error.ts";
import { rulesOfLine } from "./ignore-line.ts";

/** The name of an ignore file. It is never packed itself. */
export const IGNORE_FILE = ".ytignore";

/** What is left out unless a `!` line of a `.ytignore` takes it back. */
export const BUILT_IN_EXCLUDES: readonly string[] = [
  "__pycache__/",
  "*.py[cod]",
  ".git/",
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
  readonly #matcher: Ignore;

  private constructor(base: string, matcher: Ignore) {
    this.#base = base;
    this.#matcher = matcher;
  }

  /**
   * The rules of a top directory: the built-in ones and those of its own `.ytignore`.
   *
   * @param base absolute path; all other paths are relative to it, with `/`
   * @throws {UserError} when the `.ytignore` is not UTF-8
   */
  static at(base: string): IgnoreRules {
    const builtIn = ignore({ ignorecase: false }).add([...BUILT_IN_EXCLUDES]);
    return new IgnoreRules(base, builtIn).enter("");
  }

  /**
   * The rules inside a directory of the tree: these ones, then those of its `.ytignore`.
   *
   * @param directory relative to the base; `""` is the base itself
   * @throws {UserError} when the `.ytignore` is not UTF-8
   */
  enter(directory: string): IgnoreRules {
    const text = readIgnoreFile(path.join(this.#base, directory, IGNORE_FILE));
    if (text === undefined) return this;
    const lines = text.split("\n").map((line) => line.replace(/\r$/, ""));
    const rules = lines.flatMap((line) => rulesOfLine(line, directory)).map(asBytes);
    const matcher = ignore({ ignorecase: false }).add(this.#matcher).add(rules);
    return new IgnoreRules(this.#base, matcher);
  }

  /**
   * Whether an entry is left out, by itself or because a directory above it is.
   *
   * @param entry relative to the base, with `/`
   * @param isDirectory whether rules that end in `/` apply to it
   */
  excludes(entry: string, isDirectory: boolean): boolean {
    const name = asBytes(entry);
    return this.#matcher.test(isDirectory ? `${name}/` : name).ignored;
  }
}

function readIgnoreFile(file: string): string | undefined {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    // A directory of that name holds no rules; git looks past it too.
    if (isMissing(error) || hasCode(error, "EISDIR")) return undefined;
    if (!hasCode(error, "EACCES")) throw error;
    throw new UserError(
      `Cannot read "${file}": permission denied; make it and its directory readable or exclude the directory`,
      { argument: "pipeline" },
    );
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new UserError(`Cannot read "${file}" as it is not UTF-8 text: save it as UTF-8`, {
      argument: "pipeline",
    });
  }
}

/** One character for each byte of UTF-8: git's `?` and `[…]` match a byte, not a letter. */
function asBytes(text: string): string {
  return Buffer.from(text).toString("latin1");
}
