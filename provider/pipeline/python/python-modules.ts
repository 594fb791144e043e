/**
 * Finds Python modules as the user's interpreter would, without running their code: one process
 * asks the import machinery for all names at once.
 */
import { DEFAULT_PYTHON } from "../defaults.ts";
import type { PythonModules } from "./answer.ts";
import { askPython } from "./ask.ts";
import { findInterpreter, ownSurroundings, type Surroundings } from "./interpreter.ts";

export type { PythonModule, PythonModules } from "./answer.ts";

/** Finds modules; see {@link findPythonModules}. */
export type FindModules = (names: readonly string[], python?: string) => Promise<PythonModules>;

export { DEFAULT_PYTHON };

/** How to search. */
export interface SearchOptions {
  /** What the interpreter is started in. @default this process's own */
  readonly surroundings?: Surroundings;
  /** How long the interpreter may take. @default a minute */
  readonly timeLimitMs?: number;
}

/**
 * Finds modules by their top-level names.
 *
 * @param names top-level names, without dots
 * @param python the interpreter: a name on `PATH` or a path
 * @throws {UserError} when the interpreter cannot be run, is none, or does not answer in time
 */
export async function findPythonModules(
  names: readonly string[],
  python: string = DEFAULT_PYTHON,
  options: SearchOptions = {},
): Promise<PythonModules> {
  const { surroundings = ownSurroundings(), ...limits } = options;
  const interpreter = findInterpreter(python, surroundings);
  const { searched, modules, ...answer } = await askPython(names, {
    ...surroundings,
    ...limits,
    interpreter,
    python,
  });
  return { interpreter: answer.interpreter, searched, modules };
}
