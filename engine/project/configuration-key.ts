/** Keys of the configuration: `namespace:name`, where a name alone is the project's. */

/** A key in its parts. */
export interface ConfigurationKey {
  readonly namespace: string;
  readonly name: string;
}

/**
 * Reads a key; `namespace:config:name` is an older form of `namespace:name`.
 *
 * @returns undefined when it is none (`ParseKey` in sdk/go/common/resource/config of pulumi/pulumi)
 */
export function parseConfigurationKey(key: string, project: string): ConfigurationKey | undefined {
  const parts = key.split(":");
  const [first = "", second = "", third] = parts;
  if (parts.length === 1) {
    return { namespace: project, name: first };
  }
  if (parts.length === 2) {
    return { namespace: first, name: second };
  }
  return parts.length === 3 && second === "config" && third !== undefined
    ? { namespace: first, name: third }
    : undefined;
}

/** A key as text: `namespace:name`. */
export function fullKey({ namespace, name }: ConfigurationKey): string {
  return `${namespace}:${name}`;
}

/** What is said of a text that is no key. */
export const KEY_FORM = "a key is <name> or <namespace>:<name>";
