/** A project and its backend, before one of its stacks is chosen. */
import { readProject } from "../project/project.ts";
import type { StackContext } from "../stack-context.ts";
import { findBackend } from "../state/find-backend.ts";

/** What the stacks of a project have in common. Its store is that of no stack in particular. */
export type ProjectContext = Pick<StackContext, "project" | "backend" | "store" | "environment">;

/** The store is asked for what all stacks share; a name is needed to make one. */
const NO_STACK = "-";

/**
 * Finds the project that a folder belongs to, and where its state is.
 *
 * @throws {UserError} when there is none, or the backend cannot be used
 */
export async function findProject(
  directory: string,
  environment: NodeJS.ProcessEnv,
): Promise<ProjectContext> {
  const project = await readProject(directory);
  const { folder, store } = await findBackend({
    identity: { project: project.name, stack: NO_STACK },
    root: project.root,
    projectUrl: project.backendUrl,
    environment,
  });
  return { project, backend: folder, store, environment };
}
