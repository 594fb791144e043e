/** The engine's view of a provider: the requests of Pulumi's provider protocol that it uses. */
import type { PropertyMap } from "../values/property-value.ts";

/** Which resource a request is about. */
export interface ResourceIdentity {
  readonly urn: string;
  readonly id: string;
}

/** What is wrong with one input. */
export interface CheckFailure {
  /** Empty when it is not about one property. */
  readonly property: string;
  readonly reason: string;
}

/** Whether and how a resource has to change. */
export interface ProviderDiff {
  readonly changes: "some" | "none" | "unknown";
  readonly replaces: readonly string[];
  readonly deleteBeforeReplace: boolean;
}

/** What exists after a creation or an update. */
export interface ProvisionedResource {
  readonly id: string;
  readonly outputs: PropertyMap;
  /** Why it exists and is not usable; empty when all is well. */
  readonly initErrors: readonly string[];
}

/** What a read found. */
export interface ReadResult {
  /** Empty when the resource is gone. */
  readonly id: string;
  readonly outputs: PropertyMap;
  /** Undefined when the provider did not give any. */
  readonly inputs: PropertyMap | undefined;
}

/** What manages custom resources. */
export interface ResourceProvider {
  check(
    urn: string,
    before: PropertyMap,
    inputs: PropertyMap,
  ): Promise<{ readonly inputs: PropertyMap; readonly failures: readonly CheckFailure[] }>;
  diff(
    resource: ResourceIdentity,
    before: { readonly inputs: PropertyMap; readonly outputs: PropertyMap },
    inputs: PropertyMap,
    ignoreChanges: readonly string[],
  ): Promise<ProviderDiff>;
  create(urn: string, inputs: PropertyMap): Promise<ProvisionedResource>;
  update(
    resource: ResourceIdentity,
    before: { readonly inputs: PropertyMap; readonly outputs: PropertyMap },
    inputs: PropertyMap,
  ): Promise<ProvisionedResource>;
  read(
    resource: ResourceIdentity,
    before: { readonly inputs: PropertyMap; readonly outputs: PropertyMap },
  ): Promise<ReadResult>;
  delete(
    resource: ResourceIdentity,
    before: { readonly inputs: PropertyMap; readonly outputs: PropertyMap },
  ): Promise<void>;
}

/** A provider failed to do something; the message is its own. */
export class ProviderError extends Error {
  override readonly name = "ProviderError";
  /** It is not known whether the request was carried out: the provider's process ended meanwhile. */
  readonly unknown: boolean;

  constructor(message: string, options: { readonly unknown: boolean } = { unknown: false }) {
    super(message);
    this.unknown = options.unknown;
  }
}
