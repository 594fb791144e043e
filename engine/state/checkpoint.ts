/** Reads and writes a stack's state in Pulumi's own format, a version 3 checkpoint. */
import { version } from "../../common/version.ts";
import { messageOf } from "../../common/errors/message-of.ts";
import { UserError } from "../../common/errors/user-error.ts";
import { isRecord } from "../../common/values/is-record.ts";
import type { SecretsManager } from "../secrets/secrets-manager.ts";
import { containsSecret } from "../values/property-value.ts";
import { holdsCiphertext } from "./property-json.ts";
import { findIntegrityFault, magicOf } from "./integrity.ts";
import { readResource, writeResource } from "./resource-json.ts";
import type { PendingOperationType, ResourceState, StackState } from "./resource-state.ts";
import type { StackIdentity } from "./urn.ts";

/** The newest version of checkpoints that is read; it differs from 3 only by the features that it lists. */
const NEWEST_VERSION = 4;

/** Those that this engine has, and by which field resources use them (`ApplyFeatures` in pkg/resource/stack/deployment.go of pulumi/pulumi). */
const FEATURES: readonly (readonly [name: string, field: string])[] = [
  ["hooks", "resourceHooks"],
  ["replaceWith", "replaceWith"],
];

/** A checkpoint as JSON, before its resources are read. */
export interface RawCheckpoint {
  readonly path: string;
  /** Whether it was kept apart, as it could not be saved (unsaved-state.ts). */
  readonly isUnsaved?: boolean;
  /** The salt of its passphrase, where it has one. */
  readonly salt: string | undefined;
  readonly deployment: Record<string, unknown>;
}

/**
 * Parses a state file.
 *
 * @throws {UserError} when it is not a checkpoint that this engine knows, or uses another secrets provider
 */
export function parseCheckpoint(text: string, path: string): RawCheckpoint {
  const fail = (reason: string) =>
    new UserError(`Cannot read the stack's state "${path}": ${reason}`);
  const damaged = (reason: string) => fail(`${reason}; ${restoreAdvice(path)}`);
  if (text === "") {
    throw damaged("it is empty");
  }
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch (error) {
    throw damaged(messageOf(error));
  }
  const fault = isRecord(file) ? findVersionFault(file) : undefined;
  if (fault !== undefined) {
    throw fail(fault);
  }
  if (!isRecord(file) || !isRecord(file["checkpoint"])) {
    throw damaged("wanted a checkpoint of version 3");
  }
  const latest = file["checkpoint"]["latest"];
  if (!isRecord(latest)) {
    return { path, salt: undefined, deployment: {} };
  }
  const secrets = latest["secrets_providers"];
  if (isRecord(secrets) && secrets["type"] !== "passphrase" && secrets["type"] !== "") {
    throw fail(
      `its secrets provider is "${String(secrets["type"])}", and the embedded engine knows only the passphrase`,
    );
  }
  const state = isRecord(secrets) ? secrets["state"] : undefined;
  const salt = isRecord(state) ? state["salt"] : undefined;
  return { path, salt: typeof salt === "string" ? salt : undefined, deployment: latest };
}

/**
 * Makes sure that a state may be acted upon.
 *
 * @throws {UserError} when it does not hold together
 */
export function assertIntegrity({ path, deployment }: RawCheckpoint): void {
  const fault = findIntegrityFault(deployment);
  if (fault !== undefined) {
    throw new UserError(`Cannot use the stack's state "${path}": ${fault}; ${restoreAdvice(path)}`);
  }
}

/** Reads the state in a checkpoint, decrypting its secrets. */
export async function readState(
  checkpoint: RawCheckpoint,
  secrets: SecretsManager,
): Promise<StackState> {
  const { resources, pending_operations: operations } = checkpoint.deployment;
  const crypter = holdsCiphertext([resources, operations]) ? await secrets.unlock() : undefined;
  return {
    resources: records(resources).map((resource) => readResource(resource, crypter)),
    pendingOperations: records(operations).flatMap((operation) =>
      isRecord(operation["resource"])
        ? [
            {
              resource: readResource(operation["resource"], crypter),
              type: readOperationType(operation["type"]),
            },
          ]
        : [],
    ),
  };
}

/** Writes a state as the text of a checkpoint. */
export async function writeState(
  state: StackState,
  identity: StackIdentity,
  secrets: SecretsManager,
): Promise<string> {
  const all = [...state.resources, ...state.pendingOperations.map(({ resource }) => resource)];
  const crypter = all.some(holdsSecret) ? await secrets.unlock() : undefined;
  const operations = state.pendingOperations.map(({ resource, type }) => ({
    resource: writeResource(resource, crypter),
    type,
  }));
  const engine = `ytcode-${version()}`;
  return checkpointText(identity, {
    manifest: {
      time: new Date().toISOString(),
      magic: magicOf(engine),
      version: engine,
    },
    ...(secrets.salt === undefined
      ? {}
      : { secrets_providers: { type: "passphrase", state: { salt: secrets.salt } } }),
    ...(state.resources.length === 0
      ? {}
      : { resources: state.resources.map((resource) => writeResource(resource, crypter)) }),
    ...(operations.length === 0 ? {} : { pending_operations: operations }),
    metadata: {},
  });
}

/** The text of a checkpoint. @param deployment as `pulumi stack export` has it under that name */
export function checkpointText(
  identity: StackIdentity,
  deployment: Readonly<Record<string, unknown>>,
): string {
  const stack = `organization/${identity.project}/${identity.stack}`;
  return JSON.stringify({
    ...versionOf(deployment),
    checkpoint: { stack, latest: deployment },
  });
}

/** The version that a deployment has to be read as, and the features that it uses: version 3 is for those without. */
export function versionOf(deployment: Readonly<Record<string, unknown>>): {
  readonly version: number;
  readonly features?: readonly string[];
} {
  const operations = records(deployment["pending_operations"]);
  const resources = [
    ...records(deployment["resources"]),
    ...records(operations.map(({ resource }) => resource)),
  ];
  const features = FEATURES.filter(([, field]) =>
    resources.some((resource) => resource[field] !== undefined),
  ).map(([name]) => name);
  return features.length === 0 ? { version: 3 } : { version: 4, features };
}

/** Other features change what a state means, so that it must not be acted upon without them. */
export function findVersionFault(file: Record<string, unknown>): string | undefined {
  const { version: found, features } = file;
  if (found === 3) {
    return undefined;
  }
  if (typeof found !== "number") {
    return "wanted a checkpoint of version 3";
  }
  if (found > NEWEST_VERSION) {
    return `wanted a checkpoint of version 3, and it is of version ${found}: update pulumi-yt-code, or install the Pulumi CLI`;
  }
  if (found < 3) {
    return `wanted a checkpoint of version 3, and it is of version ${found}: run the Pulumi CLI once, which brings it up to date`;
  }
  const foreign = (Array.isArray(features) ? features : []).filter(
    (feature) => !FEATURES.some(([name]) => name === feature),
  );
  return foreign.length > 0
    ? `it needs ${foreign.join(", ")}, which the embedded engine does not support, install the Pulumi CLI for this stack`
    : undefined;
}

function restoreAdvice(path: string): string {
  return `restore it from "${path}.bak" or from ".pulumi/backups"`;
}

/** An operation that this engine does not know is treated like an import: it stays until a person removes it. */
function readOperationType(type: unknown): PendingOperationType {
  switch (type) {
    case "creating":
    case "updating":
    case "deleting":
    case "reading":
      return type;
    default:
      return "importing";
  }
}

/** Or will hold one: without a key that must show before it is created, as it could not be saved after that. */
export function holdsSecret(resource: ResourceState): boolean {
  const { inputs, outputs, replacementTrigger, additionalSecretOutputs } = resource;
  return (
    additionalSecretOutputs.length > 0 ||
    [inputs, outputs, replacementTrigger].some((value) => containsSecret(value))
  );
}

function records(value: unknown): readonly Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}
