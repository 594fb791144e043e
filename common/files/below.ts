/** Paths below a directory. */
import path from "node:path";

/**
 * The absolute path of a place below a directory: `path.join` of thousands would take longer than to ask for them.
 *
 * @param relativePath as it is, with nothing to normalise; `""` is the directory itself
 */
export function below(directory: string, relativePath: string): string {
  return relativePath === "" ? directory : `${directory}${path.sep}${relativePath}`;
}
