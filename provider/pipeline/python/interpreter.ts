/** Which program a name like `python3` starts: the look-up that `execvp` does. */
import { accessSync, constants, statSync } from "node:fs";
import path from "node:path";
import { UserError } from "../../../common/errors/user-error.ts";

/** Where an interpreter is started: what its answers may depend on. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Absolute path. */
  readonly workingDirectory: string;
}

/** The surroundings of this process. */
export function ownSurroundings(): Surroundings {
  return { environment: process.env, workingDirectory: process.cwd() };
}

/** What is searched when there is no `PATH`. */
const DEFAULT_PATH = "/bin:/usr/bin";

/**
 * Finds the file of an interpreter. Links are left alone: a virtual environment's interpreter is
 * one, and knows its environment by the link's place.
 *
 * @param python a name on `PATH`, or a path
 * @returns an absolute path
 * @throws {UserError} when there is none, or it cannot be executed
 */
export function findInterpreter(
  python: string,
  { environment, workingDirectory }: Surroundings,
): string {
  const isPath = python.includes("/");
  const places = isPath ? [""] : (environment["PATH"] ?? DEFAULT_PATH).split(":");
  const there = python === "" ? [] : places.map((place) => absolute(python, place));
  const states = there.map((file) => ({ file, state: stateOf(file) }));
  const usable = states.find(({ state }) => state === "executable");
  if (usable !== undefined) return usable.file;
  // As with execvp, what cannot be executed on PATH is remembered while the search goes on.
  const isDirectory = isPath && states.some(({ state }) => state === "directory");
  if (isDirectory) {
    throw failed(python, `it is a directory: name the interpreter in it, such as "bin/python"`);
  }
  if (states.some(({ state }) => state === "not executable")) {
    throw failed(python, "it cannot be executed");
  }
  throw new UserError(
    `Cannot look for Python modules as there is no interpreter "${python}": install Python 3 or name another one`,
    { argument: "python" },
  );

  function absolute(name: string, place: string): string {
    return path.resolve(workingDirectory, place, name);
  }
}

function stateOf(file: string): "missing" | "directory" | "not executable" | "executable" {
  try {
    const stats = statSync(file, { throwIfNoEntry: false });
    if (stats === undefined) return "missing";
    if (stats.isDirectory()) return "directory";
    accessSync(file, constants.X_OK);
    return "executable";
  } catch {
    // Not to be looked at or not to be executed: for the search it is the same.
    return "not executable";
  }
}

/**
 * An error about an interpreter that could not be used.
 *
 * @param python as the user wrote it
 */
export function failed(python: string, reason: string): UserError {
  return new UserError(`Cannot look for Python modules as "${python}" failed: ${reason}`, {
    argument: "python",
  });
}
