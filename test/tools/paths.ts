/** Where the tests have what they install for themselves, and what of it programs need to find. */
import * as path from "node:path";

/** Where the tests keep what they install for themselves; not part of the repository. */
export const testToolsDirectory: string = path.resolve(import.meta.dirname, "../..", ".test-tools");

/** The Python environment with the packages of `requirements.txt`. */
export const pythonEnvironment: string = path.join(testToolsDirectory, "python");

/** Its interpreter. */
export const pythonPath: string = path.join(pythonEnvironment, "bin", "python");

/**
 * `PATH` for jobs that install requirements, with the interpreter first: the machine's own may come
 * without pip, or refuse to have anything installed (PEP 668, as Debian's).
 */
export const pathWithPip: string = [path.dirname(pythonPath), process.env["PATH"] ?? ""].join(
  path.delimiter,
);

/** Wheels of what the example stages require, so that no test needs the package index. */
export const wheelsDirectory: string = path.join(testToolsDirectory, "wheels");

/** The requirements of the example stages. */
export const EXAMPLE_REQUIREMENTS: string = path.resolve(
  import.meta.dirname,
  "../../examples/price_report/stages/report/requirements.txt",
);

/** A Python environment with the framework that pipelines are migrated from; see `findUpstream` in `upstream/`. */
export const upstreamEnvironment: string = path.join(testToolsDirectory, "upstream");

/** The Python client's native YSON library, a folder for `PYTHONPATH`; absent where there is no wheel of it. */
export const ysonBindings: string = path.join(testToolsDirectory, "yson");
