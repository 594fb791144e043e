/** Directories that patterns match: those that hold a pipeline's configuration. */
import { existsSync, globSync, statSync } from "node:fs";
import path from "node:path";
import { toPosix } from "../../common/files/posix-path.ts";

/** Where patterns and directories begin. */
export interface FindDirectoriesOptions {
  /** Absolute path: the folder that the program runs in. */
  readonly root: string;
  /** Patterns of what is left out. */
  readonly without: readonly string[];
}

/** Whether a text is a pattern, not the name of one thing. */
export function isPattern(text: string): boolean {
  return /[*?[\]{}]/.test(text);
}

/**
 * The directories that a pattern matches, sorted. Hidden ones and those below `node_modules` are matched
 * only by patterns that name them.
 *
 * @returns as they are written: from the root, with `./` in front where they are below it
 */
export function findDirectories(
  pattern: string,
  { root, without }: FindDirectoriesOptions,
): readonly string[] {
  const found = globSync(pattern, { cwd: root, exclude: [...without] });
  return found
    .filter((name) => isWanted(toPosix(name), pattern) && isDirectory(path.resolve(root, name)))
    .map((name) => shownDirectory(name, root))
    .toSorted((a, b) => (a < b ? -1 : 1));
}

/** A directory's own text, in one spelling. */
export function shownDirectory(name: string, root: string): string {
  const relative = toPosix(path.relative(root, path.resolve(root, name)));
  if (path.isAbsolute(name)) {
    return toPosix(path.normalize(name));
  }
  return relative === ".." || relative.startsWith("../") ? relative : `./${relative}`;
}

/** Whether a file is there. */
export function holdsFile(root: string, directory: string, file: string): boolean {
  return existsSync(path.resolve(root, directory, file));
}

function isWanted(name: string, pattern: string): boolean {
  return name
    .split("/")
    .every(
      (part) =>
        (!part.startsWith(".") && part !== "node_modules") ||
        part === "." ||
        part === ".." ||
        pattern.split("/").includes(part),
    );
}

function isDirectory(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isDirectory() === true;
}
