/** Runs `build-pipeline.ts` as its own process. */
import { fileURLToPath } from "node:url";
import { runProgram } from "../ytjobs/run-python.ts";
import type { RunOptions } from "../ytjobs/run-python.ts";
import type { Outcome } from "./build-pipeline.ts";

const PROGRAM = fileURLToPath(new URL("build-pipeline.ts", import.meta.url));

/**
 * Builds a pipeline's archive in a process of its own.
 *
 * @param launcher a program and its first arguments, to start Node through
 * @throws {Error} with what the process wrote to stderr when it crashed
 */
export async function runBuild(
  pipelineDirectory: string,
  options: RunOptions = {},
  launcher: readonly string[] = [],
): Promise<Outcome> {
  const [program, ...args] = [...launcher, process.execPath, PROGRAM, pipelineDirectory];
  const { status, stdout, stderr } = await runProgram(program, args, options);
  if (status !== 0) {
    throw new Error(`The build ended with status ${status}: ${stderr}`);
  }
  const outcome: Outcome = JSON.parse(stdout);
  return outcome;
}
