/**
 * Checks that a stack's state holds together, before anything is decided by it. The rules are those by which the
 * Pulumi CLI refuses a state (`VerifyIntegrity` in pkg/resource/deploy/snapshot.go of pulumi/pulumi); and what the
 * CLI would delete, or end in a panic about, is refused too: a URN that is none, a missing id.
 */
import { createHash } from "node:crypto";
import { isRecord } from "../../common/values/is-record.ts";
import { isProviderType, isUrn } from "./urn.ts";

/** A reference to another resource, and what it is called in a message. */
interface Reference {
  readonly urn: string;
  readonly role: string;
}

/**
 * What is wrong with a deployment as it stands in a state file.
 *
 * @param deployment the `latest` of a checkpoint, or the `deployment` of an export
 * @returns the first fault in words; undefined when there is none
 */
export function findIntegrityFault(deployment: Record<string, unknown>): string | undefined {
  const { manifest, resources = [], pending_operations: operations = [] } = deployment;
  if (isRecord(manifest) && manifest["magic"] !== magicOf(manifest["version"])) {
    return "its manifest's magic number does not fit its version, as after an edit by hand";
  }
  if (resources !== null && !Array.isArray(resources)) {
    return '"resources" is no list';
  }
  if (operations !== null && !Array.isArray(operations)) {
    return '"pending_operations" is no list';
  }
  return findResourceFault(resources ?? []) ?? findOperationFault(operations ?? []);
}

/** How Pulumi marks a state that was not tampered with: a digest of the version that wrote it. */
export function magicOf(version: unknown): string {
  return createHash("sha256")
    .update(typeof version === "string" ? version : "")
    .digest("hex");
}

function findResourceFault(resources: readonly unknown[]): string | undefined {
  const all = new Set(resources.map((resource) => (isRecord(resource) ? resource["urn"] : "")));
  const seen = new Set<string>();
  const live = new Set<string>();
  const providers = new Set<string>();
  for (const [index, resource] of resources.entries()) {
    const urn = isRecord(resource) ? resource["urn"] : undefined;
    if (!isRecord(resource) || typeof urn !== "string" || urn === "") {
      return `resource ${index + 1} has no URN`;
    }
    const fault = findOwnFault(urn, resource) ?? findProviderFault(urn, resource, providers);
    if (fault !== undefined) {
      return fault;
    }
    const dangling = referencesOf(resource).find((reference) => !seen.has(reference.urn));
    if (dangling !== undefined) {
      const what = all.has(dangling.urn) ? "comes after it" : "is not in the state";
      return `the ${dangling.role} of "${urn}" ${what}: "${dangling.urn}"`;
    }
    seen.add(urn);
    if (isProviderType(String(resource["type"]))) {
      providers.add(`${urn}::${String(resource["id"])}`);
    }
    if (resource["delete"] !== true && live.has(urn)) {
      return `it has "${urn}" twice, and neither is to be deleted`;
    }
    if (resource["delete"] !== true) {
      live.add(urn);
    }
  }
  return undefined;
}

function findOwnFault(urn: string, resource: Record<string, unknown>): string | undefined {
  const { type, id, custom = false } = resource;
  if (!isUrn(urn)) {
    return `"${urn}" is no URN`;
  }
  if (typeof type !== "string" || type === "") {
    return `"${urn}" has no type`;
  }
  if (typeof custom !== "boolean") {
    return `"custom" of "${urn}" is neither true nor false`;
  }
  const hasId = typeof id === "string" && id !== "";
  if (custom && !hasId) {
    return `"${urn}" has no id`;
  }
  return !custom && hasId ? `"${urn}" is a component, and has an id` : undefined;
}

function findProviderFault(
  urn: string,
  { provider, pendingReplacement }: Record<string, unknown>,
  providers: ReadonlySet<string>,
): string | undefined {
  if (provider === undefined || provider === "") {
    return undefined;
  }
  if (typeof provider !== "string" || !provider.includes("::")) {
    return `the provider of "${urn}" is no reference: ${JSON.stringify(provider)}`;
  }
  // One whose provider was replaced before it is itself may wait for its turn.
  if (providers.has(provider) || pendingReplacement === true) {
    return undefined;
  }
  return `the provider of "${urn}" is not in the state before it: "${provider}"`;
}

/** Everything that must come before a resource, but its provider. */
function referencesOf(resource: Record<string, unknown>): readonly Reference[] {
  const { parent, dependencies, propertyDependencies, deletedWith, replaceWith } = resource;
  const references = [
    ...texts([parent]).map((urn) => ({ urn, role: "parent" })),
    ...texts(dependencies).map((urn) => ({ urn, role: "dependency" })),
    ...texts([deletedWith]).map((urn) => ({ urn, role: "deletedWith" })),
    ...texts(replaceWith).map((urn) => ({ urn, role: "replaceWith" })),
  ];
  const byProperty = isRecord(propertyDependencies) ? Object.entries(propertyDependencies) : [];
  for (const [key, urns] of byProperty) {
    references.push(...texts(urns).map((urn) => ({ urn, role: `dependency (by "${key}")` })));
  }
  return references;
}

/** An operation under way holds a resource, of which it is not known yet whether it exists. */
function findOperationFault(operations: readonly unknown[]): string | undefined {
  for (const operation of operations) {
    const resource = isRecord(operation) ? operation["resource"] : undefined;
    const urn = isRecord(resource) ? resource["urn"] : undefined;
    if (typeof urn !== "string" || !isUrn(urn)) {
      return "a pending operation names no resource";
    }
  }
  return undefined;
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value)
    ? value.filter((text) => typeof text === "string" && text !== "")
    : [];
}
