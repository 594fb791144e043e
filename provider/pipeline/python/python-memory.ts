/**
 * Module searches, remembered from one run to the next: starting an interpreter costs more than
 * reading a small pipeline. An answer is used again only while everything that it depends on is
 * as it was; where that is not known, the interpreter is asked each time.
 */
import path from "node:path";
import { cacheDirectory } from "../../../common/cache/directory.ts";
import { hasCode } from "../../../common/files/file-errors.ts";
import type { PythonAnswer, PythonModules } from "./answer.ts";
import { askPython, type AskOptions } from "./ask.ts";
import { dependenciesOf, hashAllVariables, hashKnownVariables } from "./dependencies.ts";
import { findInterpreter, ownSurroundings, type Surroundings } from "./interpreter.ts";
import { fileOfAnswer, keepAnswer, type KeptAnswer, readAnswer } from "./kept-answers.ts";
import { isUnchanged, takeStates, type Watched } from "./watch.ts";
import { DEFAULT_PYTHON, type FindModules } from "./python-modules.ts";

/** The folder of the cache that answers are in. */
const FOLDER = "python-modules";

/** More names than any pipeline has; an answer about still more is not kept. */
const NAMES_KEPT = 200;

/** Options of {@link findAcrossRuns}. */
export interface MemoryOptions {
  /** What interpreters are started in. @default this process's own */
  readonly surroundings?: Surroundings;
  /** The cache; `undefined` keeps nothing. @default {@link cacheDirectory} */
  readonly cache?: string | undefined;
  /** The time, in ms. @default the system's */
  readonly now?: () => number;
  /** Asks an interpreter. @default {@link askPython} */
  readonly ask?: (names: readonly string[], options: AskOptions) => Promise<PythonAnswer>;
}

/**
 * Makes a search that remembers its answers in the cache.
 *
 * @returns a search that fails as `findPythonModules()` does
 */
export function findAcrossRuns(options: MemoryOptions = {}): FindModules {
  const { surroundings = ownSurroundings(), now = Date.now, ask = askPython } = options;
  const cache = "cache" in options ? options.cache : cacheDirectory(surroundings.environment);
  const { environment, workingDirectory } = surroundings;
  return async (names, python = DEFAULT_PYTHON) => {
    const interpreter = findInterpreter(python, surroundings);
    const asking = { ...surroundings, interpreter, python };
    if (cache === undefined) return onlyOf(names, await ask(names, asking));
    const file = fileOfAnswer(path.join(cache, FOLDER), [
      interpreter,
      workingDirectory,
      hashKnownVariables(environment),
    ]);
    const kept = readAnswer(file);
    if (kept !== undefined && isStillRight(kept, names, environment)) {
      return onlyOf(names, kept.modules);
    }
    const before = now();
    const answer = await ask(withKeptNames(names, kept), asking);
    const answerToKeep = keepable(interpreter, answer, surroundings, before);
    if (answerToKeep !== undefined) keepAnswer(file, answerToKeep);
    return onlyOf(names, answer);
  };
}

/** Finds modules as `findPythonModules()` does, remembering the answers from run to run. */
export const findRememberedModules: FindModules = (names, python) =>
  findAcrossRuns()(names, python);

function isStillRight(
  { modules, states, variables }: KeptAnswer,
  names: readonly string[],
  environment: Surroundings["environment"],
): boolean {
  if (!names.every((name) => modules.modules.has(name))) return false;
  if (variables !== undefined && variables !== hashAllVariables(environment)) return false;
  return isUnchanged(states);
}

/** Several pipelines take turns: what was asked for before will be asked for again. */
function withKeptNames(names: readonly string[], kept: KeptAnswer | undefined): readonly string[] {
  const all = new Set([...names, ...(kept?.modules.modules.keys() ?? [])]);
  return all.size <= NAMES_KEPT ? [...all] : names;
}

function keepable(
  interpreter: string,
  answer: PythonAnswer,
  surroundings: Surroundings,
  before: number,
): KeptAnswer | undefined {
  if (answer.modules.size > NAMES_KEPT) return undefined;
  const watched = findDependencies(interpreter, answer, surroundings);
  const states = watched === undefined ? undefined : takeStates(watched, before);
  if (states === undefined) return undefined;
  const isKnown = answer.start === "known";
  const variables = isKnown ? undefined : hashAllVariables(surroundings.environment);
  return { modules: onlyOf([...answer.modules.keys()], answer), states, variables };
}

function findDependencies(
  interpreter: string,
  answer: PythonAnswer,
  surroundings: Surroundings,
): Watched | undefined {
  try {
    return dependenciesOf(interpreter, answer, surroundings);
  } catch (error) {
    // What cannot be read or is gone again cannot be watched either.
    if (["ENOENT", "ENOTDIR", "EACCES"].some((code) => hasCode(error, code))) return undefined;
    throw error;
  }
}

function onlyOf(
  names: readonly string[],
  { interpreter, searched, modules }: PythonModules,
): PythonModules {
  const wanted = [...modules].filter(([name]) => names.includes(name));
  return { interpreter, searched, modules: new Map(wanted) };
}
