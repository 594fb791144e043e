/** git as the judge of ignore files: what it decides of many paths, by which rule, in one process. */
import { spawn } from "node:child_process";
import { linkSync, mkdirSync, writeFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import path from "node:path";
import {
  BUILT_IN_EXCLUDES,
  IGNORE_FILE,
} from "../../../../provider/pipeline/ignore/ignore-rules.ts";

/** A directory tree: its directories, what its ignore files say, and the entries to ask about. */
export interface IgnoreCase {
  /** Relative, with `/`, outer ones first. All else that is asked about is taken for a file. */
  readonly directories: readonly string[];
  /** By directory; `""` is the top. */
  readonly ignoreFiles: Readonly<Record<string, string>>;
  readonly entries: readonly string[];
}

/** An answer: whether an entry is excluded, and the rule, as `place:line`, or "none". */
export interface Answer {
  readonly isExcluded: boolean;
  /** `lib:3` is line 3 of the ignore file in `lib`; `built-in:3` the third built-in rule. */
  readonly rule: string;
}

/** Makes a repository in an empty folder whose built-in excludes are ours. */
export async function initRepository(folder: string): Promise<void> {
  await run(folder, ["init", "--quiet"]);
  await run(folder, ["config", "core.ignorecase", "false"]);
  mkdirSync(path.join(folder, ".git/info"), { recursive: true });
  writeFileSync(path.join(folder, ".git/info/exclude"), `${BUILT_IN_EXCLUDES.join("\n")}\n`);
}

/** Writes a case into a directory of the repository, for git and for us. */
export function writeCase(directory: string, { directories, ignoreFiles }: IgnoreCase): void {
  mkdirSync(directory);
  for (const name of directories) {
    mkdirSync(path.join(directory, name));
  }
  for (const [place, rules] of Object.entries(ignoreFiles)) {
    const gits = path.join(directory, place, ".gitignore");
    writeFileSync(gits, rules);
    linkSync(gits, path.join(directory, place, IGNORE_FILE));
  }
}

/**
 * Asks git about entries of cases.
 *
 * @param repository where the cases are, each in a directory of its own
 * @param questions the case's directory and its entries
 * @returns an answer for each entry, in the order asked
 */
export async function askGit(
  repository: string,
  questions: readonly (readonly [directory: string, entries: readonly string[]])[],
): Promise<readonly Answer[]> {
  const asked = questions.flatMap(([directory, entries]) =>
    entries.map((entry) => ({ directory, path: `${directory}/${entry}` })),
  );
  const input = asked.map((question) => `${question.path}\0`).join("");
  const args = ["check-ignore", "-z", "--stdin", "--verbose", "--non-matching", "--no-index"];
  const fields = (await run(repository, args, input)).split("\0");
  return asked.map(({ directory, path: wanted }, index) => {
    const [source = "", line = "", pattern = "", answered] = fields.slice(index * 4, index * 4 + 4);
    if (answered !== wanted) {
      throw new Error(`git answered "${answered}" for "${wanted}"`);
    }
    const place = source.startsWith(".git/")
      ? "built-in"
      : path.posix.relative(directory, path.posix.dirname(source));
    return {
      isExcluded: source !== "" && !pattern.startsWith("!"),
      rule: source === "" ? "none" : `${place}:${line}`,
    };
  });
}

async function run(cwd: string, args: readonly string[], input?: string): Promise<string> {
  const env = { PATH: process.env["PATH"], GIT_CONFIG_NOSYSTEM: "1", HOME: cwd, LC_ALL: "C.UTF-8" };
  const git = spawn("git", args, { cwd, env, stdio: ["pipe", "pipe", "pipe"] });
  const ended = new Promise<number | null>((resolve, reject) => {
    git.on("error", reject).on("close", resolve);
  });
  // Only to a command that reads it: another may be gone by then.
  if (input === undefined) {
    git.stdin.destroy();
  } else {
    git.stdin.end(input);
  }
  const [output, errors, status] = await Promise.all([text(git.stdout), text(git.stderr), ended]);
  // check-ignore ends with 1 when nothing is excluded.
  if (errors !== "" || (status !== 0 && args[0] !== "check-ignore")) {
    throw new Error(`git ${args.join(" ")} ended with status ${status}: ${errors}`);
  }
  return output;
}
