/** Makes the state follow what exists. */
import type { ResourceState } from "../state/resource-state.ts";
import { isProviderType, STACK_REFERENCE_TYPE } from "../state/urn.ts";
import { equalValues } from "../values/equality.ts";
import type { PropertyMap } from "../values/property-value.ts";
import { referenceOutputs } from "./read.ts";
import type { Run } from "./run.ts";
import { RunStopped } from "./run.ts";
import type { Operation, Step } from "./step.ts";
import { reportUnknown } from "./unselected.ts";

/** Reads the outputs of another stack, by any name that a program may give it. */
type ReadStackOutputs = (name: string) => Promise<PropertyMap>;

/** What a refresh is a part of. */
interface RefreshOptions {
  /** Another operation comes after it in the same run: it is told as a refresh, whatever it finds, and not counted. */
  readonly isFirst: boolean;
}

/**
 * Makes the state follow what exists: reads every managed resource, stores the properties that were found,
 * and removes resources that are gone. One that cannot be read stays as it is, and the others are read all the
 * same. The state is written when all have been read; what comes after it in the run begins with that state.
 */
export async function refreshResources(
  run: Run,
  readStackOutputs: ReadStackOutputs,
  options: RefreshOptions = { isFirst: false },
): Promise<void> {
  const { before } = run;
  const { journal } = run.options;
  const known = new Set(before.resources.map(({ urn }) => urn));
  const { selection } = run;
  if (
    reportUnknown(run, [...selection.unknownTargets(known), ...selection.unknownExcludes(known)])
  ) {
    return;
  }
  const found = await Promise.allSettled(
    before.resources.map((resource) => refreshResource(run, resource, readStackOutputs, options)),
  );
  const resources = found.map((result, index) => {
    if (result.status === "fulfilled") {
      return result.value;
    }
    if (!(result.reason instanceof RunStopped)) {
      throw result.reason;
    }
    return before.resources[index];
  });
  const refreshed = withoutReferencesTo(
    before.resources.filter((_, index) => resources[index] === undefined),
    resources.filter((resource) => resource !== undefined),
  );
  await journal.replaceAll(refreshed);
  run.before = { ...before, resources: refreshed };
}

/** @returns the resource as it is now; undefined when it is gone */
async function refreshResource(
  run: Run,
  resource: ResourceState,
  readStackOutputs: ReadStackOutputs,
  { isFirst }: RefreshOptions,
): Promise<ResourceState | undefined> {
  if (!run.selection.isRefreshed(resource.urn)) {
    return resource;
  }
  const isReference = resource.type === STACK_REFERENCE_TYPE;
  const managed =
    resource.custom &&
    (!resource.external || isReference) &&
    !resource.pendingReplacement &&
    !isProviderType(resource.type);
  const begun = {
    operation: "refresh",
    urn: resource.urn,
    before: resource,
    after: resource,
  } as const;
  if (!managed && isFirst) {
    await run.perform(begun, async () => undefined, { counted: false });
    return resource;
  }
  if (!managed) {
    const step = {
      operation: "same",
      urn: resource.urn,
      before: resource,
      after: resource,
    } as const;
    run.options.listener({ type: "step-finished", step });
    run.count(step);
    return resource;
  }
  let after: ResourceState | undefined = resource;
  const refresh = async (): Promise<Step> => {
    if (isReference) {
      after = await refreshReference(resource, readStackOutputs);
      const operation: Operation = after === resource ? "same" : "update";
      return { operation, urn: resource.urn, before: resource, after };
    }
    const provider = run.options.providerOf(resource.type);
    const read = await provider.read(resource, resource);
    if (read.id === "") {
      after = undefined;
      return { operation: "delete", urn: resource.urn, before: resource, after };
    }
    const inputs = read.inputs ?? resource.inputs;
    const same =
      equalValues(inputs, resource.inputs) && equalValues(read.outputs, resource.outputs);
    const now = {
      ...resource,
      id: read.id,
      inputs,
      outputs: read.outputs,
      initErrors: [],
      modified: same ? resource.modified : new Date().toISOString(),
    };
    const operation: Operation = (await drifted(run, resource, now)) ? "update" : "same";
    after = now;
    return { operation, urn: resource.urn, before: resource, after };
  };
  const toldAsRefresh = async (): Promise<Step> => ({ ...(await refresh()), operation: "refresh" });
  await run.perform(begun, isFirst ? toldAsRefresh : refresh, {
    continueOnError: true,
    counted: !isFirst,
  });
  return after;
}

/** @returns the same object when nothing has changed */
async function refreshReference(
  reference: ResourceState,
  readStackOutputs: ReadStackOutputs,
): Promise<ResourceState> {
  const outputs = referenceOutputs(reference.id, await readStackOutputs(reference.id));
  return equalValues(outputs, reference.outputs)
    ? reference
    : { ...reference, outputs, modified: new Date().toISOString() };
}

/** Whether the provider would have to change the resource to make it what it was declared to be. */
async function drifted(run: Run, before: ResourceState, now: ResourceState): Promise<boolean> {
  const provider = run.options.providerOf(before.type);
  const diff = await provider.diff(now, now, before.inputs, before.ignoreChanges);
  if (diff.changes === "unknown") {
    return !equalValues(now.inputs, before.inputs);
  }
  return diff.changes === "some";
}

function withoutReferencesTo(
  gone: readonly ResourceState[],
  resources: readonly ResourceState[],
): readonly ResourceState[] {
  const urns = new Set(gone.map(({ urn }) => urn));
  const kept = (urn: string): boolean => !urns.has(urn);
  if (urns.size === 0) {
    return resources;
  }
  return resources.map((resource) => ({
    ...resource,
    parent: resource.parent !== undefined && kept(resource.parent) ? resource.parent : undefined,
    dependencies: resource.dependencies.filter(kept),
    propertyDependencies: Object.fromEntries(
      Object.entries(resource.propertyDependencies).map(([key, list]) => [key, list.filter(kept)]),
    ),
    deletedWith:
      resource.deletedWith !== undefined && kept(resource.deletedWith)
        ? resource.deletedWith
        : undefined,
    replaceWith: resource.replaceWith.filter(kept),
  }));
}
