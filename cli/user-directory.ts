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
