/** The user's directory: what relative paths on the command line are relative to. */
import path from "node:path";
import { isInside } from "../common/files/is-inside.ts";

/**
 * The directory the user called from. npm runs scripts in the package's folder and says in
 * `INIT_CWD` where it was called. Processes below inherit that, so it counts only in the package's
 * folder.
 */
export function userDirectory(
  environment: NodeJS.ProcessEnv = process.env,
  cwd: string = process.cwd(),
): string {
  const { INIT_CWD: calledFrom, npm_package_json: packageFile } = environment;
  const isScript = packageFile !== undefined && path.dirname(packageFile) === cwd;
  return isScript && calledFrom !== undefined ? calledFrom : cwd;
}

/** A path from the command line, made absolute. */
export function userPath(given: string): string {
  return path.resolve(userDirectory(), given);
}

/**
 * Makes the places of `PYTHONPATH` absolute: what looks for modules may be a process below, in
 * another directory than the user is in.
 *
 * @param environment is changed
 */
export function anchorPythonPath(
  environment: NodeJS.ProcessEnv = process.env,
  cwd: string = process.cwd(),
): void {
  const places = environment["PYTHONPATH"];
  if (places === undefined || places === "") {
    return;
  }
  const directory = userDirectory(environment, cwd);
  const absolute = places
    .split(path.delimiter)
    // Nothing between two of them is the current directory to Python.
    .map((place) => (place === "" ? place : path.resolve(directory, place)));
  environment["PYTHONPATH"] = absolute.join(path.delimiter);
}

/** A program from the command line: a name on `PATH`, or a path, made absolute. */
export function userProgram(given: string): string {
  return given.includes("/") ? userPath(given) : given;
}

/**
 * An absolute path as the user would write it: relative to where they are, when it is below.
 *
 * @param directory where the user is
 */
export function shownPath(absolute: string, directory: string = userDirectory()): string {
  const relative = path.relative(directory, absolute);
  return relative !== "" && isInside(directory, absolute) ? relative : absolute;
}
