/** Runs `ytcode` as a user does: from the checkout, as a process of its own. */
import path from "node:path";
import { type Finished, REPOSITORY, runProgram } from "../ytjobs/run-python.ts";

const MAIN = path.join(REPOSITORY, "cli/main.ts");

/**
 * Runs `ytcode` to its end.
 *
 * @param cwd where the user stands
 */
export function runYtcode(args: readonly string[], cwd: string = REPOSITORY): Promise<Finished> {
  return runProgram(process.execPath, [MAIN, ...args], {
    cwd,
    env: { YTCODE_CACHE_DIR: process.env["YTCODE_CACHE_DIR"] ?? "" },
  });
}
