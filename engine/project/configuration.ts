/** A stack's configuration, decrypted, as its program and its providers get it. */
import { UserError } from "../../common/errors/user-error.ts";
import type { SecretsManager } from "../secrets/secrets-manager.ts";
import type { PropertyMap } from "../values/property-value.ts";
import { Secret } from "../values/property-value.ts";
import { textOr } from "../values/text.ts";
import type { Project } from "./project.ts";
import type { StackSettings } from "./stack-settings.ts";
import { isRecord } from "../../common/values/is-record.ts";

/** One configuration value, as programs get it. */
export interface ConfigurationValue {
  /** The text; objects and lists as JSON. */
  readonly value: string;
  readonly secret: boolean;
}

/** A stack's configuration: full keys (`namespace:name`) and decrypted values. */
export type Configuration = ReadonlyMap<string, ConfigurationValue>;

/**
 * Works out a stack's configuration: the project's defaults, overridden by the stack's settings.
 *
 * @throws {UserError} when a value is missing that the project asks for, or a secret cannot be decrypted
 */
export async function readConfiguration(
  project: Project,
  settings: StackSettings,
  secrets: SecretsManager,
): Promise<Configuration> {
  const raw = new Map<string, unknown>();
  const missing: string[] = [];
  const own = new Map(
    Object.entries(settings.config).map(([key, value]) => [fullKey(key, project.name), value]),
  );
  for (const [key, declared] of Object.entries(project.config)) {
    const name = fullKey(key, project.name);
    const value = isRecord(declared) ? (declared["value"] ?? declared["default"]) : declared;
    if (value !== undefined) {
      raw.set(name, value);
    } else if (!own.has(name)) {
      missing.push(name);
    }
  }
  if (missing.length > 0) {
    throw new UserError(
      `Cannot configure the stack: ${missing.map((key) => `"${key}"`).join(", ")} ` +
        `must be set in "${settings.path}", as the project file asks for it`,
    );
  }
  for (const [key, value] of own) {
    raw.set(key, value);
  }
  const configuration = new Map<string, ConfigurationValue>();
  for (const [key, value] of [...raw].toSorted(([left], [right]) => (left < right ? -1 : 1))) {
    configuration.set(key, await decode(key, value, settings.path, secrets));
  }
  return configuration;
}

/** The configuration as the inputs of a dynamic provider: every key, secrets marked. */
export function configurationInputs(configuration: Configuration): PropertyMap {
  return Object.fromEntries(
    [...configuration].map(([key, { value, secret }]) => [key, secret ? new Secret(value) : value]),
  );
}

/** A key without a namespace belongs to the project. */
function fullKey(key: string, project: string): string {
  return key.includes(":") ? key : `${project}:${key}`;
}

async function decode(
  key: string,
  value: unknown,
  path: string,
  secrets: SecretsManager,
): Promise<ConfigurationValue> {
  let secret = false;
  const open = async (part: unknown): Promise<unknown> => {
    if (Array.isArray(part)) {
      return Promise.all(part.map(open));
    }
    if (!isRecord(part)) {
      return part;
    }
    const entries = Object.entries(part);
    const ciphertext = part["secure"];
    if (entries.length === 1 && typeof ciphertext === "string") {
      secret = true;
      const crypter = await secrets.unlock();
      try {
        return crypter.decrypt(ciphertext);
      } catch {
        throw new UserError(
          `Cannot decrypt "${key}" in "${path}": it was encrypted with another key than the file's "encryptionsalt" names`,
        );
      }
    }
    // Go writes the keys of a JSON object in their order, and the text ends up in the state.
    const opened: [string, unknown][] = [];
    for (const [name, element] of entries.toSorted(([left], [right]) => (left < right ? -1 : 1))) {
      opened.push([name, await open(element)]);
    }
    return Object.fromEntries(opened);
  };
  const opened = await open(value);
  return { value: asText(opened), secret };
}

function asText(value: unknown): string {
  if (typeof value === "string") {
    return value;
  }
  if (typeof value !== "object" || value === null) {
    return textOr(value, "");
  }
  // As Go's encoder does it, so that a stack handed over between the two shows no change.
  return JSON.stringify(value).replaceAll(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
