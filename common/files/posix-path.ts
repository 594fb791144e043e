/** Paths with `/`, as archives, Cypress and ignore files have them, from this system's own. */
import path from "node:path";

/** A relative path with `/` between its components. */
export function toPosix(file: string): string {
  // A backslash is an ordinary character of a name wherever it is no separator.
  return path.sep === "/" ? file : file.replaceAll(path.sep, "/");
}
