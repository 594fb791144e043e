/** Runs the real `ytcode inspect`, as a process of its own. */
import path from "node:path";
import { type Finished, REPOSITORY, runProgram } from "../../ytjobs/run-python.ts";

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

/** Makes its standard output a terminal, which turns line ends into CR and LF. */
export async function runOnTerminal(
  args: readonly string[],
  { cwd = REPOSITORY, env = {} }: InspectOptions = {},
): Promise<Finished> {
  const program =
    "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))";
  const command = [process.execPath, MAIN, "inspect", ...args];
  return runProgram("python3", ["-c", program, ...command], { cwd, env });
}
