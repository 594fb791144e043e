/** Reads a stack's outputs from its state, without running anything. */
import { UserError } from "../common/errors/user-error.ts";
import { readProject } from "./project/project.ts";
import { stackOfProject } from "./project/stack-name.ts";
import { readStackSettings } from "./project/stack-settings.ts";
import { SecretsManager } from "./secrets/secrets-manager.ts";
import { readState } from "./state/checkpoint.ts";
import { findBackend } from "./state/find-backend.ts";
import type { StackStore } from "./state/stack-store.ts";
import { STACK_TYPE } from "./state/urn.ts";
import { MASK } from "./display/secret-mask.ts";
import type { PropertyMap, PropertyValue } from "./values/property-value.ts";
import {
  isList,
  isPropertyMap,
  ResourceReference,
  Secret,
  Unknown,
} from "./values/property-value.ts";

/** Which stack's outputs to read. */
export interface StackOutputsOptions {
  /** The project's folder, or one below it. */
  readonly projectDirectory: string;
  /** Short or qualified. */
  readonly stack: string;
  /** @default false */
  readonly showSecrets?: boolean;
  /** @default process.env */
  readonly environment?: NodeJS.ProcessEnv;
}

/**
 * Reads the outputs of a stack, without running anything.
 *
 * @returns plain JSON; secrets read `[secret]` unless they are asked for
 * @throws {UserError} when there is no such stack, or its secrets cannot be decrypted
 */
export async function readStackOutputs(
  options: StackOutputsOptions,
): Promise<Readonly<Record<string, unknown>>> {
  const { projectDirectory, showSecrets = false, environment = process.env } = options;
  const project = await readProject(projectDirectory);
  const stack = stackOfProject(options.stack, project.name);
  const settings = await readStackSettings(project, stack);
  const { store } = await findBackend({
    identity: { stack, project: project.name },
    root: project.root,
    projectUrl: project.backendUrl,
    environment,
  });
  const outputs = await loadOutputs(store, settings.encryptionSalt, environment);
  if (outputs === undefined) {
    const known = await store.list();
    throw new UserError(
      `Cannot find stack "${stack}" of project "${project.name}": ` +
        (known.length === 0
          ? "there is none yet, run up first"
          : `there ${known.length === 1 ? "is" : "are"} ${known.join(", ")}`),
    );
  }
  return plainOutputs(outputs, showSecrets);
}

/** Reads a stack's outputs from its state; undefined when there is no such stack. */
export async function loadOutputs(
  store: StackStore,
  salt: string | undefined,
  environment: NodeJS.ProcessEnv,
): Promise<PropertyMap | undefined> {
  const checkpoint = await store.read();
  if (checkpoint === undefined) {
    return undefined;
  }
  const secrets = new SecretsManager(store.identity.stack, checkpoint.salt ?? salt, environment);
  const { resources } = await readState(checkpoint, secrets);
  const stack = resources.find(({ type, parent }) => type === STACK_TYPE && parent === undefined);
  return stack?.outputs ?? {};
}

/** Outputs as plain JSON. */
export function plainOutputs(
  outputs: PropertyMap,
  showSecrets: boolean,
): Readonly<Record<string, unknown>> {
  const plain = (value: PropertyValue): unknown => {
    if (value instanceof Secret) {
      return showSecrets ? plain(value.value) : MASK;
    }
    if (value instanceof Unknown) {
      return undefined;
    }
    if (value instanceof ResourceReference) {
      return value.urn;
    }
    if (isList(value)) {
      return value.map(plain);
    }
    if (isPropertyMap(value)) {
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
    }
    return value;
  };
  return Object.fromEntries(Object.entries(outputs).map(([key, value]) => [key, plain(value)]));
}
