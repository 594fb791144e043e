/** Runs the real `ytcode inspect`, as a process of its own. */
import { runYtcode } from "../../tools/run-ytcode.ts";
import type { RunYtcodeOptions } from "../../tools/run-ytcode.ts";
import { terminalLauncher } from "../../tools/terminal.ts";
import type { Finished } from "../../ytjobs/run-python.ts";

/** Runs `ytcode inspect` with the given arguments. */
export function runInspect(args: readonly string[], options?: RunYtcodeOptions): Promise<Finished> {
  return runYtcode(["inspect", ...args], options);
}

/**
 * Runs it so that it succeeds and says nothing on stderr.
 *
 * @returns what it printed
 */
export async function inspected(
  args: readonly string[],
  options?: RunYtcodeOptions,
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
  options?: RunYtcodeOptions,
): Promise<Finished> {
  const launcher = await terminalLauncher();
  const { status, stdout, stderr } = await runInspect(args, { ...options, launcher });
  return { status, stdout: stdout.replaceAll("\r\n", "\n"), stderr };
}
