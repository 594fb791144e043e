/** Which resources of a state the engine can manage. */
import { UserError } from "../../common/errors/user-error.ts";
import type { ResourceState } from "../state/resource-state.ts";
import {
  DYNAMIC_PACKAGE,
  isDefaultProvider,
  isProviderType,
  nameOf,
  STACK_REFERENCE_TYPE,
} from "../state/urn.ts";

/**
 * Makes sure that everything in a state is of a kind that the engine manages, before anything is done.
 *
 * @throws {UserError} names what is not
 */
export function assertSupported(resources: readonly ResourceState[]): void {
  const others = resources.filter((resource) => !isSupported(resource));
  const [first] = others;
  if (first === undefined) {
    return;
  }
  const more = others.length === 1 ? "" : ` and ${others.length - 1} more`;
  throw new UserError(
    `Cannot manage this stack: it holds ${describe(first)}${more}; the embedded engine manages only dynamic ` +
      "resources and stack references, with their default providers, install the Pulumi CLI for others",
  );
}

function isSupported({ custom, type, urn }: ResourceState): boolean {
  if (!custom) {
    return true;
  }
  if (isProviderType(type)) {
    const packageName = type.slice("pulumi:providers:".length);
    return isDefaultProvider(urn) && [DYNAMIC_PACKAGE, "pulumi"].includes(packageName);
  }
  return type.startsWith(`${DYNAMIC_PACKAGE}:`) || type === STACK_REFERENCE_TYPE;
}

function describe({ type, urn }: ResourceState): string {
  return `${isProviderType(type) ? "provider" : "resource"} "${nameOf(urn)}" of type "${type}"`;
}
