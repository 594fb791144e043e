/** Gives resources that an alias found under an old URN their new one, in the whole state. */
import type { ResourceState, StackState } from "../state/resource-state.ts";
import { makeUrn, nameOf, STACK_TYPE, typeOf } from "../state/urn.ts";

/**
 * Puts new URNs in the place of old ones that aliases led to: in the resources that carry the alias
 * and in everything that refers to them, children included.
 */
export function renameAliased(state: StackState): StackState {
  const renamed = new Map<string, string>();
  for (const resource of state.resources) {
    for (const alias of resource.aliases) {
      renamed.set(alias, resource.urn);
    }
    const parent = resource.parent === undefined ? undefined : renamed.get(resource.parent);
    if (parent !== undefined && typeOf(parent) !== STACK_TYPE) {
      renamed.set(resource.urn, underParent(resource.urn, parent));
    }
  }
  if (renamed.size === 0) {
    return state;
  }
  const rename = (urn: string): string => renamed.get(urn) ?? urn;
  return {
    resources: state.resources.map((resource) => renameReferences(resource, rename)),
    pendingOperations: state.pendingOperations.map(({ resource, type }) => ({
      resource: renameReferences(resource, rename),
      type,
    })),
  };
}

function underParent(urn: string, parent: string): string {
  const [prefix = "", project = ""] = urn.split("::");
  const stack = prefix.slice("urn:pulumi:".length);
  return makeUrn({ stack, project }, parent, typeOf(urn), nameOf(urn));
}

function renameReferences(resource: ResourceState, rename: (urn: string) => string): ResourceState {
  const provider = resource.provider;
  const separator = provider?.lastIndexOf("::") ?? 0;
  return {
    ...resource,
    urn: rename(resource.urn),
    parent: resource.parent === undefined ? undefined : rename(resource.parent),
    provider:
      provider === undefined
        ? undefined
        : `${rename(provider.slice(0, separator))}${provider.slice(separator)}`,
    dependencies: resource.dependencies.map(rename),
    propertyDependencies: Object.fromEntries(
      Object.entries(resource.propertyDependencies).map(([key, urns]) => [key, urns.map(rename)]),
    ),
    deletedWith: resource.deletedWith === undefined ? undefined : rename(resource.deletedWith),
    replaceWith: resource.replaceWith.map(rename),
    aliases: [],
  };
}
