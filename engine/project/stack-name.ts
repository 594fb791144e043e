/** The names that people give to stacks: short, or qualified as Pulumi's file backend has them. */
import { UserError } from "../../common/errors/user-error.ts";
import type { StackIdentity } from "../state/urn.ts";

/** The one organization that there is where state is kept in files (`ParseReference` in pkg/backend/diy/store.go of pulumi/pulumi). */
const ORGANIZATION = "organization";

/**
 * Reads `<stack>`, `organization/<stack>` or `organization/<project>/<stack>`.
 *
 * @param project what a name without a project belongs to
 * @returns undefined when it is none of these
 */
export function parseStackName(name: string, project: string): StackIdentity | undefined {
  const parts = name.split("/");
  if (parts.length > 3 || (parts.length > 1 && parts[0] !== ORGANIZATION)) {
    return undefined;
  }
  const [stack = "", owner = project] = parts.toReversed();
  return { stack, project: parts.length === 3 ? owner : project };
}

/**
 * The short name of a stack of a project.
 *
 * @param given short or qualified
 * @throws {UserError} when it cannot be a stack's, or is another project's or organization's
 */
export function stackOfProject(given: string, project: string): string {
  const identity = parseStackName(given, project);
  const [organization = ""] = given.split("/");
  if (identity === undefined && /^[A-Za-z0-9_-]+\/[^/]+(\/[^/]+)?$/.test(given)) {
    throw new UserError(
      `Cannot use stack "${given}": its organization is "${organization}", and state in files has only ` +
        `"${ORGANIZATION}", name it "${ORGANIZATION}/${project}/<stack>" or "<stack>"`,
    );
  }
  if (identity === undefined || !/^[A-Za-z0-9_.-]{1,100}$/.test(identity.stack)) {
    throw new UserError(
      `Cannot use stack "${given}": a stack's name has only letters, digits, "-", "_" and ".", at most 100`,
    );
  }
  if (identity.project !== project) {
    throw new UserError(
      `Cannot use stack "${given}": it is of project "${identity.project}", and this is project "${project}", ` +
        "change to the folder of that one",
    );
  }
  return identity.stack;
}
