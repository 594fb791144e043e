/**
 * Finds Python modules as the user's interpreter would, without running their code: one process
 * asks the import machinery for all names at once.
 */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { hasCode } from "../file-errors.ts";
import { UserError } from "../user-error.ts";

/** Where a module's code is. */
export type PythonModule =
  /** A package: one directory, or several for a namespace package (earlier ones win). */
  | { readonly type: "package"; readonly directories: readonly string[] }
  /** A single-file module. */
  | { readonly type: "file"; readonly file: string }
  /** There, but with no Python source to pack. */
  | { readonly type: "unpackable"; readonly reason: string }
  | { readonly type: "missing" };

/** What an interpreter knows of some modules. */
export interface PythonModules {
  /** The interpreter's own path and version, for messages: `/usr/bin/python3 3.11.7`. */
  readonly interpreter: string;
  /** `sys.path`, without the current directory. */
  readonly searched: readonly string[];
  readonly modules: ReadonlyMap<string, PythonModule>;
}

/** The interpreter when none is named. */
export const DEFAULT_PYTHON = "python3";

// find_spec of a top-level name imports nothing. The current directory is no part of the user's
// environment, so what is found does not depend on where the command was started. What the script
// itself imports comes from the standard library, whatever else has such a name.
const SCRIPT = `
import os, sys
search = [p for p in sys.path if p != ""]
sys.path[:] = [os.path.dirname(os.__file__)]
import importlib.util, json
sys.path[:] = search
def find(name):
    try:
        spec = importlib.util.find_spec(name)
    except (ImportError, ValueError) as error:
        return {"type": "unpackable", "reason": str(error)}
    if spec is None:
        return {"type": "missing"}
    is_source = spec.origin is not None and spec.has_location and spec.origin.endswith(".py")
    if spec.submodule_search_locations is not None and (is_source or spec.origin is None):
        directories = [os.path.abspath(d) for d in spec.submodule_search_locations if os.path.isdir(d)]
        if directories:
            return {"type": "package", "directories": directories}
        return {"type": "unpackable", "reason": "its package is not a directory: %s" % spec.origin}
    if is_source:
        return {"type": "file", "file": os.path.abspath(spec.origin)}
    if not spec.has_location:
        return {"type": "unpackable", "reason": "it is built into the interpreter"}
    return {"type": "unpackable", "reason": "it is an extension module: %s" % spec.origin}
print(json.dumps({
    "interpreter": "%s %s" % (sys.executable, sys.version.split()[0]),
    "searched": sys.path,
    "modules": {name: find(name) for name in sys.argv[1:]},
}))
`;

/**
 * Finds modules by their top-level names.
 *
 * @param names top-level names, without dots
 * @param python the interpreter: a name on `PATH` or a path
 * @throws {UserError} when the interpreter cannot be run or is none
 */
export async function findPythonModules(
  names: readonly string[],
  python: string = DEFAULT_PYTHON,
): Promise<PythonModules> {
  const output = await runPython(python, names);
  const found = parseOutput(output, python);
  return { ...found, modules: new Map(Object.entries(found.modules)) };
}

/** What {@link SCRIPT} writes. */
interface ScriptOutput {
  readonly interpreter: string;
  readonly searched: readonly string[];
  readonly modules: Readonly<Record<string, PythonModule>>;
}

function parseOutput(output: string, python: string): ScriptOutput {
  // A start-up file of the user's may have written something before.
  const line = output.trimEnd().split("\n").at(-1) ?? "";
  try {
    // Written by the script, so its form is known once it is JSON.
    const found: ScriptOutput = JSON.parse(line);
    return found;
  } catch {
    throw failed(python, `it is no Python 3: it wrote ${JSON.stringify(line.slice(0, 60))}`);
  }
}

async function runPython(python: string, names: readonly string[]): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(python, ["-c", SCRIPT, ...names], {
      env: { ...process.env, PYTHONIOENCODING: "utf-8" },
    });
    return stdout;
  } catch (error) {
    if (hasCode(error, "ENOENT")) {
      throw new UserError(
        `Cannot look for Python modules as there is no interpreter "${python}": install Python 3 or name another one`,
        { argument: "python" },
      );
    }
    throw failed(python, reasonOf(error));
  }
}

function reasonOf(error: unknown): string {
  if (hasCode(error, "EACCES")) return "it cannot be executed";
  if (!(error instanceof Error)) return String(error);
  const lines = "stderr" in error ? String(error.stderr).trim().split("\n") : [];
  const last = lines.at(-1) ?? "";
  if (last !== "") return last;
  return "code" in error && typeof error.code === "number"
    ? `it ended with status ${error.code}`
    : error.message;
}

function failed(python: string, reason: string): UserError {
  return new UserError(`Cannot look for Python modules as "${python}" failed: ${reason}`, {
    argument: "python",
  });
}
