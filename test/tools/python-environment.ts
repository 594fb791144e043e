/** A user's Python environment in a temporary folder. */
import path from "node:path";
import type { TestContext } from "node:test";
import { addToTree, makeTree } from "./temporary-tree.ts";
import type { Tree } from "./temporary-tree.ts";

/** See {@link makePythonEnvironment}. */
export interface PythonEnvironment {
  /** The interpreter: `python3` with a `PYTHONPATH` of its own. */
  readonly python: string;
  /** The folder of its modules. */
  readonly modules: string;
}

/**
 * Makes an interpreter that finds modules of its own, as one of a virtual environment would.
 *
 * @param modules entries of the folder that it searches first
 */
export async function makePythonEnvironment(
  test: TestContext,
  modules: Tree,
): Promise<PythonEnvironment> {
  const entries = Object.entries(modules).map(([name, entry]) => [`modules/${name}`, entry]);
  const folder = await makeTree(test, { "modules/": "", ...Object.fromEntries(entries) });
  const python = path.join(folder, "python");
  const text = `#!/bin/sh\nPYTHONPATH='${folder}/modules' exec python3 "$@"\n`;
  await addToTree(folder, { python: { text, mode: 0o755 } });
  return { python, modules: path.join(folder, "modules") };
}
