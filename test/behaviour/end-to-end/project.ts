/** A copy of this project in a temporary folder, as a clone is, with its examples and stacks. */
import { cp, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestContext } from "node:test";
import { stringify } from "yaml";
import { REPOSITORY, runProgram } from "../../ytjobs/run-python.ts";
import type { Finished } from "../../ytjobs/run-python.ts";

/** The examples that the stacks list. */
export const EXAMPLES: readonly string[] = [
  "article_keywords",
  "nightly_tables",
  "price_report",
  "web_sessions",
  "word_count",
];

/** What a clone has that a run needs. */
const SOURCES = [
  "Pulumi.yaml",
  "package.json",
  "handler.cjs",
  "index.ts",
  "common",
  "provider",
  "engine",
  "cli",
  "local-cluster",
  "ytjobs",
  "stacks",
];

/** A project of its own, to be changed at will. */
export interface Project {
  /** Absolute path. */
  readonly directory: string;
  /** Runs `ytcode` there, on the embedded engine, and returns what it left. */
  ytcode(
    args: readonly string[],
    environment?: Readonly<Record<string, string | undefined>>,
  ): Promise<Finished>;
}

/**
 * Makes a project that is removed after the test.
 *
 * @param examples which pipelines of `examples/` it has
 */
export async function makeProject(t: TestContext, examples: readonly string[]): Promise<Project> {
  const directory = await realpath(await mkdtemp(path.join(tmpdir(), "project-")));
  t.after(() => rm(directory, { recursive: true, force: true }));
  await copyProject(directory, examples);
  return {
    directory,
    ytcode: (args, environment = {}) =>
      runProgram(process.execPath, [path.join(directory, "cli/main.ts"), ...args], {
        cwd: directory,
        env: { YTCODE_ENGINE: "embedded", ...environment },
      }),
  };
}

/** Copies what a run needs into a folder; what is installed is linked. */
export async function copyProject(directory: string, examples: readonly string[]): Promise<void> {
  const copied = [...SOURCES, ...examples.map((name) => `examples/${name}`)];
  await Promise.all(
    copied.map((name) =>
      cp(path.join(REPOSITORY, name), path.join(directory, name), {
        recursive: true,
        filter: (source) => !/\/(__pycache__|\.build)$/.test(source),
      }),
    ),
  );
  await symlink(path.join(REPOSITORY, "node_modules"), path.join(directory, "node_modules"));
}

/**
 * Writes the settings file of a stack.
 *
 * @param encryptionsalt what the configuration's secure values were encrypted with
 */
export async function writeStack(
  project: Project,
  stack: string,
  config: Readonly<Record<string, unknown>>,
  encryptionsalt?: string,
): Promise<void> {
  const file = path.join(project.directory, "stacks", `Pulumi.${stack}.yaml`);
  const salt = encryptionsalt === undefined ? {} : { encryptionsalt };
  await writeFile(file, stringify({ ...salt, config }));
}

/**
 * The output of a command that has to succeed.
 *
 * @throws {Error} with all it printed when it did not
 */
export async function succeed(running: Promise<Finished>): Promise<string> {
  const { status, stdout, stderr } = await running;
  if (status === 0) {
    return stdout;
  }
  throw new Error(`The command ended with status ${status}:\n${stdout}\n${stderr}`);
}
