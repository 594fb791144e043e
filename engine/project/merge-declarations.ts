/** Brings a stack's settings and what its project declares together (`mergeConfig` in pkg/workspace of pulumi/pulumi). */
import { UserError } from "../../common/errors/user-error.ts";
import { fullKey } from "./configuration-key.ts";
import type { Declaration } from "./declared-configuration.ts";
import { describeType, isOfType } from "./declared-configuration.ts";
import type { Project } from "./project.ts";
import { parsePropertyPath } from "./property-path.ts";
import type { PropertyPath } from "./property-path.ts";
import type { RawConfiguration } from "./raw-configuration.ts";
import { coerceText, hasSecret, isContainer, toText, valueAt, withValueAt } from "./value-tree.ts";

/** A configuration with the project's defaults in it. */
export interface MergedConfiguration {
  readonly values: RawConfiguration;
  /** What the project wants and the stack does not set. */
  readonly missing: readonly Declaration[];
}

/** Sets the project's values where a stack has none of its own. A declared name may be a path: `cluster.proxy`. */
export function mergeDeclarations(
  own: RawConfiguration,
  declarations: readonly Declaration[],
): MergedConfiguration {
  const values = new Map(own);
  const missing: Declaration[] = [];
  for (const declaration of declarations) {
    const { value } = declaration;
    const [key, path] = placeOf(declaration);
    if (values.has(key) && valueAt(values.get(key), path) !== undefined) {
      continue;
    }
    if (value === undefined) {
      missing.push(declaration);
    } else if (path.length === 0) {
      values.set(
        key,
        typeof value === "object" || typeof value === "number" ? value : toText(value),
      );
    } else {
      const part = typeof value === "string" ? coerceText(value) : value;
      values.set(key, setPart(declaration, values.get(key), path, part));
    }
  }
  return { values, missing };
}

function setPart(
  { written }: Declaration,
  value: unknown,
  path: PropertyPath,
  part: unknown,
): unknown {
  try {
    return withValueAt(value, path, part);
  } catch (error) {
    throw new UserError(
      `Cannot configure the stack: the project's default for "${written}" does not fit: ${String(error)}`,
    );
  }
}

/** The key of a declared value, and the path in it. */
function placeOf({ key, written }: Declaration): readonly [string, PropertyPath] {
  try {
    const [first, ...path] = parsePropertyPath(key.name);
    return [fullKey({ namespace: key.namespace, name: String(first) }), path];
  } catch (error) {
    throw new UserError(
      `Cannot configure the stack: "${written}" of the project file is no key: ${String(error)}`,
    );
  }
}

/**
 * Makes sure that the values are as the project declares them.
 *
 * @param raw the values with the defaults in them, encrypted
 * @param opened the same, decrypted
 * @throws {UserError} for the first that is not
 */
export function assertDeclared(
  project: Project,
  raw: RawConfiguration,
  opened: ReadonlyMap<string, unknown>,
): void {
  for (const declaration of project.config) {
    const [key, path] = placeOf(declaration);
    const name = fullKey(declaration.key);
    if (declaration.secret && !hasSecret(valueAt(raw.get(key), path))) {
      throw new UserError(
        `Cannot configure the stack: "${name}" must be encrypted, as the project file "${project.file.path}" ` +
          `asks for a secret, set it with "config set --secret"`,
      );
    }
    const { type } = declaration;
    const value = valueAt(opened.get(key), path);
    const content = isContainer(value) || typeof value === "number" ? value : toText(value);
    if (type !== undefined && !isOfType(content, type)) {
      throw new UserError(
        `Cannot configure the stack: "${name}" must be of type ${describeType(type)}, as the project file ` +
          `"${project.file.path}" says`,
      );
    }
  }
}
