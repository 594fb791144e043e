/** What an interpreter's answer depends on, as far as that is known. */
import { createHash } from "node:crypto";
import { realpathSync } from "node:fs";
import path from "node:path";
import { readInto, withOpen } from "../../../common/files/open-file.ts";
import type { PythonAnswer } from "./answer.ts";
import type { Surroundings } from "./interpreter.ts";
import { watchPyenv } from "./pyenv.ts";
import type { Watched } from "./watch.ts";

/**
 * Variables that Python, its dynamic loader, pyenv and the known tools that run at Python's start
 * look at.
 */
const VARIABLES =
  /^(?:PYTHON|_*PYENV|__PYVENV_LAUNCHER__$|LC_|LD_|DYLD_|(?:HOME|PATH|PWD|LANG|SETUPTOOLS_USE_DISTUTILS|BASH_ENV)$)/;

/** Variables that a shell sets anew for each command: they would make every start another one. */
const VOLATILE = new Set(["_", "SHLVL", "OLDPWD"]);

/** A hash of the variables that the known parts of an interpreter's start look at. */
export function hashKnownVariables(environment: Surroundings["environment"]): string {
  return hashVariables(environment, (name) => VARIABLES.test(name));
}

/** A hash of all variables: what start-up code of unknown kind may look at. */
export function hashAllVariables(environment: Surroundings["environment"]): string {
  return hashVariables(environment, (name) => !VOLATILE.has(name));
}

// Only hashes are kept: variables hold secrets.
function hashVariables(
  environment: Surroundings["environment"],
  counts: (name: string) => boolean,
): string {
  const used = Object.entries(environment).filter(([name]) => counts(name));
  const user = [process.getuid?.(), process.geteuid?.()];
  const sorted = used.toSorted(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256")
    .update(JSON.stringify([user, sorted]))
    .digest("hex");
}

/**
 * Finds what an answer depends on, besides variables and the working directory.
 *
 * @param started absolute path of what was started
 * @returns undefined when that is not known: start-up code changed the search, or what was
 * started is a script or program that chooses an interpreter in ways of its own
 */
export function dependenciesOf(
  started: string,
  answer: PythonAnswer,
  surroundings: Surroundings,
): Watched | undefined {
  if (answer.start === "changed") return undefined;
  const { whole, kinds } = answer;
  if (isItself(started, answer)) {
    const own = watchInterpreter(started, answer);
    return { whole: [...whole, ...own], kinds, links: [started] };
  }
  if (!isScript(started) || !isItself(answer.executable, answer)) return undefined;
  const choice = watchPyenv(started, answer.executable, surroundings);
  if (choice === undefined) return undefined;
  const own = watchInterpreter(answer.executable, answer);
  return { whole: [...whole, ...own, ...choice], kinds, links: [started, answer.executable] };
}

/** Whether a file is the very program that ran, or a link to it. */
function isItself(file: string, { program }: PythonAnswer): boolean {
  return path.isAbsolute(file) && realpathSync.native(file) === program && !isScript(file);
}

/** The program, and the file that makes it the interpreter of a virtual environment. */
function watchInterpreter(executable: string, { program }: PythonAnswer): readonly string[] {
  const folder = path.dirname(executable);
  const environments = [folder, path.dirname(folder)];
  return [program, ...environments.map((place) => path.join(place, "pyvenv.cfg"))];
}

function isScript(file: string): boolean {
  const start = Buffer.alloc(2);
  withOpen(file, "r", (descriptor) => readInto(descriptor, start));
  return start.toString("latin1") === "#!";
}
