/** Which stack a command works on that names none. */
import { findProject } from "./find-project.ts";
import { selectedStack } from "./selected-stack.ts";

/** What a command works on where nobody has chosen. */
export const DEFAULT_STACK = "dev";

/**
 * `PULUMI_STACK`, else the stack that is selected, else `dev`.
 *
 * @throws {UserError} when there is no project, or its backend cannot be used
 */
export async function chooseStack(
  directory: string,
  environment: NodeJS.ProcessEnv,
): Promise<string> {
  const { PULUMI_STACK: named = "" } = environment;
  if (named !== "") {
    return named;
  }
  return (await selectedStack(await findProject(directory, environment))) ?? DEFAULT_STACK;
}
