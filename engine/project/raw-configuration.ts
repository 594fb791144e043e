/** The configuration as a stack's settings have it: under full keys, still encrypted. */
import { settingsError } from "./settings-file.ts";
import { fullKey, KEY_FORM, parseConfigurationKey } from "./configuration-key.ts";
import type { StackSettings } from "./stack-settings.ts";
import { isContainer } from "./value-tree.ts";

/** Values by their full keys: texts, and trees of plain values. */
export type RawConfiguration = ReadonlyMap<string, unknown>;

/**
 * Reads `config` of a stack's settings.
 *
 * @throws {UserError} when a key is none or there twice, or a value is one that the Pulumi CLI refuses
 */
export async function readRawConfiguration(
  settings: StackSettings,
  project: string,
): Promise<RawConfiguration> {
  const values = new Map<string, unknown>();
  const written = new Map<string, string>();
  for (const [key, value] of Object.entries(settings.config)) {
    const parsed = parseConfigurationKey(key, project);
    const full = parsed === undefined ? key : fullKey(parsed);
    const other = written.get(full);
    const problem =
      parsed === undefined
        ? KEY_FORM
        : other !== undefined
          ? `it is set twice, also as "${other}"`
          : hasInfinity(value)
            ? "no number that is infinite or none can be a configuration value"
            : await describeOddKey(settings, key);
    if (problem !== undefined) {
      throw await settingsError(settings.file, {
        verb: "read",
        keys: ["config", key],
        problem: `configuration "${key}": ${problem}`,
      });
    }
    written.set(full, key);
    values.set(full, value);
  }
  return values;
}

/** A key of another type looks like one that YAML does not take for a text. */
async function describeOddKey({ file }: StackSettings, key: string): Promise<string | undefined> {
  if (!/^([-+.0-9~<]|true$|false$|null$)/i.test(key)) {
    return undefined;
  }
  const { findOddKey } = await import("./find-line.ts");
  return findOddKey(file.text, "config") === key
    ? "the key is no text, put it into quotes"
    : undefined;
}

function hasInfinity(value: unknown): boolean {
  return typeof value === "number"
    ? !Number.isFinite(value)
    : isContainer(value) && Object.values(value).some(hasInfinity);
}

/** A value of a stack, for messages. */
export function describePart({ path }: StackSettings, key: string): string {
  return `"${key}" in "${path}"`;
}
