/** Whether a resource that exists stays the same, is updated or is replaced. */
import { UserError } from "../../common/errors/user-error.ts";
import type { ResourceState } from "../state/resource-state.ts";
import { changedPaths } from "../values/difference.ts";
import { equalValues } from "../values/equality.ts";
import { parsePropertyPath, pathContains, resetPath } from "../values/path.ts";
import type { PropertyPath } from "../values/path.ts";
import type { PropertyMap, PropertyValue } from "../values/property-value.ts";
import { containsUnknown, withoutSecrets } from "../values/property-value.ts";
import type { ProviderDiff, ResourceProvider } from "./resource-provider.ts";

/** What has to be done with a resource that exists. */
export type Decision =
  | { readonly type: "same" }
  | { readonly type: "update" }
  | {
      readonly type: "replace";
      readonly keys: readonly string[];
      readonly deleteFirst: boolean;
    };

/**
 * Decides by asking the provider.
 *
 * @param options.replaceOnChanges property paths whose change forces a replacement
 * @param options.deleteBeforeReplace what the program says, which overrides what the provider says
 * @throws {UserError} for a path in `replaceOnChanges` that is none
 */
export async function decide(
  provider: ResourceProvider,
  before: ResourceState,
  inputs: PropertyMap,
  options: {
    readonly ignoreChanges: readonly string[];
    readonly replaceOnChanges: readonly string[];
    readonly deleteBeforeReplace: boolean | undefined;
  },
): Promise<Decision> {
  const diff = await provider.diff(before, before, inputs, options.ignoreChanges);
  const changes =
    diff.changes === "unknown"
      ? !equalValues(withoutSecrets(before.inputs), withoutSecrets(inputs))
      : diff.changes === "some";
  const unusable = before.initErrors.length > 0;
  const forced =
    changes || unusable
      ? keysToReplace(before, inputs, diff.changes, options.replaceOnChanges)
      : [];
  // A resource that never started properly is tried again even when nothing has changed.
  if (!changes && forced.length === 0 && !before.pendingReplacement) {
    return { type: unusable ? "update" : "same" };
  }
  const keys = [...new Set([...diff.replaces, ...forced])];
  if (keys.length === 0 && !before.pendingReplacement) {
    return { type: "update" };
  }
  return {
    type: "replace",
    keys,
    deleteFirst: options.deleteBeforeReplace ?? diff.deleteBeforeReplace,
  };
}

/** Puts the old values back where the program says that changes do not matter. */
export function ignoreChanges(
  before: PropertyMap,
  inputs: PropertyMap,
  paths: readonly string[],
): { readonly inputs: PropertyMap; readonly impossible: readonly string[] } {
  const impossible: string[] = [];
  let result = inputs;
  for (const text of paths) {
    const path = parsePropertyPath(text);
    if (path !== undefined) {
      result = resetPath(before, result, path, () => impossible.push(text));
    }
  }
  return { inputs: result, impossible: [...new Set(impossible)] };
}

/**
 * Why a resource is replaced whatever its provider says of its inputs, as the Pulumi CLI names it in place of
 * properties (a trigger it does not name); undefined when nothing but its inputs decides.
 *
 * @param replaced the URNs that are replaced in the same run
 */
export function forcedReplacement(
  before: ResourceState,
  after: ResourceState,
  replaced: ReadonlySet<string>,
): readonly string[] | undefined {
  if (isTriggered(before.replacementTrigger, after.replacementTrigger)) {
    return [];
  }
  if (after.replaceWith.some((urn) => replaced.has(urn))) {
    return ["replaceWith"];
  }
  if (after.deletedWith !== undefined && replaced.has(after.deletedWith)) {
    return ["deletedWith"];
  }
  // A component became a resource with a provider, or the other way round.
  return before.custom === after.custom ? undefined : ["provider"];
}

/** A trigger that comes or goes is no change of it; one that is not known yet is. */
function isTriggered(before: PropertyValue, after: PropertyValue): boolean {
  if (containsUnknown(before) || containsUnknown(after)) {
    return true;
  }
  const [old, now] = [withoutSecrets(before), withoutSecrets(after)];
  return old !== null && now !== null && !equalValues(old, now);
}

/**
 * The keys of the changed properties that the program wants a replacement for. A provider that says by itself
 * that something has changed has to name it, as for the Pulumi CLI; the SDK's dynamic provider cannot.
 */
function keysToReplace(
  before: ResourceState,
  inputs: PropertyMap,
  changes: ProviderDiff["changes"],
  texts: readonly string[],
): readonly string[] {
  const paths = texts.map((text) => {
    const path = parsePropertyPath(text);
    if (path === undefined) {
      throw new UserError(`Cannot read the property path "${text}" in replaceOnChanges`);
    }
    return path;
  });
  const changed: PropertyPath[] =
    changes === "unknown"
      ? changedPaths(withoutSecrets(before.inputs), withoutSecrets(inputs))
      : [];
  if (before.initErrors.length > 0) {
    changed.push([INIT_ERROR]);
  }
  return changed
    .filter((other) => paths.some((path) => pathContains(path, other)))
    .map(([key = ""]) => String(key));
}

/** By what name `replaceOnChanges` finds that a resource never started properly. */
const INIT_ERROR = "#initerror";
