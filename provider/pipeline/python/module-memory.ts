/**
 * Module searches of one process, remembered: starting an interpreter costs more than reading a
 * small pipeline, and the answer to "where is ytjobs" is the same for all pipelines.
 */
import { setTimeout as delay } from "node:timers/promises";
import { findRememberedModules } from "./python-memory.ts";
import { DEFAULT_PYTHON, type FindModules, type PythonModules } from "./python-modules.ts";

/** How long a search waits for others to go with it, in ms. */
const GATHERING_MS = 5;

/**
 * Makes a search that asks each interpreter once for each name, and for all names that are asked
 * for at about the same time in one process.
 *
 * @param find the search to remember @default {@link findRememberedModules}
 */
export function rememberModules(find: FindModules = findRememberedModules): FindModules {
  const interpreters = new Map<string, InterpreterMemory>();
  return async (names, python = DEFAULT_PYTHON) => {
    const memory = interpreters.get(python) ?? new InterpreterMemory(find, python);
    interpreters.set(python, memory);
    return memory.find(names);
  };
}

class InterpreterMemory {
  readonly #find: FindModules;
  readonly #python: string;
  /** The search that each name is part of. */
  readonly #searches = new Map<string, Promise<PythonModules>>();
  #gathering: { readonly names: Set<string>; readonly search: Promise<PythonModules> } | undefined;

  constructor(find: FindModules, python: string) {
    this.#find = find;
    this.#python = python;
  }

  async find(names: readonly string[]): Promise<PythonModules> {
    const [first, ...others] = await Promise.all(names.map((name) => this.#searchFor(name)));
    if (first === undefined) return this.#find([], this.#python);
    const all = [first, ...others].flatMap(({ modules }) => [...modules]);
    const wanted = all.filter(([name]) => names.includes(name));
    return { ...first, modules: new Map(wanted) };
  }

  #searchFor(name: string): Promise<PythonModules> {
    const known = this.#searches.get(name);
    if (known !== undefined) return known;
    this.#gathering ??= this.#gather();
    this.#gathering.names.add(name);
    this.#searches.set(name, this.#gathering.search);
    return this.#gathering.search;
  }

  #gather(): { readonly names: Set<string>; readonly search: Promise<PythonModules> } {
    const names = new Set<string>();
    const search = delay(GATHERING_MS).then(() => {
      this.#gathering = undefined;
      return this.#find([...names], this.#python);
    });
    return { names, search };
  }
}
