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
// environment, so what is found does not depend on where the command was started.
const SCRIPT = `
import importlib.util, json, os, sys
sys.path[:] = [p for p in sys.path if p != ""]
def find(name):
    try:
        spec = importlib.util.find_spec(name)
    except (ImportError, ValueError) as error:
        return {"type": "unpackable", "reason": str(error)}
    if spec is None:
        return {"type": "missing"}
    if spec.submodule_search_locations is not None:
        directories = [os.path.abspath(d) for d in spec.submodule_search_locations if os.path.isdir(d)]
        if directories:
            return {"type": "package", "directories": directories}
        return {"type": "unpackable", "reason": "its package is not a directory: %s" % spec.origin}
    if spec.origin and spec.has_location and spec.origin.endswith(".py"):
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
 * @throws {UserError} when the interpreter cannot be run
 */
export async function findPythonModules(
  names: readonly string[],
  python: string = DEFAULT_PYTHON,
): Promise<PythonModules> {
  const output = await runPython(python, names);
  // Written by the script above, so its form is known.
  const found: {
    interpreter: string;
    searched: string[];
    modules: Record<string, PythonModule>;
  } = JSON.parse(output);
  return { ...found, modules: new Map(Object.entries(found.modules)) };
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
    const detail = error instanceof Error && "stderr" in error ? String(error.stderr).trim() : "";
    throw new UserError(
      `Cannot look for Python modules as "${python}" failed: ${detail.split("\n").at(-1) ?? ""}`,
      { argument: "python" },
    );
  }
}
