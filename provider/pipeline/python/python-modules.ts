/**
 * Finds Python modules as the user's interpreter would, without running their code. It is asked for
 * all names at once, and only when its last answer may no longer hold.
 */
import { cacheDirectory } from "../../../common/cache/directory.ts";
import { onlyModules } from "./answer.ts";
import type { PythonAnswer, PythonModules } from "./answer.ts";
import { answerFile, cacheAnswer, readCachedAnswer } from "./answer-cache.ts";
import { askPython } from "./ask.ts";
import type { AskOptions } from "./ask.ts";
import { findInterpreter } from "./interpreter.ts";
import type { FirstPlace, Surroundings } from "./interpreter.ts";
import { DEFAULT_PYTHON } from "../defaults.ts";

export type { PythonModule, PythonModules } from "./answer.ts";
export type { FirstPlace } from "./interpreter.ts";

/** Finds modules; see {@link findPythonModules}. */
export type FindModules = (
  names: readonly string[],
  python?: string,
  options?: Pick<SearchOptions, "first">,
) => Promise<PythonModules>;

/** How to search. */
export interface SearchOptions {
  /** What the interpreter is started in. @default this process's own */
  readonly surroundings?: Surroundings;
  /** What is searched before all other places. @default nothing */
  readonly first?: FirstPlace | undefined;
  /** The cache; `undefined` keeps nothing. @default {@link cacheDirectory} */
  readonly cache?: string | undefined;
  /** The time, in ms. @default the system's */
  readonly now?: () => number;
  /** Asks an interpreter. @default {@link askPython} */
  readonly ask?: (names: readonly string[], options: AskOptions) => Promise<PythonAnswer>;
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
  const own = { environment: process.env, workingDirectory: process.cwd() };
  const { first, now = Date.now, ask = askPython } = options;
  const surroundings = { ...(options.surroundings ?? own), first };
  const cache = "cache" in options ? options.cache : cacheDirectory(surroundings.environment);
  const interpreter = findInterpreter(python, surroundings);
  const file = cache === undefined ? undefined : answerFile(cache, interpreter, surroundings);
  const cached = file === undefined ? undefined : readCachedAnswer(file);
  if (cached !== undefined && names.every((name) => cached.modules.has(name))) {
    return onlyModules(cached, names);
  }
  // Several pipelines take turns: what was asked for before will be asked for again.
  const wanted = new Set([...names, ...(cached?.modules.keys() ?? [])]);
  const askedAtMs = now();
  const answer = await ask([...wanted], { ...surroundings, interpreter, python });
  if (file !== undefined) {
    cacheAnswer(file, answer, askedAtMs);
  }
  return onlyModules(answer, names);
}
