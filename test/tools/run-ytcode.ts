/** Runs `ytcode` as a user does: from the checkout, as a process of its own. */
import path from "node:path";
import { REPOSITORY, runProgram } from "../ytjobs/run-python.ts";
import type { Finished } from "../ytjobs/run-python.ts";

const MAIN = path.join(REPOSITORY, "cli/main.ts");

/** Options of {@link runYtcode}. */
export interface RunYtcodeOptions {
  /** Where the user stands. @default the repository */
  readonly cwd?: string;
  /** Added to its environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** A program and its first arguments, to start Node through. */
  readonly launcher?: readonly string[];
}

/** Runs `ytcode` to its end. */
export function runYtcode(
  args: readonly string[],
  { cwd = REPOSITORY, env = {}, launcher = [] }: RunYtcodeOptions = {},
): Promise<Finished> {
  const [program = process.execPath, ...rest] = [...launcher, process.execPath, MAIN, ...args];
  const cache = { YTCODE_CACHE_DIR: process.env["YTCODE_CACHE_DIR"] ?? "" };
  return runProgram(program, rest, { cwd, env: { ...cache, ...env } });
}
