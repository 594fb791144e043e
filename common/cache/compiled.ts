/** Keeps what Node compiles of our sources from run to run: half the time of a small command. */
import { enableCompileCache } from "node:module";
import path from "node:path";
import { ignoringFileSystemErrors } from "../files/file-errors.ts";
import { makeDirectory } from "../files/make-directory.ts";
import { cacheDirectory } from "./directory.ts";

/**
 * Has Node keep what it compiles from here on in our own cache. Its default is a folder that all
 * users of a machine can write to.
 */
export function keepCompiledCode(): void {
  const directory = makeCompiledDirectory(process.env);
  if (directory !== undefined) {
    enableCompileCache(directory);
  }
}

/**
 * The environment variables by which a process of Node that is started keeps its compiled code there
 * too; none when the user has set them already, the cache is off, or it cannot be written.
 *
 * @param environment the environment that the process is given
 */
export function compileCacheVariables(
  environment: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  if (environment["NODE_COMPILE_CACHE"] !== undefined) {
    return {};
  }
  const directory = makeCompiledDirectory(environment);
  return directory === undefined ? {} : { NODE_COMPILE_CACHE: directory };
}

/** Made here, because Node would let others read and, by the user's umask, write it. */
function makeCompiledDirectory(
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const cache = cacheDirectory(environment);
  if (cache === undefined) {
    return undefined;
  }
  const directory = path.join(cache, "compiled");
  return ignoringFileSystemErrors(() => {
    makeDirectory(directory, 0o700);
    return directory;
  });
}
