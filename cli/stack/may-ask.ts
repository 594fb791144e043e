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

/** Whether nobody looks at the terminal, if there is one: in CI, or as `--non-interactive` says. */
export function isUnwatched(
  { nonInteractive = false }: Pick<StackCommandOptions, "nonInteractive">,
  { CI: ci = "" }: NodeJS.ProcessEnv,
): boolean {
  return nonInteractive || (ci !== "" && ci.toLowerCase() !== "false");
}

/**
 * Whether nobody sits there. CI services set `CI`, and some give their jobs a terminal that nobody looks at;
 * `--non-interactive` says so anywhere.
 */
export function isScripted(
  options: StackCommandOptions,
  { environment, stdin, stdout }: Surroundings,
): boolean {
  return isUnwatched(options, environment) || stdin.isTTY !== true || stdout.isTTY !== true;
}
