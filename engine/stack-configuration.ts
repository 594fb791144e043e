/** Looks at a stack's configuration and changes it, as `pulumi config` does. */
import { messageOf } from "../common/errors/message-of.ts";
import { UserError } from "../common/errors/user-error.ts";
import { compareBytes } from "../common/text/compare-bytes.ts";
import { fullKey, KEY_FORM, parseConfigurationKey } from "./project/configuration-key.ts";
import { editSettings } from "./project/edit-settings.ts";
import type { SettingsEdit } from "./project/edit-settings.ts";
import { mergeDeclarations } from "./project/merge-declarations.ts";
import { parsePropertyPath } from "./project/property-path.ts";
import type { PropertyPath } from "./project/property-path.ts";
import { describePart, readRawConfiguration } from "./project/raw-configuration.ts";
import { openTree } from "./project/secure-values.ts";
import {
  ciphertextOf,
  coerceText,
  hasSecret,
  isContainer,
  toText,
  valueAt,
  withValueAt,
} from "./project/value-tree.ts";
import { SecretsManager } from "./secrets/secrets-manager.ts";
import { findStack } from "./stack-context.ts";
import type { StackContext } from "./stack-context.ts";

/** Which stack. */
export interface ConfigurationLocation {
  /** The project's folder, or one below it. */
  readonly projectDirectory: string;
  readonly stack: string;
  /** An absolute path: takes the place of the stack's settings. @default `Pulumi.<stack>.yaml` */
  readonly settingsFile?: string;
  /** @default process.env */
  readonly environment?: NodeJS.ProcessEnv;
}

/** How a key is read. */
export interface KeyOptions {
  /** Take the name for a path: `pipelines[0].name`. @default false */
  readonly path?: boolean;
}

/** A value, as it is shown. */
export interface ShownValue {
  /** `namespace:name`. */
  readonly key: string;
  /** The name alone where the namespace is the project's. */
  readonly shortKey: string;
  /** Undefined for a secret that is not to be shown. */
  readonly value: string | undefined;
  /** Whether it is JSON of a list or map. */
  readonly isObject: boolean;
  readonly secret: boolean;
}

/** All values of a stack with the project's defaults, by their keys. */
export async function listConfiguration(
  location: ConfigurationLocation,
  { showSecrets = false }: { readonly showSecrets?: boolean } = {},
): Promise<readonly ShownValue[]> {
  const opened = await open(location);
  const shown: ShownValue[] = [];
  for (const key of [...opened.values.keys()].toSorted(compareBytes)) {
    shown.push(await show(opened, key, opened.values.get(key), showSecrets));
  }
  return shown;
}

/**
 * One value, decrypted.
 *
 * @throws {UserError} when there is none
 */
export async function readConfigurationValue(
  location: ConfigurationLocation,
  key: string,
  options: KeyOptions = {},
): Promise<ShownValue> {
  const opened = await open(location);
  const { full, path } = placeOf(key, opened.context, options);
  const value = valueAt(opened.values.get(full), path);
  if (value === undefined) {
    throw new UserError(
      `Cannot find "${key}" in the configuration of stack "${opened.context.store.identity.stack}"`,
    );
  }
  return show(opened, full, value, true);
}

/**
 * Sets a value in the stack's settings.
 *
 * @param options.secret encrypt it; the first secret of a stack needs a passphrase
 * @throws {UserError} when it cannot be set there
 */
export async function setConfigurationValue(
  location: ConfigurationLocation,
  key: string,
  value: string,
  options: KeyOptions & { readonly secret?: boolean } = {},
): Promise<void> {
  await setAll(location, [[key, value]], options);
}

/**
 * Sets plain values in the stack's settings, as `-c key=value` does: all of them or none.
 *
 * @param values `key=value`; without a value it is empty. Each is set as if those before it were there already
 * @throws {UserError} for the first that cannot be set
 */
export async function setConfigurationValues(
  location: ConfigurationLocation,
  values: readonly string[],
  options: KeyOptions,
): Promise<void> {
  const pairs = values.map((text): readonly [string, string] => {
    const [key = "", ...value] = text.split("=");
    return [key, value.join("=")];
  });
  await setAll(location, pairs, options);
}

async function setAll(
  location: ConfigurationLocation,
  pairs: readonly (readonly [key: string, value: string])[],
  options: KeyOptions & { readonly secret?: boolean },
): Promise<void> {
  const { context, secrets } = await open(location);
  const { project, settings } = context;
  const edits: SettingsEdit[] = [];
  let config: Readonly<Record<string, unknown>> = settings.config;
  for (const [key, value] of pairs) {
    const { written, path } = placeOf(key, { project, settings: { config } }, options);
    let part: unknown = path.length === 0 ? value : coerceText(value);
    if (options.secret === true) {
      part = { secure: (await secrets.unlock()).encrypt(value) };
    } else if (path.at(-1) === "secure") {
      throw new UserError(`Cannot set "${key}": maps with the single key "secure" are secrets`);
    }
    try {
      // What is no list or map at the top of a value is given up for one, as with the Pulumi CLI.
      const current = config[written];
      const isKept =
        path.length === 0 || (isContainer(current) && ciphertextOf(current) === undefined);
      const whole = withValueAt(isKept ? current : undefined, path, part);
      edits.push(
        isKept
          ? { path: ["config", written, ...path], value: part }
          : { path: ["config", written], value: whole },
      );
      config = { ...config, [written]: whole };
    } catch (error) {
      throw new UserError(`Cannot set "${key}": ${messageOf(error)}`);
    }
  }
  if (
    settings.encryptionSalt === undefined &&
    secrets.salt !== undefined &&
    options.secret === true
  ) {
    edits.push({ path: ["encryptionsalt"], value: secrets.salt });
  }
  await editSettings(settings.path, settings.file.what, edits);
}

/** Removes a value from the stack's settings; one that is not there is none. */
export async function removeConfigurationValue(
  location: ConfigurationLocation,
  key: string,
  options: KeyOptions = {},
): Promise<void> {
  const { context } = await open(location);
  const { settings } = context;
  const { written, path } = placeOf(key, context, options);
  if (valueAt(settings.config[written], path) !== undefined) {
    const edit = { path: ["config", written, ...path], value: undefined };
    await editSettings(settings.path, settings.file.what, [edit]);
  }
}

interface OpenedConfiguration {
  readonly context: StackContext;
  readonly secrets: SecretsManager;
  /** With the project's defaults. */
  readonly values: ReadonlyMap<string, unknown>;
}

async function open(location: ConfigurationLocation): Promise<OpenedConfiguration> {
  const { projectDirectory, stack, settingsFile, environment = process.env } = location;
  const context = await findStack(projectDirectory, stack, environment, settingsFile);
  const { project, settings, store } = context;
  const salt = settings.encryptionSalt ?? (await store.read())?.salt;
  const own = await readRawConfiguration(settings, project.name);
  const { values } = mergeDeclarations(own, project.config);
  return { context, values, secrets: new SecretsManager(store.identity.stack, salt, environment) };
}

interface Place {
  readonly full: string;
  /** The key as it stands in the settings, or would. */
  readonly written: string;
  readonly path: PropertyPath;
}

/** What a key's place depends on. */
interface KeyContext {
  readonly project: { readonly name: string };
  readonly settings: { readonly config: Readonly<Record<string, unknown>> };
}

function placeOf(
  key: string,
  { project, settings }: KeyContext,
  { path = false }: KeyOptions,
): Place {
  const [, namespace, name = ""] = /^(?:([^:["]*):)?(.*)$/s.exec(key) ?? [];
  let rest: PropertyPath = [];
  let parsed = parseConfigurationKey(key, project.name);
  if (path) {
    try {
      const [first, ...others] = parsePropertyPath(name);
      rest = others;
      parsed = { namespace: namespace ?? project.name, name: String(first) };
    } catch (error) {
      throw new UserError(`Cannot use "${key}": ${messageOf(error)}`);
    }
  }
  if (parsed === undefined) {
    throw new UserError(`Cannot use "${key}": ${KEY_FORM}`);
  }
  const full = fullKey(parsed);
  const written = Object.keys(settings.config).find((other) => {
    const found = parseConfigurationKey(other, project.name);
    return found !== undefined && fullKey(found) === full;
  });
  return { full, written: written ?? full, path: rest };
}

async function show(
  { context, secrets }: OpenedConfiguration,
  key: string,
  value: unknown,
  showSecrets: boolean,
): Promise<ShownValue> {
  const secret = hasSecret(value);
  const prefix = `${context.project.name}:`;
  const isShown = showSecrets || !secret;
  const { tree } = isShown
    ? await openTree(value, secrets, describePart(context.settings, key))
    : { tree: undefined };
  return {
    key,
    shortKey: key.startsWith(prefix) ? key.slice(prefix.length) : key,
    value: isShown ? toText(tree) : undefined,
    isObject: isContainer(value) && ciphertextOf(value) === undefined,
    secret,
  };
}
