/** Keeps what Node compiles of our sources from run to run: half the time of a small command. */
import { enableCompileCache } from "node:module";
import path from "node:path";
import { ignoringFileSystemErrors } from "../files/file-errors.ts";
import { makeDirectory } from "../files/make-directory.ts";
import { cacheDirectory } from "./directory.ts";

/**
 * What runs the code. Each has its own folder: the SDK changes V8's flags in the middle of loading
 * (`runtime/closure/v8Hooks.js`), V8 refuses what was compiled under others, and Node then writes it anew; two that
 * load the same files at different moments would do so for ever.
 */
export type CompiledFor = "command" | "program" | "provider";

const FOLDERS = {
  command: "compiled",
  program: "compiled-program",
  provider: "compiled-provider",
} as const satisfies Readonly<Record<CompiledFor, string>>;

/**
 * Has Node keep what it compiles from here on in our own cache. Its default is a folder that all
 * users of a machine can write to.
 */
export function keepCompiledCode(what: CompiledFor): void {
  const directory = makeCompiledDirectory(process.env, what);
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
  what: CompiledFor,
): Readonly<Record<string, string>> {
  if (environment["NODE_COMPILE_CACHE"] !== undefined) {
    return {};
  }
  const directory = makeCompiledDirectory(environment, what);
  return directory === undefined ? {} : { NODE_COMPILE_CACHE: directory };
}

/** Made here, because Node would let others read and, by the user's umask, write it. */
function makeCompiledDirectory(
  environment: Readonly<Record<string, string | undefined>>,
  what: CompiledFor,
): string | undefined {
  const cache = cacheDirectory(environment);
  if (cache === undefined) {
    return undefined;
  }
  const directory = path.join(cache, FOLDERS[what]);
  return ignoringFileSystemErrors(() => {
    makeDirectory(directory, 0o700);
    return directory;
  });
}
