/** Deletes resources, dependents before what they depend on. */
import type { ResourceState } from "../state/resource-state.ts";
import { allDependencies } from "../state/resource-state.ts";
import { isProviderType } from "../state/urn.ts";
import { applyDelete } from "./apply.ts";
import type { Run } from "./run.ts";
import { RunStopped } from "./run.ts";

/**
 * Deletes what the program no longer declares, and what was replaced: dependents first, independent
 * resources side by side. A resource that cannot be deleted keeps everything that it depends on.
 *
 * @param given which resources of the state before to delete; what others need that could not be changed is kept
 */
export async function deleteResources(run: Run, given: readonly ResourceState[]): Promise<void> {
  const needed = neededByErrored(run);
  const toDelete = given.filter(({ urn }) => !needed.has(urn));
  const deletedUrns = new Set(toDelete.map(({ urn }) => urn));
  const deletions = new Map<ResourceState, Promise<boolean>>();
  // Last to first: by then the deletions of all dependents, which come later in the state, exist.
  for (const resource of toDelete.toReversed()) {
    const dependents = [...deletions].filter(([other]) => allDependencies(other).has(resource.urn));
    deletions.set(
      resource,
      deleteAfter(
        run,
        resource,
        dependents.map(([, deletion]) => deletion),
        deletedUrns,
      ),
    );
  }
  const results = await Promise.all(deletions.values());
  if (results.includes(false)) {
    throw new RunStopped();
  }
}

/** What resources depend on that are left as they were, as their steps have failed. */
function neededByErrored({ errored, before }: Run): ReadonlySet<string> {
  const needed = new Set<string>();
  for (const resource of before.resources.toReversed()) {
    if (errored.has(resource.urn) || needed.has(resource.urn)) {
      allDependencies(resource).forEach((urn) => needed.add(urn));
    }
  }
  return needed;
}

/** @returns whether the resource is deleted */
async function deleteAfter(
  run: Run,
  resource: ResourceState,
  dependents: readonly Promise<boolean>[],
  deletedUrns: ReadonlySet<string>,
): Promise<boolean> {
  const gone = await Promise.all(dependents);
  if (gone.includes(false)) {
    return false;
  }
  if (resource.pendingReplacement) {
    // It was deleted to be replaced, and the program no longer declares it.
    await run.options.journal.remove(resource);
    return true;
  }
  if (resource.protect && !resource.delete) {
    const step = {
      operation: "delete",
      urn: resource.urn,
      before: resource,
      after: undefined,
    } as const;
    run.options.listener({ type: "step-failed", step });
    run.report("error", protectedMessage(resource.urn), resource.urn, { continueOnError: true });
    return false;
  }
  const provider =
    resource.custom && !isProviderType(resource.type)
      ? run.options.providerOf(resource.type)
      : undefined;
  try {
    await applyDelete(run, provider, resource, {
      operation: resource.delete ? "delete-replaced" : "delete",
      pendingReplacement: false,
      deletedUrns,
    });
    return true;
  } catch (error) {
    if (error instanceof RunStopped) {
      return false;
    }
    throw error;
  }
}

function protectedMessage(urn: string): string {
  return `Cannot delete resource "${urn}": it is protected, remove its "protect" option and run up first`;
}
