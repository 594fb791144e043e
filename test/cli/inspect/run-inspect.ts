/** Runs the real `ytcode inspect`, as a process of its own. */
import path from "node:path";
import { terminalLauncher } from "../../tools/terminal.ts";
import { REPOSITORY, runProgram } from "../../ytjobs/run-python.ts";
import type { Finished } from "../../ytjobs/run-python.ts";

const MAIN = path.join(REPOSITORY, "cli/main.ts");

/** Where it runs, and with what in its environment. */
export interface InspectOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs `ytcode inspect` with the given arguments. */
export async function runInspect(
  args: readonly string[],
  { cwd = REPOSITORY, env = {} }: InspectOptions = {},
): Promise<Finished> {
  return runProgram(process.execPath, [MAIN, "inspect", ...args], { cwd, env });
}

/**
 * Runs it so that it succeeds and says nothing on stderr.
 *
 * @returns what it printed
 */
export async function inspected(
  args: readonly string[],
  options: InspectOptions = {},
): Promise<string> {
  const { status, stdout, stderr } = await runInspect(args, options);
  if (status !== 0 || stderr !== "") {
    throw new Error(`ytcode inspect ended with status ${status}: ${stderr}`);
  }
  return stdout;
}

/** Makes its standard output a terminal. Lines end in LF all the same. */
export async function runOnTerminal(
  args: readonly string[],
  { cwd = REPOSITORY, env = {} }: InspectOptions = {},
): Promise<Finished> {
  const [program = "", ...before] = await terminalLauncher();
  const command = [...before, process.execPath, MAIN, "inspect", ...args];
  const { status, stdout, stderr } = await runProgram(program, command, { cwd, env });
  return { status, stdout: stdout.replaceAll("\r\n", "\n"), stderr };
}
