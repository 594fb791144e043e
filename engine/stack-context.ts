/** Finds a stack and reads what is known of it. */
import { UserError } from "../common/errors/user-error.ts";
import { exists } from "../common/files/exists.ts";
import type { Configuration } from "./project/configuration.ts";
import { readConfiguration } from "./project/configuration.ts";
import type { Project } from "./project/project.ts";
import { readProject } from "./project/project.ts";
import { assertRunnable } from "./project/runnable.ts";
import { parseStackName, stackOfProject } from "./project/stack-name.ts";
import type { StackSettings } from "./project/stack-settings.ts";
import {
  listStackSettings,
  readStackSettings,
  stackSettingsPath,
  writeEncryptionSalt,
} from "./project/stack-settings.ts";
import { SecretsManager } from "./secrets/secrets-manager.ts";
import type { RawCheckpoint } from "./state/checkpoint.ts";
import { assertIntegrity, holdsSecret, readState } from "./state/checkpoint.ts";
import { findBackend } from "./state/find-backend.ts";
import type { StackState } from "./state/resource-state.ts";
import { StackStore } from "./state/stack-store.ts";
import type { UnsavedWork } from "./state/state-writer.ts";
import { StateWriter } from "./state/state-writer.ts";
import { loadOutputs } from "./stack-outputs.ts";
import type { PropertyMap } from "./values/property-value.ts";

/** A stack, found and read, before anything is done to it. */
export interface StackContext {
  readonly project: Project;
  readonly settings: StackSettings;
  readonly store: StackStore;
  /** The folder that holds `.pulumi`. */
  readonly backend: string;
  /** Which state is used and why, where that is not plain. */
  readonly notice: string | undefined;
  readonly environment: NodeJS.ProcessEnv;
}

/**
 * Finds a stack: one that has settings, or a state.
 *
 * @param name short or qualified
 * @param settingsFile an absolute path: takes the place of the stack's settings
 * @throws {UserError} when the project or the stack is not there, or a file does not parse
 */
export async function findStack(
  projectDirectory: string,
  name: string,
  environment: NodeJS.ProcessEnv,
  settingsFile?: string,
): Promise<StackContext> {
  const project = await readProject(projectDirectory);
  await assertRunnable(project);
  const stack = stackOfProject(name, project.name);
  const settings = await readStackSettings(project, stack, settingsFile);
  const { folder, store, notice } = await findBackend({
    identity: { stack, project: project.name },
    root: project.root,
    projectUrl: project.backendUrl,
    environment,
  });
  const isKnown =
    settings.exists ||
    (await store.read()) !== undefined ||
    (settingsFile !== undefined && (await exists(stackSettingsPath(project, stack))));
  if (!isKnown) {
    const names = new Set([...(await listStackSettings(project)), ...(await store.list())]);
    const known = [...names].toSorted().join(", ");
    throw new UserError(
      `Cannot find stack "${stack}" of project "${project.name}": ` +
        (known === "" ? "there are no stacks" : `the stacks are ${known}`) +
        `, write "${stackSettingsPath(project, stack)}" to add one`,
    );
  }
  return { project, settings, store, backend: folder, notice, environment };
}

/** A stack's state and configuration. */
export interface LoadedStack {
  readonly before: StackState;
  readonly configuration: Configuration;
  /**
   * Rejects when the passphrase is a wrong one, also while the stack has no secret. It takes a while, in which the
   * program can start; nothing may be done before.
   */
  readonly opened: Promise<unknown>;
  readonly write: (state: StackState) => Promise<void>;
  /** Rejects where a state has secrets, and there is nothing to encrypt them with. */
  readonly assertWritable: (state: StackState) => Promise<void>;
  /** What could not be saved; undefined when all is. */
  readonly unsaved: () => UnsavedWork | undefined;
}

/**
 * Reads a stack's state from its checkpoint, and its configuration.
 *
 * @param checkpoint what {@link StackStore.read} gave, under the stack's lock
 * @throws {UserError} when a file cannot be understood or decrypted
 */
export async function loadStack(
  context: StackContext,
  checkpoint: RawCheckpoint | undefined,
): Promise<LoadedStack> {
  const { project, settings, store, environment } = context;
  const { stack } = store.identity;
  if (checkpoint !== undefined) {
    assertIntegrity(checkpoint);
  }
  const salt = settings.encryptionSalt ?? checkpoint?.salt;
  const secrets = new SecretsManager(stack, salt, environment);
  // After the settings were given a new key the state is still written with the old one.
  const stateSecrets =
    checkpoint?.salt === undefined || checkpoint.salt === salt
      ? secrets
      : new SecretsManager(stack, checkpoint.salt, environment);
  const opened = settings.encryptionSalt === undefined ? Promise.resolve() : secrets.unlock();
  // Reported by who awaits it; reading may fail before.
  opened.catch(() => undefined);
  const [configuration, before] = await Promise.all([
    readConfiguration(project, settings, secrets),
    checkpoint === undefined
      ? { resources: [], pendingOperations: [] }
      : readState(checkpoint, stateSecrets),
  ]);
  const writer = new StateWriter(store, secrets, before);
  return {
    before,
    configuration,
    opened,
    write: async (state) => {
      await writer.write(state);
      // The first secret of a stack makes its salt, and Pulumi reads that from the settings.
      if (salt === undefined && secrets.salt !== undefined) {
        await storeSalt(context, secrets.salt);
      }
    },
    assertWritable: async ({ resources }) => {
      if (resources.some(holdsSecret)) {
        await secrets.assertUsable();
      }
    },
    unsaved: () => writer.unsaved,
  };
}

/**
 * Reads the outputs of a stack that a program refers to as `stack`, `organization/stack`, or
 * `organization/project/stack`.
 *
 * @throws {UserError} when there is no such stack
 */
export async function readReferencedOutputs(
  { project, backend, environment, store }: StackContext,
  name: string,
): Promise<PropertyMap> {
  const identity = parseStackName(name, project.name);
  if (identity === undefined) {
    throw new UserError(
      `Cannot read stack "${name}": wanted "organization/<project>/<stack>" or the name of a stack of this project`,
    );
  }
  const outputs = await loadOutputs(new StackStore(backend, identity), undefined, environment);
  if (outputs !== undefined) {
    return outputs;
  }
  throw new UserError(
    `Cannot read stack "${name}" from stack "${store.identity.stack}": it has no state yet, ` +
      `run up with --stack ${identity.stack} first`,
  );
}

async function storeSalt({ project, settings, store }: StackContext, salt: string): Promise<void> {
  const current = await readStackSettings(project, store.identity.stack, settings.path);
  if (current.encryptionSalt === undefined) {
    await writeEncryptionSalt(settings.path, salt);
  }
}
