/**
 * The configuration that a project file declares for all its stacks: types, defaults, values. The rules are those of the
 * Pulumi CLI (`Project.Validate` and `ValidateConfigValue` in sdk/go/common/workspace, and pkg/workspace/config.go).
 */
import type { UserError } from "../../common/errors/user-error.ts";
import { isRecord } from "../../common/values/is-record.ts";
import { KEY_FORM, parseConfigurationKey } from "./configuration-key.ts";
import type { ConfigurationKey } from "./configuration-key.ts";
import type { SettingsFile } from "./settings-file.ts";
import { settingsError } from "./settings-file.ts";

const TYPES = ["string", "integer", "boolean", "array", "object"];
const FIELDS = ["type", "items", "description", "secret", "default", "value"];

/** The type of a value: one of a list says what its items are. */
export interface ConfigurationType {
  readonly type: string;
  readonly items: ConfigurationType | undefined;
}

/** What a project says of one value. */
export interface Declaration {
  readonly key: ConfigurationKey;
  /** As it stands in the project file. */
  readonly written: string;
  /** Of values of the project's own namespace. */
  readonly type: ConfigurationType | undefined;
  readonly secret: boolean;
  /** What a stack has that sets nothing; undefined when it has to. */
  readonly value: unknown;
}

/**
 * Reads `config` of a project file.
 *
 * @throws {UserError} when the Pulumi CLI would not take it
 */
export async function readDeclarations(
  file: SettingsFile,
  project: string,
): Promise<readonly Declaration[]> {
  const { config } = file.content;
  // Older project files call the folder of the settings "config".
  if (config === undefined || config === null || typeof config === "string") {
    return [];
  }
  if (!isRecord(config)) {
    throw await settingsError(file, {
      verb: "read",
      keys: ["config"],
      problem: '"config" must be a mapping',
    });
  }
  const declarations: Declaration[] = [];
  // In this order a default for a part of a value comes after that for the whole.
  for (const written of Object.keys(config).toSorted()) {
    const declaration = readDeclaration(written, config[written], project);
    if ("problem" in declaration) {
      throw await problemOf(file, written, declaration.problem);
    }
    declarations.push(declaration);
  }
  return declarations;
}

function problemOf(file: SettingsFile, written: string, problem: string): Promise<UserError> {
  return settingsError(file, {
    verb: "read",
    keys: ["config", written],
    problem: `configuration "${written}": ${problem}`,
  });
}

type Problem = { readonly problem: string };

function readDeclaration(
  written: string,
  declared: unknown,
  project: string,
): Declaration | Problem {
  const key = parseConfigurationKey(written, project);
  if (key === undefined) {
    return { problem: KEY_FORM };
  }
  const plain = { key, written, type: undefined, secret: false };
  if (!isRecord(declared)) {
    return isShorthand(declared)
      ? { ...plain, value: declared }
      : {
          problem:
            "wanted a string, a whole number, a boolean, a list, or a mapping with type, default or value",
        };
  }
  const unknown = Object.keys(declared).find((field) => !FIELDS.includes(field));
  if (unknown !== undefined) {
    return { problem: `"${unknown}" is not known, the fields are ${FIELDS.join(", ")}` };
  }
  const { type, items, secret = false } = declared;
  const fallback = declared["default"] ?? undefined;
  const value = declared["value"] ?? undefined;
  if (typeof secret !== "boolean") {
    return { problem: '"secret" must be a boolean' };
  }
  if (fallback !== undefined && value !== undefined) {
    return { problem: 'it has both "default" and "value", keep one' };
  }
  if (key.namespace !== project) {
    return type !== undefined || fallback !== undefined
      ? { problem: 'it is not of this project, and has only a "value"' }
      : value === undefined
        ? { problem: 'it is not of this project, and needs a "value"' }
        : { ...plain, secret, value };
  }
  const wanted = type === undefined ? undefined : readType(type, items);
  if (wanted !== undefined && "problem" in wanted) {
    return wanted;
  }
  if (wanted !== undefined && fallback !== undefined && !isOfType(fallback, wanted)) {
    return { problem: `its default is not of type ${describeType(wanted)}` };
  }
  return { key, written, type: wanted, secret, value: fallback ?? value };
}

/** What may stand in the place of a declaration. */
function isShorthand(value: unknown): boolean {
  return ["string", "boolean", "bigint"].includes(typeof value) || Array.isArray(value);
}

function readType(type: unknown, items: unknown): ConfigurationType | Problem {
  if (typeof type !== "string" || !TYPES.includes(type)) {
    return { problem: `"type" must be one of ${TYPES.join(", ")}` };
  }
  if (type !== "array") {
    return { type, items: undefined };
  }
  if (!isRecord(items)) {
    return { problem: 'a list needs "items" with the type of its items' };
  }
  const inner = readType(items["type"], items["items"]);
  return "problem" in inner ? inner : { type, items: inner };
}

/** A type as text: `array<string>`. */
export function describeType({ type, items }: ConfigurationType): string {
  return items === undefined ? type : `${type}<${describeType(items)}>`;
}

/** Whether a value is of a type. A text that reads as a whole number or a boolean is one, too. */
export function isOfType(value: unknown, { type, items }: ConfigurationType): boolean {
  switch (type) {
    case "string":
      return typeof value === "string";
    case "integer":
      return (
        typeof value === "bigint" ||
        (typeof value === "number" && Number.isInteger(value)) ||
        (typeof value === "string" && /^[-+]?\d+$/.test(value))
      );
    case "boolean":
      return typeof value === "boolean" || value === "true" || value === "false";
    case "object":
      return isRecord(value);
    default:
      return (
        Array.isArray(value) && items !== undefined && value.every((item) => isOfType(item, items))
      );
  }
}
