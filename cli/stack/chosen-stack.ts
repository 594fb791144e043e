/** Which stack a command works on: the one that it names, else `PULUMI_STACK`, else the selected one, else `dev`. */
import { defaultStack } from "./operation.ts";
import type { OpenedPulumi } from "./pulumi-cli.ts";

/** A stack, and what it is worked on with. */
export interface ChosenStack {
  /** As it was named, short or qualified. */
  readonly stack: string;
  /** Undefined where the embedded engine is used. */
  readonly pulumi: OpenedPulumi | undefined;
}

/**
 * The stack that is meant, and the Pulumi CLI for it, where there is one.
 *
 * @param named with `--stack`
 * @param directory where the project is looked for
 * @throws {UserError} when there is no project
 */
export async function chosenStack(
  named: string | undefined,
  directory: string,
): Promise<ChosenStack> {
  const { openPulumi } = await import("./pulumi-cli.ts");
  const pulumi = await openPulumi(directory);
  return { stack: await stackName(named, directory, pulumi), pulumi };
}

/**
 * The name of the stack that is meant.
 *
 * @throws {UserError} when there is no project
 */
export async function stackName(
  named: string | undefined,
  directory: string,
  pulumi: OpenedPulumi | undefined,
): Promise<string> {
  if (named !== undefined) {
    return named;
  }
  const { PULUMI_STACK: fromEnvironment = "" } = process.env;
  if (fromEnvironment !== "") {
    return fromEnvironment;
  }
  return (await selected(directory, pulumi)) ?? defaultStack(process.env);
}

/** What was selected with `stack select`: the Pulumi CLI is asked where there is one, as it knows its backends. */
async function selected(
  directory: string,
  pulumi: OpenedPulumi | undefined,
): Promise<string | undefined> {
  if (pulumi === undefined) {
    const { findProject, selectedStack } = await import("../../engine/stacks/index.ts");
    return selectedStack(await findProject(directory, process.env));
  }
  const { readPulumi } = await import("./pulumi-cli.ts");
  const name = await readPulumi(pulumi.run, ["stack", "--show-name", "--non-interactive"]);
  return name?.trim() === "" ? undefined : name?.trim();
}
