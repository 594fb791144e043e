/** What becomes of resources that an operation is not about, and what it may not do without them. */
import type { ResourceState } from "../state/resource-state.ts";
import { newResourceState } from "../state/resource-state.ts";
import { applySame } from "./apply.ts";
import { deleteResources } from "./deletion.ts";
import type { Run } from "./run.ts";
import { RunStopped } from "./run.ts";
import { unknownTargetMessage } from "./selection.ts";

/**
 * Leaves a declared resource as it is in the state; one that is not there is not created.
 *
 * @returns what the program gets to see
 */
export async function applyUnselected(
  run: Run,
  before: ResourceState | undefined,
  after: ResourceState,
): Promise<ResourceState> {
  if (before === undefined) {
    run.selection.skip(after.urn);
    // As something that stays as it is: not there.
    const step = { operation: "same", urn: after.urn, before: after, after } as const;
    await run.perform(step, async () => undefined);
    return after;
  }
  const kept = newResourceState({ ...before, id: "", outputs: {} });
  await applySame(run, before, kept);
  return kept;
}

/**
 * Refuses a step for a resource that needs one that is not created.
 *
 * @throws {RunStopped} unless it is a preview, which goes on to tell all
 */
export function refuseSkippedDependencies(run: Run, resource: ResourceState): void {
  const { preview } = run.options;
  const { selection } = run;
  const missing = selection.missingFor(resource);
  for (const urn of missing) {
    run.report(
      "error",
      selection.hasTargets
        ? `Cannot create or update "${resource.urn}": it depends on "${urn}", which does not exist yet, add it to the targets`
        : `Cannot create or update "${resource.urn}": it depends on "${urn}", which is excluded and does not exist yet, exclude both, or use --exclude-dependents`,
      resource.urn,
      { continueOnError: preview },
    );
  }
  if (missing.length > 0 && !preview) {
    throw new RunStopped();
  }
}

/** Deletes all that is in the state, as far as it is selected. */
export async function destroySelected(
  run: Run,
  resources: readonly ResourceState[],
): Promise<void> {
  const { selection } = run;
  const known = new Set(resources.map(({ urn }) => urn));
  const unknown = [...selection.unknownTargets(known), ...selection.unknownExcludes(known)];
  if (!reportUnknown(run, unknown)) {
    await deleteSelected(run, resources);
  }
}

/**
 * Deletes resources, as far as they are selected.
 *
 * @throws {RunStopped} when a resource could not be deleted, or depends on one that is to be deleted and is not named
 */
export async function deleteSelected(run: Run, toDelete: readonly ResourceState[]): Promise<void> {
  const { before } = run;
  const { preview } = run.options;
  if (run.selection.isEverything) {
    return deleteResources(run, toDelete);
  }
  const deletable = run.selection.deletable(before.resources);
  const selected = toDelete.filter((resource) => deletable.has(resource));
  const unnamed = selected.filter(({ urn }) => run.selection.isUnnamedDependent(urn));
  for (const { urn } of unnamed) {
    run.report(
      "error",
      `Cannot delete what "${urn}" depends on without it: add it to the targets, or use --target-dependents`,
      urn,
      { continueOnError: true },
    );
  }
  if (unnamed.length > 0 && !preview) {
    throw new RunStopped();
  }
  for (const resource of toDelete) {
    if (!deletable.has(resource) && !resource.delete && !run.registered.has(resource.urn)) {
      const { urn } = resource;
      await run.perform(
        { operation: "same", urn, before: resource, after: resource },
        async () => undefined,
      );
    }
  }
  await deleteResources(run, selected);
}

/** Reports named resources that are none. @returns whether there are any */
export function reportUnknown(run: Run, urns: readonly string[]): boolean {
  for (const urn of urns) {
    run.report("error", unknownTargetMessage(urn), undefined, { continueOnError: true });
  }
  return urns.length > 0;
}
