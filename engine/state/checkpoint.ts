/** Reads and writes a stack's state in Pulumi's own format, a version 3 checkpoint. */
import { createHash } from "node:crypto";
import { version } from "../../common/version.ts";
import { messageOf } from "../../common/errors/message-of.ts";
import { UserError } from "../../common/errors/user-error.ts";
import { isRecord } from "../../common/values/is-record.ts";
import type { SecretsManager } from "../secrets/secrets-manager.ts";
import { containsSecret } from "../values/property-value.ts";
import { holdsCiphertext } from "./property-json.ts";
import { readResource, writeResource } from "./resource-json.ts";
import type { PendingOperationType, ResourceState, StackState } from "./resource-state.ts";
import type { StackIdentity } from "./urn.ts";

/** A checkpoint as JSON, before its resources are read. */
export interface RawCheckpoint {
  readonly path: string;
  /** The salt of its passphrase, where it has one. */
  readonly salt: string | undefined;
  readonly deployment: Record<string, unknown>;
}

/**
 * Parses a state file.
 *
 * @throws {UserError} when it is not a version 3 checkpoint, or uses another secrets provider
 */
export function parseCheckpoint(text: string, path: string): RawCheckpoint {
  const fail = (reason: string) =>
    new UserError(`Cannot read the stack's state "${path}": ${reason}`);
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch (error) {
    throw fail(messageOf(error));
  }
  if (!isRecord(file) || file["version"] !== 3 || !isRecord(file["checkpoint"])) {
    throw fail("wanted a checkpoint of version 3");
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
  return JSON.stringify({
    version: 3,
    checkpoint: {
      stack: `organization/${identity.project}/${identity.stack}`,
      latest: {
        manifest: {
          time: new Date().toISOString(),
          // Pulumi recognises a file that was tampered with by this digest of the version.
          magic: createHash("sha256").update(engine).digest("hex"),
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
      },
    },
  });
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

function holdsSecret(resource: ResourceState): boolean {
  return containsSecret(resource.inputs) || containsSecret(resource.outputs);
}

function records(value: unknown): readonly Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}
