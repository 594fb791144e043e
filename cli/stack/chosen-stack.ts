/** Which stack a command works on: the one that it names, else `PULUMI_STACK`, else the selected one, else `dev`. */
import { defaultStack } from "./operation.ts";

/**
 * The stack that is meant.
 *
 * @param named with `--stack`
 * @param directory where the project is looked for
 * @throws {UserError} when there is no project
 */
export async function chosenStack(named: string | undefined, directory: string): Promise<string> {
  if (named !== undefined) {
    return named;
  }
  const { PULUMI_STACK: fromEnvironment = "" } = process.env;
  if (fromEnvironment !== "") {
    return fromEnvironment;
  }
  return (await selected(directory)) ?? defaultStack(process.env);
}

/** What was selected with `stack select`: the Pulumi CLI is asked where there is one, as it knows its backends. */
async function selected(directory: string): Promise<string | undefined> {
  const { openPulumi, readPulumi } = await import("./pulumi-cli.ts");
  const pulumi = await openPulumi(directory);
  if (pulumi === undefined) {
    const { findProject, selectedStack } = await import("../../engine/stacks/index.ts");
    return selectedStack(await findProject(directory, process.env));
  }
  const name = await readPulumi(pulumi.run, ["stack", "--show-name", "--non-interactive"]);
  return name?.trim() === "" ? undefined : name?.trim();
}
