/**
 * Module searches of one process, remembered: starting an interpreter costs more than reading a
 * small pipeline, and the answer to "where is ytjobs" is the same for all pipelines.
 */
import { setTimeout as delay } from "node:timers/promises";
import { onlyModules } from "./answer.ts";
import type { PythonModules } from "./answer.ts";
import { DEFAULT_PYTHON } from "../defaults.ts";
import { findPythonModules } from "./python-modules.ts";
import type { FindModules } from "./python-modules.ts";

/** How long a search waits for others to go with it, in ms. */
const GATHERING_MS = 5;

/** A search that has not begun yet can be given more names. */
interface Search {
  readonly names: Set<string>;
  readonly found: Promise<PythonModules>;
  isOpen: boolean;
}

/**
 * Makes a search that asks an interpreter once for all names that are asked for at about the same
 * time in one process, and again only for names that are new.
 *
 * @param find the search to remember @default {@link findPythonModules}
 */
export function rememberModules(find: FindModules = findPythonModules): FindModules {
  const searches = new Map<string, Search>();

  function begin(
    names: readonly string[],
    python: string,
    options: Parameters<FindModules>[2],
  ): Search {
    const found = delay(GATHERING_MS).then(() => {
      search.isOpen = false;
      return find([...search.names], python, options);
    });
    const search: Search = { names: new Set(names), found, isOpen: true };
    return search;
  }

  return async (names, python = DEFAULT_PYTHON, options = {}) => {
    const key = JSON.stringify([python, options]);
    let search = searches.get(key);
    const isKnown = search?.isOpen === true || names.every((name) => search?.names.has(name));
    if (search === undefined || !isKnown) {
      search = begin([...(search?.names ?? [])], python, options);
    }
    searches.set(key, search);
    for (const name of names) {
      search.names.add(name);
    }
    return onlyModules(await search.found, names);
  };
}
