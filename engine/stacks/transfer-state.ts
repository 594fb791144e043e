/** A stack's state on its way out of and into the backend, as `pulumi stack export` writes it. */
import { UserError } from "../../common/errors/user-error.ts";
import { withoutByteOrderMark } from "../../common/text/without-byte-order-mark.ts";
import { isRecord } from "../../common/values/is-record.ts";
import type { StackContext } from "../stack-context.ts";
import { findVersionFault, versionOf } from "../state/checkpoint.ts";
import { lockStack } from "../state/lock.ts";

/**
 * The state of a stack, secrets encrypted as they are kept.
 *
 * @returns text of JSON: `{"version": 3, "deployment": …}`; of version 4 when it uses features
 * @throws {UserError} when the state cannot be read
 */
export async function exportState({ store }: StackContext): Promise<string> {
  const deployment = (await store.read())?.deployment ?? {};
  return JSON.stringify({ ...versionOf(deployment), deployment }, null, 4);
}

/**
 * Puts an exported state in the place of a stack's own, which stays in its backups.
 *
 * @param from where the text is from, for messages
 * @throws {UserError} when it is no state, does not hold together, is another stack's, or the stack is locked
 */
export async function importState(
  { store }: StackContext,
  text: string,
  from: string,
): Promise<void> {
  const deployment = parseExported(text, from);
  const { project, stack } = store.identity;
  const { resources } = deployment;
  const foreign = (Array.isArray(resources) ? resources : [])
    .map((resource) => (isRecord(resource) ? String(resource["urn"]) : ""))
    .find((urn) => !urn.startsWith(`urn:pulumi:${stack}::${project}::`));
  if (foreign !== undefined) {
    throw new UserError(
      `Cannot import "${from}" into stack "${stack}" of project "${project}": it holds "${foreign}" of another stack; ` +
        "export it from this stack, or rename that one with the Pulumi CLI",
    );
  }
  const lock = await lockStack(store);
  try {
    await store.replaceDeployment(deployment);
  } finally {
    await lock.release();
  }
}

function parseExported(text: string, from: string): Readonly<Record<string, unknown>> {
  let content: unknown;
  try {
    content = JSON.parse(withoutByteOrderMark(text));
  } catch {
    content = undefined;
  }
  if (
    !isRecord(content) ||
    !isRecord(content["deployment"]) ||
    findVersionFault(content) !== undefined
  ) {
    throw new UserError(
      `Cannot import "${from}" as it is no exported state of version 3: make it with ytcode stack export`,
    );
  }
  return content["deployment"];
}
