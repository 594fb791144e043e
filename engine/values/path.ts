/** Paths to properties, as `ignoreChanges` and `replaceOnChanges` give them. */
import type { PropertyMap, PropertyValue } from "./property-value.ts";
import { isList, isPropertyMap, Secret } from "./property-value.ts";

/** A path to a property: names, list positions, and `"*"` for every element. */
export type PropertyPath = readonly (string | number)[];

/**
 * Reads a property path as `ignoreChanges` and `replaceOnChanges` write them:
 * `a.b[0]["name.with.dots"]`, where `*` stands for every element.
 *
 * @returns undefined when the text is no path
 */
export function parsePropertyPath(text: string): PropertyPath | undefined {
  const path: (string | number)[] = [];
  const pattern = /(?:^|\.)([^.[\]"]+)|\[(\d+|\*)\]|\["((?:[^"\\]|\\.)*)"\]/gy;
  while (pattern.lastIndex < text.length) {
    const match = pattern.exec(text);
    if (match === null) {
      return undefined;
    }
    const [, name, position, quoted] = match;
    if (name !== undefined) {
      path.push(name);
    } else if (quoted !== undefined) {
      path.push(quoted.replaceAll(/\\(.)/g, "$1"));
    } else {
      path.push(position === "*" ? "*" : Number(position));
    }
  }
  return path.length === 0 ? undefined : path;
}

/** Whether a path lies at, above or below another one (`*` matches anything). */
export function pathsTouch(left: PropertyPath, right: PropertyPath): boolean {
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index += 1) {
    if (left[index] !== "*" && right[index] !== "*" && left[index] !== right[index]) {
      return false;
    }
  }
  return true;
}

/**
 * Puts back, at a path, what was there before: how `ignoreChanges` makes a property keep its old value.
 *
 * @returns the new inputs with the old values at the path
 */
export function resetPath(
  before: PropertyMap,
  after: PropertyMap,
  path: PropertyPath,
): PropertyMap {
  const result = reset(before, after, path);
  return isPropertyMap(result) ? result : after;
}

function reset(
  before: PropertyValue | undefined,
  after: PropertyValue | undefined,
  path: PropertyPath,
): PropertyValue | undefined {
  const [step, ...rest] = path;
  if (step === undefined) {
    return before;
  }
  if (after instanceof Secret) {
    const inner = reset(before instanceof Secret ? before.value : before, after.value, path);
    return inner === undefined ? after : new Secret(inner);
  }
  const old = before instanceof Secret ? before.value : before;
  if (isList(after)) {
    return after.map((element, index) => {
      if (step !== "*" && step !== index) {
        return element;
      }
      const kept = reset(isList(old) ? old[index] : undefined, element, rest);
      return kept === undefined ? element : kept;
    });
  }
  if (!isPropertyMap(after)) {
    return after;
  }
  const oldMap = isPropertyMap(old) ? old : {};
  const keys =
    step === "*" ? new Set([...Object.keys(oldMap), ...Object.keys(after)]) : [String(step)];
  let result: Record<string, PropertyValue> = { ...after };
  for (const key of keys) {
    const kept = reset(oldMap[key], after[key], rest);
    if (kept === undefined) {
      result = without(result, key);
    } else {
      result[key] = kept;
    }
  }
  return result;
}

function without(
  properties: Record<string, PropertyValue>,
  key: string,
): Record<string, PropertyValue> {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => name !== key));
}
