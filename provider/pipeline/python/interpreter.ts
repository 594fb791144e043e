/** Which program a name like `python3` starts: the look-up that `execvp` does. */
import { accessSync, constants, statSync } from "node:fs";
import path from "node:path";
import { UserError } from "../../../common/errors/user-error.ts";
import { isMissing } from "../../../common/files/file-errors.ts";

/** Where an interpreter is started: what its answers may depend on. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Absolute path. */
  readonly workingDirectory: string;
  /** What is searched before all other places. @default nothing */
  readonly first?: FirstPlace | undefined;
}

/** The directory that a script is in comes first on Python's search path. */
export interface FirstPlace {
  /** Absolute path. */
  readonly directory: string;
  /** Sorted names of what in it could be one of the modules: nothing else in it matters. */
  readonly entries: readonly string[];
}

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
  const places = isPath ? [""] : (environment["PATH"] ?? "/bin:/usr/bin").split(":");
  let obstacle: string | undefined;
  for (const place of python === "" ? [] : places) {
    const file = path.resolve(workingDirectory, place, python);
    try {
      accessSync(file, constants.X_OK);
      if (!statSync(file).isDirectory()) {
        return file;
      }
      if (isPath) {
        obstacle = `it is a directory: name the interpreter in it, such as "bin/python"`;
      }
    } catch (error) {
      // As with execvp, the search goes on after what cannot be executed.
      if (!isMissing(error)) {
        obstacle = "it cannot be executed";
      }
    }
  }
  if (obstacle !== undefined) {
    throw failed(python, obstacle);
  }
  throw new UserError(
    `Cannot look for Python modules as there is no interpreter "${python}": install Python 3 or name another one`,
    { argument: "python" },
  );
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
