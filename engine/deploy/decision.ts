/** Whether a resource that exists stays the same, is updated or is replaced. */
import type { ResourceState } from "../state/resource-state.ts";
import { compareProperties, isDifferent } from "../values/difference.ts";
import type { Difference } from "../values/difference.ts";
import { equalValues } from "../values/equality.ts";
import { parsePropertyPath, pathsTouch, resetPath } from "../values/path.ts";
import type { PropertyMap } from "../values/property-value.ts";
import { withoutSecrets } from "../values/property-value.ts";
import type { ResourceProvider } from "./resource-provider.ts";

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
  const difference = compareProperties(before.inputs, inputs);
  const changes =
    diff.changes === "unknown"
      ? !equalValues(withoutSecrets(before.inputs), withoutSecrets(inputs))
      : diff.changes === "some";
  // A resource that never started properly is tried again even when nothing has changed.
  if (!changes && !before.pendingReplacement) {
    return { type: before.initErrors.length > 0 ? "update" : "same" };
  }
  const forced = isDifferent(difference) ? forcedKeys(difference, options.replaceOnChanges) : [];
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
): PropertyMap {
  return paths.reduce((result, text) => {
    const path = parsePropertyPath(text);
    return path === undefined ? result : resetPath(before, result, path);
  }, inputs);
}

function forcedKeys(difference: Difference, paths: readonly string[]): readonly string[] {
  const keys = [...difference.added, ...difference.deleted, ...difference.updated];
  const parsed = paths.map(parsePropertyPath).filter((path) => path !== undefined);
  return keys.filter((key) => parsed.some((path) => pathsTouch(path, [key])));
}
