/** Replaces resources: the new one first, or the old one deleted first with all that cannot do without it. */
import type { ResourceState } from "../state/resource-state.ts";
import { isProviderType } from "../state/urn.ts";
import { mapProperties, unknown } from "../values/property-value.ts";
import { applyCreate, applyDelete } from "./apply.ts";
import { decide } from "./decision.ts";
import { dependentsOf } from "./dependents.ts";
import type { ResourceProvider } from "./resource-provider.ts";
import type { Run } from "./run.ts";

/** Replaces a resource: the new one first; the old one is deleted at the end of the run. */
export async function replaceCreatingFirst(
  run: Run,
  provider: ResourceProvider | undefined,
  before: ResourceState,
  after: ResourceState,
  keys: readonly string[],
): Promise<void> {
  run.replaced.add(after.urn);
  await applyCreate(run, provider, after, before, { keepBefore: true, replaceKeys: keys });
  noteReplacement(run, before, after, keys);
}

/** Replaces a resource whose old and new cannot stand side by side: deletes it, and what cannot do without it, first. */
export async function replaceDeletingFirst(
  run: Run,
  provider: ResourceProvider,
  before: ResourceState,
  after: ResourceState,
  keys: readonly string[],
): Promise<void> {
  run.replaced.add(after.urn);
  const dependents = await dependentsToReplace(run, before);
  const toDelete = [before, ...dependents];
  const deletedUrns = new Set(toDelete.map(({ urn }) => urn));
  for (const resource of toDelete.toReversed()) {
    if (run.deleted.has(resource) || resource.pendingReplacement) {
      continue;
    }
    if (resource !== before && resource.protect) {
      run.fail(
        new Error(
          `Cannot replace resource "${resource.urn}" as part of replacing "${before.urn}": it is protected, ` +
            'remove its "protect" option and run up first',
        ),
        resource.urn,
      );
    }
    run.deleted.add(resource);
    await applyDelete(run, run.options.providerOf(resource.type), resource, {
      operation: "delete-replaced",
      pendingReplacement: true,
      deletedUrns,
    });
  }
  await createAfterDeletion(run, provider, before, after, keys);
}

/** The second half of a replacement: creates what was deleted before. */
export async function createAfterDeletion(
  run: Run,
  provider: ResourceProvider,
  before: ResourceState,
  after: ResourceState,
  keys: readonly string[],
): Promise<void> {
  run.replaced.add(after.urn);
  noteReplacement(run, before, after, keys);
  await applyCreate(run, provider, after, before, { keepBefore: false, replaceKeys: keys });
}

/** To the user a replacement is one step, in however many it was done. */
function noteReplacement(
  run: Run,
  before: ResourceState,
  after: ResourceState,
  replaceKeys: readonly string[],
): void {
  const step = { operation: "replace", urn: after.urn, before, after, replaceKeys } as const;
  run.options.listener({ type: "step-finished", step });
  run.count(step);
}

/**
 * The dependents that would have to be replaced too when everything they take from a replaced
 * resource may change: found by asking their providers what unknown values would mean.
 */
async function dependentsToReplace(
  run: Run,
  root: ResourceState,
): Promise<readonly ResourceState[]> {
  const replaced = new Set([root.urn]);
  const dependents: ResourceState[] = [];
  for (const resource of dependentsOf(run.before.resources, root)) {
    if (run.registered.has(resource.urn) || !resource.custom || resource.external) {
      continue;
    }
    if (isProviderType(resource.type)) {
      continue;
    }
    const affected = Object.entries(resource.propertyDependencies)
      .filter(([, urns]) => urns.some((urn) => replaced.has(urn)))
      .map(([key]) => key);
    // It goes with a replaced resource, whatever would become of its properties.
    if (resource.deletedWith !== undefined && replaced.has(resource.deletedWith)) {
      replaced.add(resource.urn);
      dependents.push(resource);
      continue;
    }
    if (affected.length === 0) {
      continue;
    }
    const inputs = mapProperties(resource.inputs, (value, key) =>
      affected.includes(key) ? unknown : value,
    );
    const decision = await decide(run.options.providerOf(resource.type), resource, inputs, {
      ignoreChanges: resource.ignoreChanges,
      replaceOnChanges: resource.replaceOnChanges,
      deleteBeforeReplace: undefined,
    });
    if (decision.type !== "replace") {
      continue;
    }
    replaced.add(resource.urn);
    dependents.push(resource);
  }
  // What needs these is not asked for: the CLI does not either, and updates it when they are there again.
  const others = run.before.resources.filter(
    (resource) =>
      resource.replaceWith.includes(root.urn) &&
      !run.registered.has(resource.urn) &&
      !dependents.includes(resource),
  );
  return [...dependents, ...others];
}
