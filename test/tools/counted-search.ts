/** A search for modules that remembers, and how often it had to start an interpreter. */
import { askPython } from "../../provider/pipeline/python/ask.ts";
import type { Surroundings } from "../../provider/pipeline/python/interpreter.ts";
import { findPythonModules } from "../../provider/pipeline/python/python-modules.ts";
import type { FindModules, SearchOptions } from "../../provider/pipeline/python/python-modules.ts";

/** See {@link countedSearch}. */
export interface CountedSearch {
  readonly find: FindModules;
  /** What interpreters were asked for since the last call, each time the sorted names. */
  readonly asked: () => readonly string[];
}

/**
 * Makes a search as a run of its own has it: nothing is remembered but in the cache.
 *
 * The clock is ahead, so that also what a test has just made is old enough to be relied on.
 */
export function countedSearch(
  cache: string | undefined,
  surroundings: Surroundings,
  options: SearchOptions = {},
): CountedSearch {
  const asked: string[] = [];
  const search: SearchOptions = {
    cache,
    surroundings,
    now: () => Date.now() + 60_000,
    ask: async (names, asking) => {
      asked.push(names.toSorted().join(" "));
      return askPython(names, asking);
    },
    ...options,
  };
  return {
    find: (names, python, where) => findPythonModules(names, python, { ...search, ...where }),
    asked: () => asked.splice(0),
  };
}
