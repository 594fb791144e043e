/** Which pipelines a stack's settings declare, with which arguments: nothing is declared here, and nothing packed. */
import path from "node:path";
import { listSome } from "../../common/text/list.ts";
import { DEFAULT_CONFIGURATION_FILE } from "../pipeline/defaults.ts";
import { findDirectories, holdsFile, isPattern, shownDirectory } from "./find-directories.ts";
import { inside, placeText } from "./mistakes.ts";
import type { Mistake, Place } from "./mistakes.ts";
import { matchesName } from "./name-pattern.ts";
import { readArguments } from "./pipeline-arguments.ts";
import type { PipelineArguments } from "./pipeline-arguments.ts";
import { samePlaces } from "./same-places.ts";
import { findSource } from "./sources.ts";
import type { Source } from "./sources.ts";
import type { Entry, PipelineValues, StackSettings } from "./read-settings.ts";

/** A pipeline to declare. */
export interface PlannedPipeline {
  /** The resource's name, and the output's. */
  readonly name: string;
  /** What declares it. */
  readonly place: Place;
  /** The pipeline directory, where it is packed. */
  readonly directory: string | undefined;
  /** Whose bytes it takes, where it is promoted. */
  readonly source: Source | undefined;
  readonly args: PipelineArguments;
  readonly exportStages: boolean;
  readonly protect: boolean | undefined;
  readonly retainOnDelete: boolean | undefined;
}

/** What a plan depends on beside the settings. */
export interface PlanOptions {
  /** The stack's own name. */
  readonly stack: string;
  /** Absolute path: the folder that the program runs in. */
  readonly root: string;
  /** The archives that another stack exports; undefined when that is not known. */
  readonly archivesOf: (stack: string) => readonly string[] | undefined;
}

/**
 * Plans the pipelines, in the order of the settings; those of one pattern by name.
 *
 * @param mistakes takes all that is wrong
 */
export function planPipelines(
  settings: StackSettings,
  options: PlanOptions,
  mistakes: Mistake[],
): readonly PlannedPipeline[] {
  return new Planner(settings, options, mistakes).plan();
}

/** A pipeline that an entry stands for. */
interface Named {
  readonly name: string;
  readonly place: Place;
  /** Whether it is an object of the list, and not found by a pattern. */
  readonly isListed: boolean;
  readonly values: PipelineValues;
}

class Planner {
  readonly #settings: StackSettings;
  readonly #options: PlanOptions;
  readonly #mistakes: Mistake[];

  constructor(settings: StackSettings, options: PlanOptions, mistakes: Mistake[]) {
    this.#settings = settings;
    this.#options = options;
    this.#mistakes = mistakes;
  }

  plan(): readonly PlannedPipeline[] {
    const planned = this.#distinct(this.#named()).map((named) => this.#pipeline(named));
    const names = planned.map(({ name }) => name);
    for (const [name, { place }] of this.#settings.overrides) {
      if (!names.includes(name)) {
        this.#wrong(
          place,
          `is for no pipeline of this stack: there are ${names.join(", ") || "none"}`,
        );
      }
    }
    this.#mistakes.push(...samePlaces(planned));
    return planned;
  }

  #named(): readonly Named[] {
    const { entries } = this.#settings;
    const without = entries.flatMap(({ pattern }) =>
      pattern?.startsWith("!") === true ? [pattern.slice(1)] : [],
    );
    const own = entries.flatMap(({ values }) =>
      typeof values["directory"] === "string" ? [this.#shown(values["directory"])] : [],
    );
    const listed = entries.flatMap(({ pattern, name }) =>
      pattern === undefined && name !== undefined ? [name] : [],
    );
    return entries.flatMap((entry) => {
      const { pattern } = entry;
      if (pattern === undefined) {
        return [this.#listed(entry)];
      }
      if (pattern.startsWith("!")) {
        return [];
      }
      const isName = this.#isPromoting() && !pattern.includes("/");
      const found = isName
        ? this.#archives(pattern, without, entry.place)
        : this.#directories(pattern, without, entry.place);
      // What an object says of a directory, or of an archive, is more than that a pattern matches it.
      return found.filter(({ name, values: { directory } }) =>
        typeof directory === "string" ? !own.includes(directory) : !listed.includes(name),
      );
    });
  }

  #listed({ name, place, values }: Entry): Named {
    const { directory = "" } = values;
    const own = typeof directory === "string" ? directory : "";
    const base = path.basename(path.resolve(this.#options.root, own));
    return { name: name ?? base, place, isListed: true, values };
  }

  #directories(pattern: string, without: readonly string[], place: Place): readonly Named[] {
    const { root } = this.#options;
    const matched = isPattern(pattern)
      ? findDirectories(pattern, { root, without })
      : [this.#shown(pattern)];
    const named = matched.map((directory) => ({
      name: path.basename(path.resolve(root, directory)),
      place,
      isListed: false,
      values: { directory },
    }));
    const found = named.filter(({ name, values }) =>
      holdsFile(root, values.directory, this.#configurationFile(name)),
    );
    if (found.length === 0) {
      const [first] = named;
      const file = this.#configurationFile(first?.name ?? "");
      this.#wrong(
        place,
        isPattern(pattern)
          ? `matches no directory with a pipeline: "${pattern}" matches ${matched.length === 0 ? "no directory" : `${listSome(matched, 5)}, and none holds "${file}"`}`
          : `names no pipeline: "${pattern}" holds no "${file}"`,
      );
    }
    return found;
  }

  #configurationFile(name: string): string {
    const config = readArguments(this.#merged(name, {}), this.#placeholders(name)).args.config;
    return config ?? DEFAULT_CONFIGURATION_FILE;
  }

  #archives(pattern: string, without: readonly string[], place: Place): readonly Named[] {
    const stack = this.#stackSource()?.stack ?? "";
    const named = (name: string): Named => ({ name, place, isListed: false, values: {} });
    const exported = this.#options.archivesOf(stack);
    if (!isPattern(pattern)) {
      return [named(pattern)];
    }
    const names = (exported ?? [])
      .filter((name) => matchesName(name, pattern))
      .filter((name) => !without.some((other) => matchesName(name, other)))
      .toSorted((a, b) => (a < b ? -1 : 1));
    if (names.length === 0 && exported !== undefined) {
      const there =
        exported.length === 0
          ? "it has none, bring it up first"
          : `its archives are ${exported.join(", ")}`;
      this.#wrong(place, `matches no archive of stack "${stack}": "${pattern}"; ${there}`);
    }
    return names.map(named);
  }

  /** A directory that two patterns match is one pipeline; two directories of one name are refused. */
  #distinct(named: readonly Named[]): readonly Named[] {
    const byName = new Map<string, Named>();
    for (const one of named) {
      const other = byName.get(one.name);
      if (other === undefined) {
        byName.set(one.name, one);
      } else if (!this.#isSame(one, other)) {
        const [first, second] = [other, one].map(({ values, place }) =>
          typeof values["directory"] === "string" ? values["directory"] : placeText(place),
        );
        this.#wrong(
          one.place,
          `gives the name "${one.name}" a second time: "${first}" and "${second}"; ` +
            "list one of them with another name, as {name: …, directory: …}",
        );
      }
    }
    return [...byName.values()];
  }

  #isSame(one: Named, other: Named): boolean {
    const isListed = one.isListed || other.isListed;
    return !isListed && one.values["directory"] === other.values["directory"];
  }

  #pipeline({ name, place, values }: Named): PlannedPipeline {
    const merged = this.#merged(name, values);
    const { args, options } = readArguments(merged, this.#placeholders(name));
    const { directory = name, exportStages = false, protect, retainOnDelete } = options;
    const source = this.#source(name, values, place);
    if (source === undefined && this.#settings.requirePromotion) {
      this.#wrong(
        place,
        `is packed from local sources ("${name}"), which "requirePromotion" does not allow in this stack: ` +
          'set "promoteFrom" to the stack to take it from',
      );
    }
    return {
      name,
      place,
      directory: source === undefined ? directory : undefined,
      source,
      args,
      exportStages,
      protect,
      retainOnDelete,
    };
  }

  #merged(name: string, values: PipelineValues): PipelineValues {
    const { defaults, overrides } = this.#settings;
    return { ...defaults, ...values, ...overrides.get(name)?.values };
  }

  #placeholders(name: string): { readonly name: string; readonly stack: string } {
    return { name, stack: this.#options.stack };
  }

  #source(name: string, values: PipelineValues, place: Place): Source | undefined {
    return findSource(this.#merged(name, values), name, this.#settings.promoteFrom, place);
  }

  /** Whether what is in the list are names of another stack's archives. */
  #isPromoting(): boolean {
    return this.#stackSource() !== undefined;
  }

  #stackSource(): Source | undefined {
    const { defaults, promoteFrom, defaultsPlace } = this.#settings;
    return findSource(defaults, "", promoteFrom, inside(defaultsPlace, "promoteFrom"));
  }

  #shown(directory: string): string {
    return shownDirectory(directory, this.#options.root);
  }

  #wrong(place: Place, problem: string): void {
    this.#mistakes.push({ place, problem });
  }
}
