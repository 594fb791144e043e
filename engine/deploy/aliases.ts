/** Under which URNs a resource may stand in the state of an earlier run. */
import type { StackIdentity } from "../state/urn.ts";
import { makeUrn, nameOf, qualifiedType, STACK_TYPE, typeOf } from "../state/urn.ts";
import type { Alias, Goal } from "./goal.ts";

/**
 * All URNs under which a resource may stand in the state: those its aliases name, and those that
 * follow from an alias of its parent.
 *
 * @param usedAliases for each URN of this run that an alias led to: the URN it had before
 */
export function aliasUrns(
  identity: StackIdentity,
  goal: Pick<Goal, "aliases" | "name" | "type" | "parent">,
  usedAliases: ReadonlyMap<string, string>,
): readonly string[] {
  const own = goal.aliases.map((alias) => resolveAlias(identity, goal, alias, usedAliases));
  const parentBefore = goal.parent === undefined ? undefined : usedAliases.get(goal.parent);
  if (goal.parent === undefined || parentBefore === undefined) {
    return [...new Set(own)];
  }
  const parentName = nameOf(goal.parent);
  const inherited = [
    { type: goal.type, name: goal.name },
    ...own.map((urn) => ({ type: typeOf(urn), name: nameOf(urn) })),
  ].map(({ type, name }) => {
    // Children are by convention called after their parent, and were called so before.
    const nameBefore = name.startsWith(parentName)
      ? nameOf(parentBefore) + name.slice(parentName.length)
      : name;
    return makeUrn(identity, parentBefore, type, nameBefore);
  });
  return [...new Set([...own, ...inherited])];
}

function resolveAlias(
  identity: StackIdentity,
  goal: Pick<Goal, "name" | "type" | "parent">,
  alias: Alias,
  usedAliases: ReadonlyMap<string, string>,
): string {
  if (alias.type === "urn") {
    return alias.urn;
  }
  const parent =
    alias.parent === undefined ? goal.parent : (usedAliases.get(alias.parent) ?? alias.parent);
  const isRoot = parent === undefined || qualifiedType(parent) === STACK_TYPE;
  return makeUrn(
    { stack: alias.stack ?? identity.stack, project: alias.project ?? identity.project },
    alias.noParent || isRoot ? undefined : parent,
    alias.resourceType ?? goal.type,
    alias.name ?? goal.name,
  );
}
