/** Resources as the engine holds them. */
import type { PropertyMap, PropertyValue } from "../values/property-value.ts";

/**
 * One resource in a stack's state. While an operation runs the engine compares states by identity
 * and marks them (`delete`, `pendingReplacement`, outputs), hence the fields that can be written.
 */
export interface ResourceState {
  readonly urn: string;
  readonly type: string;
  /** Managed by a provider, as against a component. */
  readonly custom: boolean;
  /** It was replaced, and has yet to be deleted. */
  delete: boolean;
  /** It was deleted to be replaced, and its replacement has yet to be created. */
  pendingReplacement: boolean;
  /** The provider's identifier; empty for components, and in the preview of a creation. */
  id: string;
  inputs: PropertyMap;
  outputs: PropertyMap;
  readonly parent: string | undefined;
  readonly protect: boolean;
  /** Read, not managed: never deleted. */
  readonly external: boolean;
  readonly dependencies: readonly string[];
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
  /** Why a resource that exists is not usable. */
  initErrors: readonly string[];
  /** `<urn of the provider>::<id of the provider>`. */
  readonly provider: string | undefined;
  readonly additionalSecretOutputs: readonly string[];
  /** The URN that an alias found this resource under; never stored. */
  readonly aliases: readonly string[];
  readonly retainOnDelete: boolean;
  readonly deletedWith: string | undefined;
  /** It is replaced when one of these is. */
  readonly replaceWith: readonly string[];
  /** It is replaced when this changes; null: nothing. */
  readonly replacementTrigger: PropertyValue;
  /** The program's hooks, by when they are called: `BeforeDelete`, … (the CLI's `HookType`). */
  readonly hooks: Readonly<Record<string, readonly string[]>>;
  readonly ignoreChanges: readonly string[];
  readonly replaceOnChanges: readonly string[];
  /** When it was created, RFC 3339. */
  created: string | undefined;
  /** When its state last changed, RFC 3339. */
  modified: string | undefined;
  /** Where in the program it is declared: `project:///index.ts#3,7`. */
  readonly sourcePosition: string | undefined;
  readonly stackTrace: readonly { readonly sourcePosition?: string }[];
  /** Fields of other engines that this one does not use, kept as they are. */
  readonly rest: Readonly<Record<string, unknown>>;
}

/** What an operation was doing to a resource when it was interrupted. */
export type PendingOperationType = "creating" | "updating" | "deleting" | "reading" | "importing";

/** An operation that has begun and whose end is not known. */
export interface PendingOperation {
  readonly resource: ResourceState;
  readonly type: PendingOperationType;
}

/** A stack's state. Resources come after what they depend on. */
export interface StackState {
  readonly resources: readonly ResourceState[];
  readonly pendingOperations: readonly PendingOperation[];
}

/** Makes a state of the given fields, and of empty ones for all others. */
export function newResourceState(
  fields: Pick<ResourceState, "urn" | "type" | "custom"> & Partial<ResourceState>,
): ResourceState {
  return {
    delete: false,
    pendingReplacement: false,
    id: "",
    inputs: {},
    outputs: {},
    parent: undefined,
    protect: false,
    external: false,
    dependencies: [],
    propertyDependencies: {},
    initErrors: [],
    provider: undefined,
    additionalSecretOutputs: [],
    aliases: [],
    retainOnDelete: false,
    deletedWith: undefined,
    replaceWith: [],
    replacementTrigger: null,
    hooks: {},
    ignoreChanges: [],
    replaceOnChanges: [],
    created: undefined,
    modified: undefined,
    sourcePosition: undefined,
    stackTrace: [],
    rest: {},
    ...fields,
  };
}

/** Everything that must be created before a resource and deleted after it: parent, dependencies, provider, what it is deleted or replaced with. */
export function allDependencies(resource: ResourceState): ReadonlySet<string> {
  const urns = new Set(resource.dependencies);
  for (const list of Object.values(resource.propertyDependencies)) {
    for (const urn of list) {
      urns.add(urn);
    }
  }
  if (resource.parent !== undefined) {
    urns.add(resource.parent);
  }
  if (resource.provider !== undefined) {
    urns.add(providerUrn(resource.provider));
  }
  if (resource.deletedWith !== undefined) {
    urns.add(resource.deletedWith);
  }
  resource.replaceWith.forEach((urn) => urns.add(urn));
  return urns;
}

/** The URN in a reference to a provider. */
export function providerUrn(reference: string): string {
  return reference.slice(0, reference.lastIndexOf("::"));
}
