/** Configuration that is meant for the engine itself (`pulumi:…`). */
import { UserError } from "../../common/errors/user-error.ts";
import type { Configuration } from "./configuration.ts";

const DISABLED = "pulumi:disable-default-providers";

/** The package of dynamic resources, whose default provider is the only one here. */
const DYNAMIC_PACKAGE = "pulumi-nodejs";

/**
 * Makes sure that the configuration asks for nothing that the embedded engine does not do.
 *
 * @param path the stack's settings, for messages
 * @throws {UserError} when it does
 */
export function assertSupportedConfiguration(configuration: Configuration, path: string): void {
  const disabled = configuration.get(DISABLED);
  if (disabled === undefined) {
    return;
  }
  const names = parseNames(disabled.value);
  if (names === undefined) {
    throw new UserError(
      `Cannot use "${DISABLED}" in "${path}": wanted a list of the names of packages`,
    );
  }
  if (names.includes("*") || names.includes(DYNAMIC_PACKAGE)) {
    throw new UserError(
      `Cannot use "${DISABLED}" in "${path}": it disables "${DYNAMIC_PACKAGE}", whose default provider ` +
        "runs all dynamic resources, take it from the list",
    );
  }
}

function parseNames(text: string): readonly string[] | undefined {
  try {
    const names: unknown = JSON.parse(text);
    return Array.isArray(names) && names.every((name) => typeof name === "string")
      ? names
      : undefined;
  } catch {
    return undefined;
  }
}
