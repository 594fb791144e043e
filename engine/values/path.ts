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

/** Whether a path is another one, or leads to something that the other one lies in (`*` matches anything). */
export function pathContains(path: PropertyPath, other: PropertyPath): boolean {
  return (
    path.length <= other.length &&
    path.every((step, index) => step === "*" || step === other[index])
  );
}

/**
 * Puts back, at a path, what was there before: how `ignoreChanges` makes a property keep its old value.
 *
 * @param onImpossible told when the path leads to elements that were added or removed, which no old value can
 *   stand for; those stay as they are now
 * @returns the new inputs with the old values at the path
 */
export function resetPath(
  before: PropertyMap,
  after: PropertyMap,
  path: PropertyPath,
  onImpossible: () => void = () => undefined,
): PropertyMap {
  const result = new PathReset(onImpossible).reset(before, after, path);
  return isPropertyMap(result) ? result : after;
}

/** Undefined stands for an element that one side does not have. */
type Place = PropertyValue | undefined;

class PathReset {
  readonly #onImpossible: () => void;

  constructor(onImpossible: () => void) {
    this.#onImpossible = onImpossible;
  }

  reset(before: Place, after: Place, path: PropertyPath): Place {
    const [step, ...rest] = path;
    if (step === undefined) {
      return before;
    }
    if (after instanceof Secret) {
      const inner = this.reset(before instanceof Secret ? before.value : before, after.value, path);
      return inner === undefined ? after : new Secret(inner);
    }
    if (before instanceof Secret) {
      const inner = this.reset(before.value, after, path);
      return inner === undefined || inner === after ? inner : new Secret(inner);
    }
    if (isList(before) && isList(after)) {
      return this.#resetInList(before, after, step, rest);
    }
    if (isPropertyMap(before) && isPropertyMap(after)) {
      return this.#resetInMap(before, after, step, rest);
    }
    return this.#resetElsewhere(before, after, step, rest);
  }

  #resetInList(
    before: readonly PropertyValue[],
    after: readonly PropertyValue[],
    step: string | number,
    rest: PropertyPath,
  ): Place {
    const shorter = Math.min(before.length, after.length);
    const longer = Math.max(before.length, after.length);
    const wanted = step === "*" ? longer - 1 : Number(step);
    // Elements of a list that only one side has can neither be added nor taken away.
    if (wanted >= shorter && wanted < longer) {
      this.#onImpossible();
    }
    return after.map((element, index) =>
      index < shorter && (step === "*" || step === index)
        ? (this.reset(before[index], element, rest) ?? element)
        : element,
    );
  }

  #resetInMap(
    before: PropertyMap,
    after: PropertyMap,
    step: string | number,
    rest: PropertyPath,
  ): Place {
    const names = step === "*" ? Object.keys(before) : [String(step)];
    // A star takes away what was not there before; what lies deeper in something new stays.
    if (step === "*" && rest.length === 0) {
      names.push(...Object.keys(after));
    }
    const result = new Map(Object.entries(after));
    for (const name of names) {
      const kept = this.reset(ownValue(before, name), ownValue(after, name), rest);
      if (kept === undefined) {
        result.delete(name);
      } else {
        result.set(name, kept);
      }
    }
    return Object.fromEntries(result);
  }

  /** Where the two sides are of different kinds, or one is absent: nothing to do when neither has such an element. */
  #resetElsewhere(before: Place, after: Place, step: string | number, rest: PropertyPath): Place {
    const had = hasElement(before, step);
    if (!had && !hasElement(after, step)) {
      return after;
    }
    if (!had && rest.length === 0 && isPropertyMap(after) && step !== "*") {
      return Object.fromEntries(Object.entries(after).filter(([name]) => name !== String(step)));
    }
    this.#onImpossible();
    return after;
  }
}

function hasElement(place: Place, step: string | number): boolean {
  if (isList(place)) {
    return typeof step === "number" ? step < place.length : step === "*" && place.length > 0;
  }
  return isPropertyMap(place) && (step === "*" || Object.hasOwn(place, String(step)));
}

function ownValue(properties: PropertyMap, name: string): Place {
  return Object.hasOwn(properties, name) ? properties[name] : undefined;
}
