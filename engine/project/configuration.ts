/** A stack's configuration, decrypted, as its program and its providers get it. */
import { UserError } from "../../common/errors/user-error.ts";
import { compareBytes } from "../../common/text/compare-bytes.ts";
import type { SecretsManager } from "../secrets/secrets-manager.ts";
import type { PropertyMap } from "../values/property-value.ts";
import { Secret } from "../values/property-value.ts";
import { fullKey } from "./configuration-key.ts";
import { assertDeclared, mergeDeclarations } from "./merge-declarations.ts";
import type { Project } from "./project.ts";
import { describePart, readRawConfiguration } from "./raw-configuration.ts";
import { openTree } from "./secure-values.ts";
import type { StackSettings } from "./stack-settings.ts";
import { assertSupportedConfiguration } from "./supported-configuration.ts";
import { toText } from "./value-tree.ts";

/** One configuration value, as programs get it. */
export interface ConfigurationValue {
  /** The text; objects and lists as JSON. */
  readonly value: string;
  readonly secret: boolean;
  /** The texts in it that were encrypted: the whole, or parts of an object. */
  readonly secretTexts: readonly string[];
}

/** A stack's configuration: full keys (`namespace:name`) and decrypted values. */
export type Configuration = ReadonlyMap<string, ConfigurationValue>;

/**
 * Works out a stack's configuration: the project's defaults, overridden by the stack's settings.
 *
 * @throws {UserError} when a value is missing that the project asks for, is of another type, cannot be decrypted, or
 * asks for what the embedded engine does not do
 */
export async function readConfiguration(
  project: Project,
  settings: StackSettings,
  secrets: SecretsManager,
): Promise<Configuration> {
  const own = await readRawConfiguration(settings, project.name);
  const merged = mergeDeclarations(own, project.config);
  const missing = merged.missing.map(({ key }) => `"${fullKey(key)}"`);
  if (missing.length > 0) {
    throw new UserError(
      `Cannot configure the stack: ${missing.join(", ")} ` +
        `must be set in "${settings.path}", as the project file asks for it`,
    );
  }
  const configuration = new Map<string, ConfigurationValue>();
  const trees = new Map<string, unknown>();
  for (const [key, value] of [...merged.values].toSorted(([a], [b]) => compareBytes(a, b))) {
    const { tree, secretTexts } = await openTree(value, secrets, describePart(settings, key));
    trees.set(key, tree);
    configuration.set(key, { value: toText(tree), secret: secretTexts.length > 0, secretTexts });
  }
  assertDeclared(project, merged.values, trees);
  assertSupportedConfiguration(configuration, settings.path);
  return configuration;
}

/** The configuration as the inputs of a dynamic provider: every key, secrets marked. */
export function configurationInputs(configuration: Configuration): PropertyMap {
  return Object.fromEntries(
    [...configuration].map(([key, { value, secret }]) => [key, secret ? new Secret(value) : value]),
  );
}

/** All texts of the configuration that were encrypted, however deep in an object. */
export function configurationSecrets(configuration: Configuration): readonly Secret[] {
  return [...configuration.values()].flatMap((value) =>
    value.secretTexts.map((text) => new Secret(text)),
  );
}
