/**
 * `ignoreChanges` and `replaceOnChanges` of parts. Pulumi applies these options to what the program gives, and to
 * what a provider names in detail: parts are neither, so the resource hands them to the provider.
 */
import { listSome } from "../../common/text/list.ts";
import { shownName } from "../../common/text/shown-name.ts";
import { UserError } from "../../common/errors/user-error.ts";
import { isPartKey } from "../manifest/part-key.ts";
import { matchesName } from "../settings/name-pattern.ts";
import { isProperties } from "./arguments.ts";
import type { Properties } from "./arguments.ts";

/** The input that carries the {@link ChangeOptions}; its name keeps it out of what Pulumi shows. */
export const CHANGE_OPTIONS_KEY = "__changeOptions";

/** How many parts a warning lists. */
const MAX_LISTED = 8;

const NAMES = ["ignoreChanges", "replaceOnChanges"] as const;

/** The two options, as far as they are about parts: parts' keys, or patterns such as `stages/*`. */
// A type alias, as TypeScript does not assign interfaces to records.
export type ChangeOptions = {
  readonly [Name in (typeof NAMES)[number]]?: readonly string[];
};

/** Stands for every input. */
const ALL = "*";

/** Takes out of a resource's options what is about parts. */
export function takeChangeOptions<Options extends { [Name in keyof ChangeOptions]: string[] }>(
  options: Options,
): { readonly options: Options; readonly taken: ChangeOptions | undefined } {
  let others = options;
  const taken = NAMES.flatMap((name) => {
    const paths = options[name] ?? [];
    const ofParts = paths.filter((path) => isPartKey(path) || keyOf(path) === ALL);
    if (ofParts.length === 0) {
      return [];
    }
    others = { ...others, [name]: paths.filter((path) => !ofParts.includes(path)) };
    return [[name, ofParts] as const];
  });
  return {
    options: others,
    taken: taken.length === 0 ? undefined : Object.fromEntries(taken),
  };
}

/**
 * Reads the options among the arguments.
 *
 * @param mistakes takes a {@link UserError} for every path that leads into a part
 * @returns parts' keys without Pulumi's path syntax; undefined when the options name none
 */
export function parseChangeOptions(
  news: Properties,
  mistakes: UserError[],
): ChangeOptions | undefined {
  const given = changeOptions(news);
  const parsed = NAMES.flatMap((name) => {
    const keys = given[name]?.map((path) => {
      const key = keyOf(path);
      if (key === path && /[[\]]/.test(path)) {
        mistakes.push(
          new UserError(
            `Cannot use "${path}" in ${name} as it leads into a part: name the whole part`,
            { argument: name },
          ),
        );
      }
      return key;
    });
    return keys === undefined ? [] : [[name, keys] as const];
  });
  return parsed.length === 0 ? undefined : Object.fromEntries(parsed);
}

/** The options among inputs. */
export function changeOptions({ [CHANGE_OPTIONS_KEY]: value }: Properties): ChangeOptions {
  const options = isProperties(value) ? value : {};
  return Object.fromEntries(
    NAMES.flatMap((name) => {
      const list = options[name];
      return Array.isArray(list) ? [[name, list.filter((path) => typeof path === "string")]] : [];
    }),
  );
}

/** A warning for each part that the options name and an archive does not have. A pattern may fit none. */
export function optionWarnings(
  options: ChangeOptions | undefined,
  parts: readonly string[],
): readonly string[] {
  return NAMES.flatMap((name) =>
    (options?.[name] ?? [])
      .filter((key) => !key.includes(ALL) && !parts.includes(key))
      .map(
        (key) =>
          `Warning: ${name} has no effect for "${shownName(key)}", which is no part of the archive: ` +
          `it has ${listSome(parts.map(shownName), MAX_LISTED)}`,
      ),
  );
}

/** Whether one of the options names an input. */
export function isNamedBy(patterns: readonly string[] | undefined, key: string): boolean {
  return patterns?.some((pattern) => matchesName(key, pattern)) === true;
}

/** `["stages/x"]` is `stages/x`; what is no single name in brackets stays as it is. */
function keyOf(path: string): string {
  if (path === `[${ALL}]`) {
    return ALL;
  }
  const [, quoted] = /^\["((?:[^"\\]|\\.)*)"\]$/.exec(path) ?? [];
  return quoted?.replaceAll(/\\(.)/g, "$1") ?? path;
}
