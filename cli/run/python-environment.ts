/**
 * The Python of a development run. A wrapper calls `python3` and installs requirements into it:
 * here that must be the user's interpreter, and its packages must stay as they are.
 */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { chmod, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { isMissing } from "../../common/files/file-errors.ts";
import { makeDirectory } from "../../common/files/make-directory.ts";
import { shellWord } from "../../common/text/shell-word.ts";
import { isRecord } from "../../common/values/is-record.ts";
import { stageRoot } from "../../provider/pipeline/stages/stage-root.ts";
import { DEFAULT_PYTHON } from "../../provider/pipeline/defaults.ts";
import { UserError } from "../../common/errors/user-error.ts";
import { shownPath } from "../user-directory.ts";
import type { Interrupts } from "../terminal/interrupts.ts";
import { runGroup } from "./stage-process.ts";

/** The file that is written last, when the virtual environment is complete. */
const COMPLETE_FILE = "complete";

/** A script that prints what is needed to know of an interpreter. */
const DESCRIBE = `
import importlib.util, json, sys, sysconfig
print(json.dumps({
    "executable": sys.executable,
    "version": sys.version,
    "isVirtual": sys.prefix != sys.base_prefix,
    "sitePackages": sysconfig.get_path("purelib"),
    "hasPip": importlib.util.find_spec("pip") is not None,
}))
`;

interface Interpreter {
  readonly executable: string;
  readonly version: string;
  readonly isVirtual: boolean;
  readonly sitePackages: string;
  readonly hasPip: boolean;
}

/** Whose Python, and for which stage. */
export interface PythonOptions {
  /** As given with `--python`. */
  readonly python: string;
  readonly stage: string;
  /** The folder of the assembled archive: what relative requirements are relative to. */
  readonly tree: string;
  /** Where virtual environments are kept. */
  readonly runsFolder: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly say: (message: string) => void;
}

/**
 * The environment variables of a run: the user's own, with a `PATH` that leads to the right
 * `python3`. Requirements go to a virtual environment in `.dev` that sees the user's packages; it
 * is kept, and reused while requirements and interpreter are the same.
 *
 * @throws {UserError} when there is no such interpreter, or it cannot make a virtual environment
 * @throws {UserError} when pip fails, which has printed why
 */
export async function prepareEnvironment(
  options: PythonOptions,
  interrupts: Interrupts,
): Promise<NodeJS.ProcessEnv> {
  const requirements = await readRequirements(options);
  if (requirements !== undefined) {
    return withRequirements(options, requirements, interrupts);
  }
  if (options.python === DEFAULT_PYTHON) {
    return options.environment;
  }
  return withFirst(options.environment, ...(await interpreterFolders(options)));
}

async function readRequirements({ tree, stage }: PythonOptions): Promise<Buffer | undefined> {
  try {
    return await readFile(path.join(tree, requirementsFile(stage)));
  } catch (error) {
    if (isMissing(error)) {
      return undefined;
    }
    throw error;
  }
}

function requirementsFile(stage: string): string {
  return `${stageRoot(stage)}/requirements.txt`;
}

/** A folder whose `python3` is the interpreter, whatever its name, and the folder of its own programs. */
async function interpreterFolders(options: PythonOptions): Promise<readonly string[]> {
  const { executable, isVirtual } = await describePython(options);
  const program = programOf(options.python);
  const folder = path.join(options.runsFolder, `.python_${shortHash(program)}`);
  const file = path.join(folder, "python3");
  makeDirectory(folder);
  // A script and no link: a virtual environment finds itself by the path that it is called by. The
  // script removes itself from PATH, as the interpreter may be a script too, which calls python3.
  const lines = [
    "#!/bin/sh",
    `folder=${shellWord(folder)}`,
    'PATH="${PATH#"$folder":}"',
    `exec ${shellWord(program)} "$@"`,
  ];
  await writeFile(file, `${lines.join("\n")}\n`);
  await chmod(file, 0o755);
  return isVirtual ? [folder, path.dirname(executable)] : [folder];
}

/** Relative paths are relative to the working directory, as for any program. */
function programOf(python: string): string {
  return python.includes("/") ? path.resolve(python) : python;
}

async function withRequirements(
  options: PythonOptions,
  requirements: Buffer,
  interrupts: Interrupts,
): Promise<NodeJS.ProcessEnv> {
  const { runsFolder, stage, say } = options;
  const interpreter = await describePython(options);
  const identity = shortHash(interpreter.executable, interpreter.version, requirements);
  const folder = path.join(runsFolder, `python_${identity}`);
  const environment = {
    PIP_DISABLE_PIP_VERSION_CHECK: "1",
    ...withFirst(options.environment, path.join(folder, "bin")),
    // The virtual environment sees the user's packages, and must not add to them.
    PIP_USER: "0",
  };
  const isReady = (await readdir(runsFolder)).includes(path.basename(folder))
    ? (await readdir(folder)).includes(COMPLETE_FILE)
    : false;
  if (isReady) {
    say(`Requirements of "${stage}" are in ${shownPath(folder)}, from an earlier run`);
    return environment;
  }
  say(`Installing the requirements of "${stage}" into ${shownPath(folder)}, not into your Python`);
  await rm(folder, { recursive: true, force: true });
  await makeVirtualEnvironment(options, interpreter, folder, interrupts);
  await install(options, environment, interrupts);
  await writeFile(path.join(folder, COMPLETE_FILE), "");
  return environment;
}

async function makeVirtualEnvironment(
  options: PythonOptions,
  interpreter: Interpreter,
  folder: string,
  interrupts: Interrupts,
): Promise<void> {
  // The interpreter's own pip can be used inside; installing another one would take seconds.
  const flags = ["--system-site-packages", ...(interpreter.hasPip ? ["--without-pip"] : [])];
  const status = await runGroup(
    {
      program: programOf(options.python),
      args: ["-m", "venv", ...flags, folder],
      directory: options.runsFolder,
      environment: options.environment,
      stdio: ["ignore", 2, 2],
    },
    interrupts,
  );
  interrupts.assertNone();
  if (status !== 0) {
    throw new UserError(
      `Cannot make a virtual environment for the requirements of the stage "${options.stage}" with "${options.python}": ` +
        "it needs Python's venv module and pip (on Debian and Ubuntu: packages python3-venv and python3-pip)",
    );
  }
  if (interpreter.isVirtual) {
    await addPackages(folder, interpreter.sitePackages);
  }
}

/** A virtual environment made from another one sees only the packages of the one below both. */
async function addPackages(folder: string, sitePackages: string): Promise<void> {
  const library = path.join(folder, "lib");
  for (const name of await readdir(library)) {
    await writeFile(
      path.join(library, name, "site-packages", "outer_environment.pth"),
      `${sitePackages}\n`,
    );
  }
}

/** The same command as in the wrapper, which then finds everything installed. */
async function install(
  { tree, stage }: PythonOptions,
  environment: NodeJS.ProcessEnv,
  interrupts: Interrupts,
): Promise<void> {
  const status = await runGroup(
    {
      program: "python3",
      args: ["-m", "pip", "install", "--quiet", "--no-cache-dir", "-r", requirementsFile(stage)],
      directory: tree,
      environment,
      stdio: ["ignore", 2, 2],
    },
    interrupts,
  );
  interrupts.assertNone();
  if (status === 0) {
    return;
  }
  throw new UserError(
    `Cannot install "${requirementsFile(stage)}" as pip ended with exit status ${status}: a job would fail in the same way`,
  );
}

async function describePython({ python, environment }: PythonOptions): Promise<Interpreter> {
  try {
    const { stdout } = await promisify(execFile)(programOf(python), ["-c", DESCRIBE], {
      env: environment,
    });
    return parseInterpreter(JSON.parse(stdout));
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) {
      throw error;
    }
    const detail = "stderr" in error && error.stderr !== "" ? error.stderr : error.message;
    throw new UserError(
      `Cannot run the Python interpreter "${python}": ${String(detail).trim().split("\n").at(-1)}`,
    );
  }
}

function parseInterpreter(value: unknown): Interpreter {
  const fields = isRecord(value) ? value : {};
  return {
    executable: String(fields["executable"]),
    version: String(fields["version"]),
    isVirtual: fields["isVirtual"] === true,
    sitePackages: String(fields["sitePackages"]),
    hasPip: fields["hasPip"] === true,
  };
}

function withFirst(environment: NodeJS.ProcessEnv, ...folders: string[]): NodeJS.ProcessEnv {
  const { PATH: own = "" } = environment;
  return { ...environment, PATH: [...folders, own].join(path.delimiter) };
}

function shortHash(...parts: readonly (string | Buffer)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) {
    hash.update(part).update("\0");
  }
  return hash.digest("hex").slice(0, 12);
}
