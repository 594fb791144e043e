/** Where YTsaurus's own clients look for files. */
import path from "node:path";
import { findHomeDirectory } from "../../../common/user.ts";

/** Paths of files as YTsaurus's clients understand them. */
export interface ClientFiles {
  /** The absolute path of a file that a setting names; `~/` stands for the home directory. */
  readonly resolve: (file: string) => string;
  /** A file below the home directory; undefined when there is no home. */
  readonly inHome: (file: string) => string | undefined;
}

/** @param directory where relative paths start */
export function clientFiles(environment: NodeJS.ProcessEnv, directory: string): ClientFiles {
  const { HOME: named } = environment;
  const home = named !== undefined && path.isAbsolute(named) ? named : findHomeDirectory();
  const inHome = (file: string): string | undefined =>
    home === undefined ? undefined : path.join(home, file);
  return {
    inHome,
    resolve: (file) =>
      (file.startsWith("~/") ? inHome(file.slice(2)) : undefined) ?? path.resolve(directory, file),
  };
}
