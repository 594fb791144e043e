/** Which resources depend on another one. */
import type { ResourceState } from "../state/resource-state.ts";
import { allDependencies } from "../state/resource-state.ts";

/**
 * All resources that depend on one, directly or not, in the order of the state.
 *
 * @param resources in the order of the state: dependents come after what they depend on
 */
export function dependentsOf(
  resources: readonly ResourceState[],
  root: ResourceState,
): readonly ResourceState[] {
  const urns = new Set([root.urn]);
  const dependents: ResourceState[] = [];
  for (const resource of resources.slice(resources.indexOf(root) + 1)) {
    if (resource.urn === root.urn) {
      continue;
    }
    if (![...allDependencies(resource)].some((urn) => urns.has(urn))) {
      continue;
    }
    urns.add(resource.urn);
    dependents.push(resource);
  }
  return dependents;
}
