/** Where sources land in the archive: what a target may look like, and that no two collide. */
import { UserError } from "../../../common/errors/user-error.ts";

/** A claim on a place in the archive. */
export interface Target {
  /** Relative path in the archive, with `/`. */
  readonly path: string;
  /** Who claims it, as the user wrote it: `upload_modules "my_utils"`. */
  readonly claimedBy: string;
}

/** The start of every wrapper's name. */
export const WRAPPER_PREFIX = "operation_wrapper_";

const RESERVED = new Set(["stages", "ytjobs", "source.tar.gz"]);

/**
 * Checks a target as the user wrote it, and returns it as a relative path.
 *
 * @param target one or more components, with `/`
 * @param claimedBy who claims it, for the message
 * @throws {UserError} when it is empty, absolute, has an empty, `.` or `..` component, or is reserved
 */
export function parseTarget(target: string, claimedBy: string): string {
  const trimmed = target.replace(/\/+$/, "");
  const components = trimmed.split("/");
  const bad = components.find((part) => part === "" || part === "." || part === "..");
  if (bad !== undefined || trimmed.includes("\0") || trimmed.includes("\\")) {
    throw new UserError(
      `Cannot place ${claimedBy} as its target must be one or more plain names joined by "/": target is "${target}"`,
      { argument: "pipeline" },
    );
  }
  const [first = ""] = components;
  if (RESERVED.has(first) || first.startsWith(WRAPPER_PREFIX)) {
    const reserved = trimmed === first ? "reserved" : `below "${first}", which is reserved`;
    throw new UserError(
      `Cannot place ${claimedBy} as the target "${trimmed}" is ${reserved}: choose another target`,
      { argument: "pipeline" },
    );
  }
  return trimmed;
}

/**
 * Refuses two sources with one target, and a target inside another.
 *
 * @throws {UserError} naming both
 */
export function assertNoConflicts(targets: readonly Target[]): void {
  const sorted = targets.toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  for (const [index, outer] of sorted.entries()) {
    const inner = sorted
      .slice(index + 1)
      .find((other) => other.path === outer.path || other.path.startsWith(`${outer.path}/`));
    if (inner === undefined) {
      continue;
    }
    const relation = inner.path === outer.path ? "the same target as" : "a target inside that of";
    throw new UserError(
      `Cannot pack ${inner.claimedBy} as it has ${relation} ${outer.claimedBy}: "${inner.path}"` +
        `${inner.path === outer.path ? "" : ` inside "${outer.path}"`}; give one of them another target`,
      { argument: "pipeline" },
    );
  }
}
