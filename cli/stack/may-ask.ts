/** Whether a stack command asks the user before it changes anything: people are asked, scripts are not. */
import type { StackCommandOptions } from "./operation.ts";

/** A terminal, or what stands in its place. */
interface MaybeTerminal {
  readonly isTTY?: boolean | undefined;
}

/** Where a command runs. */
export interface Surroundings {
  readonly environment: NodeJS.ProcessEnv;
  readonly stdin: MaybeTerminal;
  readonly stdout: MaybeTerminal;
}

/** Whether somebody is there to be asked, and did not say beforehand that they need not be. */
export function mayAsk(options: StackCommandOptions, where: Surroundings): boolean {
  const { yes = false, skipPreview = false } = options;
  return !yes && !skipPreview && !isScripted(options, where);
}

/**
 * Whether nobody sits there. CI services set `CI`, and some give their jobs a terminal that nobody looks at;
 * `--non-interactive` says so anywhere.
 */
export function isScripted(
  { nonInteractive = false }: StackCommandOptions,
  { environment, stdin, stdout }: Surroundings,
): boolean {
  const { CI: ci = "" } = environment;
  const isCi = ci !== "" && ci.toLowerCase() !== "false";
  return nonInteractive || isCi || stdin.isTTY !== true || stdout.isTTY !== true;
}
