/** Real virtual environments, and packages that real pip and setuptools put into them. */
import assert from "node:assert/strict";
import path from "node:path";
import type { TestContext } from "node:test";
import type { Surroundings } from "../../provider/pipeline/python/interpreter.ts";
import { runProgram } from "../ytjobs/run-python.ts";
import { pythonEnvironment, pythonPath } from "./paths.ts";
import { makeTree } from "./temporary-tree.ts";
import type { Tree } from "./temporary-tree.ts";

/** See {@link makeVirtualEnvironment}. */
export interface VirtualEnvironment {
  /** The temporary folder that holds the environment as `env`. */
  readonly folder: string;
  /** Its interpreter, a link to the machine's. */
  readonly python: string;
  readonly sitePackages: string;
  /** The folder as working directory and home, and of this process's variables only `PATH`. */
  readonly surroundings: Surroundings;
}

/** Makes a virtual environment without pip in a temporary folder. */
export async function makeVirtualEnvironment(
  test: TestContext,
  tree: Tree = {},
): Promise<VirtualEnvironment> {
  const folder = await makeTree(test, tree);
  const root = path.join(folder, "env");
  await run(pythonPath, ["-m", "venv", "--without-pip", root]);
  const python = path.join(root, "bin/python");
  const program = "import sysconfig; print(sysconfig.get_path('purelib'))";
  const sitePackages = (await run(python, ["-c", program])).trim();
  const surroundings = surroundingsIn(folder);
  return { folder, python, sitePackages, surroundings };
}

/**
 * A folder as working directory and home, and of this process's variables only `PATH`. Python
 * keeps no bytecode, which it would take for a source of the same second and size.
 */
export function surroundingsIn(
  folder: string,
  variables: Readonly<Record<string, string>> = {},
): Surroundings {
  const environment = {
    PATH: process.env["PATH"],
    HOME: folder,
    PYTHONDONTWRITEBYTECODE: "1",
    ...variables,
  };
  return { environment, workingDirectory: folder };
}

/** Installs projects with pip, from folders and without the network. */
export async function pipInstall(
  { python, folder }: VirtualEnvironment,
  ...projects: readonly string[]
): Promise<void> {
  await run(
    pythonPath,
    ["-m", "pip", "--python", python, "--disable-pip-version-check", "install", "--quiet"].concat(
      ["--no-index", "--no-build-isolation", "--no-deps", "--no-compile"],
      projects,
    ),
    folder,
  );
}

/** Runs a project's `setup.py`, as people did before pip. */
export async function runSetup(
  { python }: VirtualEnvironment,
  project: string,
  ...args: readonly string[]
): Promise<void> {
  await run(python, ["setup.py", "--quiet", ...args], project);
}

async function run(program: string, args: readonly string[], cwd?: string): Promise<string> {
  const { status, stdout, stderr } = await runProgram(program, args, {
    ...(cwd === undefined ? {} : { cwd }),
    env: { PYTHONPATH: await setuptoolsPlace() },
  });
  assert.equal(status, 0, `${program} ${args.join(" ")}: ${stderr}`);
  return stdout;
}

/** Where the tests' own environment has setuptools. */
async function setuptoolsPlace(): Promise<string> {
  const program = "import sysconfig; print(sysconfig.get_path('purelib'))";
  const found = await runProgram(path.join(pythonEnvironment, "bin/python"), ["-c", program]);
  return found.stdout.trim();
}
