/** Makes a stack: its settings file, and a state without resources, as `pulumi stack init` does. */
import { rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { UserError } from "../../common/errors/user-error.ts";
import { explainingFileErrors } from "../../common/files/explaining-file-errors.ts";
import { makeDirectory } from "../../common/files/make-directory.ts";
import { stackOfProject } from "../project/stack-name.ts";
import { readStackSettings } from "../project/stack-settings.ts";
import { SecretsManager } from "../secrets/secrets-manager.ts";
import { StackStore } from "../state/stack-store.ts";
import type { ProjectContext } from "./find-project.ts";

/**
 * Makes a stack. A settings file that is there stays as it is.
 *
 * @param name short or qualified
 * @returns the path of its settings file
 * @throws {UserError} when it exists, the name cannot be a stack's, or a file cannot be written
 */
export async function initStack(
  { project, backend, environment }: ProjectContext,
  name: string,
): Promise<string> {
  const stack = stackOfProject(name, project.name);
  const store = new StackStore(backend, { project: project.name, stack });
  if (await store.exists()) {
    throw new UserError(
      `Cannot make stack "${stack}" as there is one: select it, or choose another name`,
    );
  }
  const settings = await readStackSettings(project, stack);
  const secrets = new SecretsManager(stack, settings.encryptionSalt, environment);
  await explainingFileErrors(`make stack "${stack}"`, async () => {
    if (!settings.exists) {
      makeDirectory(path.dirname(settings.path));
      await writeFile(settings.path, "config: {}\n", { flag: "wx" });
    }
    try {
      await store.write({ resources: [], pendingOperations: [] }, secrets);
    } catch (error) {
      if (!settings.exists) {
        await rm(settings.path, { force: true });
      }
      throw error;
    }
  });
  return settings.path;
}
