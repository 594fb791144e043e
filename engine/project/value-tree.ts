/** Configuration values as trees of plain values, and the parts of them that paths lead to. */
import { isRecord } from "../../common/values/is-record.ts";
import { toGoJson } from "./go-json.ts";
import type { PropertyPath } from "./property-path.ts";

/** A value as programs get it: a text, or JSON of a list or map. */
export function toText(value: unknown): string {
  if (typeof value === "string" || typeof value === "bigint") {
    return String(value);
  }
  return value === null ? "" : toGoJson(value);
}

/** Whether a value is a list or a map. */
export function isContainer(value: unknown): value is readonly unknown[] | Record<string, unknown> {
  return Array.isArray(value) || isRecord(value);
}

/**
 * The encrypted text in `{secure: <ciphertext>}`, which is how a secret stands in a file.
 *
 * @returns undefined for what is no secret
 */
export function ciphertextOf(value: unknown): string | undefined {
  if (!isRecord(value) || Object.keys(value).length !== 1) {
    return undefined;
  }
  return typeof value["secure"] === "string" ? value["secure"] : undefined;
}

/** Whether there is a secret in a value. */
export function hasSecret(value: unknown): boolean {
  return (
    ciphertextOf(value) !== undefined ||
    (isContainer(value) && Object.values(value).some(hasSecret))
  );
}

/** What a path leads to; undefined when it leads nowhere. */
export function valueAt(value: unknown, path: PropertyPath): unknown {
  let part = value;
  for (const step of path) {
    if (ciphertextOf(part) !== undefined) {
      return undefined;
    }
    if (Array.isArray(part) && typeof step === "number") {
      const items: readonly unknown[] = part;
      part = items[step];
    } else if (isRecord(part) && typeof step === "string" && Object.hasOwn(part, step)) {
      part = part[step];
    } else {
      return undefined;
    }
  }
  return part;
}

/**
 * A value with another one at a path; lists and maps on the way are made.
 *
 * @throws {SyntaxError} when the path goes through something that is no list or map, or beyond the end of a list
 */
export function withValueAt(value: unknown, path: PropertyPath, part: unknown): unknown {
  return withPart(value, path, part, 0);
}

function withPart(value: unknown, path: PropertyPath, part: unknown, depth: number): unknown {
  const [step, ...rest] = path;
  if (step === undefined) {
    return part;
  }
  // As the Pulumi CLI has it, what is no list or map at the top is given up.
  const isReplaced = value === undefined || value === null || (depth === 0 && !isTree(value));
  const container = isReplaced ? (typeof step === "number" ? [] : {}) : value;
  if (Array.isArray(container)) {
    const items: readonly unknown[] = container;
    if (typeof step !== "number") {
      throw new SyntaxError(`"${step}" is the name of a field, and there is a list`);
    }
    // A list that the path itself makes may begin with items that are not there.
    if (step < 0 || (!isReplaced && step > items.length)) {
      throw new SyntaxError(`[${step}] is beyond the end of a list of ${items.length}`);
    }
    const length = Math.max(items.length, step + 1);
    return Array.from({ length }, (_, index) =>
      index === step ? withPart(items[step], rest, part, depth + 1) : (items[index] ?? null),
    );
  }
  if (!isRecord(container) || !isTree(container) || typeof step !== "string") {
    throw new SyntaxError(
      typeof step === "string"
        ? `"${step}" is the name of a field, and there is no map`
        : `[${step}] is an item of a list, and there is none`,
    );
  }
  return { ...container, [step]: withPart(container[step], rest, part, depth + 1) };
}

/** A list or map, and not a secret in the form of one. */
function isTree(value: unknown): value is readonly unknown[] | Record<string, unknown> {
  return isContainer(value) && ciphertextOf(value) === undefined;
}

/** A value without what a path leads to. */
export function withoutValueAt(value: unknown, path: PropertyPath): unknown {
  const [step, ...rest] = path;
  if (step === undefined || valueAt(value, path) === undefined) {
    return value;
  }
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    const index = Number(step);
    return rest.length === 0
      ? items.toSpliced(index, 1)
      : items.toSpliced(index, 1, withoutValueAt(items[index], rest));
  }
  if (!isRecord(value)) {
    return value;
  }
  const { [step]: part, ...others } = value;
  return rest.length === 0
    ? others
    : Object.fromEntries(
        Object.entries(value).map(([name, field]) =>
          name === step ? [name, withoutValueAt(part, rest)] : [name, field],
        ),
      );
}

/**
 * What a text becomes inside of a list or map: `true` and `false` a boolean, digits a whole number unless they begin
 * with a zero (`coerce` in sdk/go/common/resource/config of pulumi/pulumi).
 */
export function coerceText(text: string): string | boolean | bigint {
  if (text === "true" || text === "false") {
    return text === "true";
  }
  if (!/^([-+]?[1-9]\d*|0|[-+]0+)$/.test(text)) {
    return text;
  }
  const value = BigInt(text.replace(/^\+/, ""));
  return value >= -(2n ** 63n) && value < 2n ** 64n ? value : text;
}
