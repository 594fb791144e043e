/** What differs between two sets of properties, as people want to see it. */
import { equalValues } from "./equality.ts";
import type { PropertyPath } from "./path.ts";
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

/**
 * The paths at which two values differ, each as deep as both sides have something to compare: what was added
 * or removed as a whole is one path.
 */
export function changedPaths(
  before: PropertyValue,
  after: PropertyValue,
  path: PropertyPath = [],
): PropertyPath[] {
  if (isPropertyMap(before) && isPropertyMap(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys].flatMap((key) =>
      Object.hasOwn(before, key) && Object.hasOwn(after, key)
        ? changedPaths(before[key] ?? null, after[key] ?? null, [...path, key])
        : [[...path, key]],
    );
  }
  if (isList(before) && isList(after)) {
    const positions = Array.from({ length: Math.max(before.length, after.length) }, (_, at) => at);
    return positions.flatMap((at) =>
      at < before.length && at < after.length
        ? changedPaths(before[at] ?? null, after[at] ?? null, [...path, at])
        : [[...path, at]],
    );
  }
  return equalValues(before, after) ? [] : [path];
}
