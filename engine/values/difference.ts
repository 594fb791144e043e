/** What differs between two sets of properties, as people want to see it. */
import { equalValues } from "./equality.ts";
import type { PropertyMap, PropertyValue } from "./property-value.ts";
import { isList, isPropertyMap, Secret } from "./property-value.ts";

/** What differs between two sets of properties. Each list is in the order of the keys' names. */
export interface Difference {
  readonly added: readonly string[];
  readonly deleted: readonly string[];
  readonly updated: readonly string[];
}

/**
 * Compares two sets of properties key by key. Keys that start with `__` are internal to the provider and
 * never part of a difference; that a value became or ceased to be secret is no difference either.
 */
export function compareProperties(before: PropertyMap, after: PropertyMap): Difference {
  const keysBefore = visibleKeys(before);
  const keysAfter = visibleKeys(after);
  return {
    added: keysAfter.filter((key) => !Object.hasOwn(before, key)),
    deleted: keysBefore.filter((key) => !Object.hasOwn(after, key)),
    updated: keysBefore.filter(
      (key) => Object.hasOwn(after, key) && differ(before[key] ?? null, after[key] ?? null),
    ),
  };
}

/** Whether there is any difference at all. */
export function isDifferent(difference: Difference): boolean {
  return difference.added.length + difference.deleted.length + difference.updated.length > 0;
}

/** The keys that people see, in the order of their names. */
export function visibleKeys(properties: PropertyMap): readonly string[] {
  return Object.keys(properties)
    .filter((key) => !key.startsWith("__"))
    .toSorted();
}

function differ(before: PropertyValue, after: PropertyValue): boolean {
  const left = before instanceof Secret ? before.value : before;
  const right = after instanceof Secret ? after.value : after;
  if (isPropertyMap(left) && isPropertyMap(right)) {
    return isDifferent(compareProperties(left, right));
  }
  if (isList(left) && isList(right) && left.length === right.length) {
    return left.some((element, index) => differ(element, right[index] ?? null));
  }
  return !equalValues(left, right);
}
