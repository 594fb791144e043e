/** Reads a stack's settings from Pulumi's configuration, and collects what is wrong with them. */
import { isRecord } from "../../common/values/is-record.ts";
import {
  DECLARING_SETTINGS,
  ENTRY_SETTINGS,
  NAMESPACE,
  PIPELINE_SETTINGS,
  PIPELINES_KEYS,
  PROVIDER_SETTINGS,
  STACK_SETTINGS,
} from "./known-settings.ts";
import type { Kind } from "./known-settings.ts";
import { inside, placeText, shownValue } from "./mistakes.ts";
import type { Mistake, Place } from "./mistakes.ts";

/** What is said of a pipeline, by name of the setting. Null stands for "as if it were not set". */
export type PipelineValues = Readonly<Record<string, unknown>>;

/** An entry of the list of pipelines. */
export interface Entry {
  readonly place: Place;
  /** A directory, a name, or a pattern of either; `!` in front leaves out. */
  readonly pattern: string | undefined;
  /** Undefined where the directory gives it. */
  readonly name: string | undefined;
  readonly values: PipelineValues;
}

/** Settings of a pipeline by its name. */
export interface Override {
  readonly place: Place;
  readonly values: PipelineValues;
}

/** A stack's settings. */
export interface StackSettings {
  readonly entries: readonly Entry[];
  readonly pipelinesPlace: Place;
  readonly defaults: PipelineValues;
  readonly defaultsPlace: Place;
  readonly overrides: ReadonlyMap<string, Override>;
  readonly promoteFrom: { readonly stack: string; readonly place: Place } | undefined;
  readonly requirePromotion: boolean;
}

/** Where settings may be. */
export interface ReadSettingsOptions {
  /** The project's name: a namespace beside `yt`. */
  readonly project: string;
  /** Keys of the project's namespace that the program reads itself. */
  readonly otherKeys?: readonly string[] | undefined;
}

/**
 * Reads the settings.
 *
 * @param config the stack's whole configuration: keys with their namespace, values as YAML has them
 * @param mistakes takes all that is wrong
 */
export function readStackSettings(
  config: Readonly<Record<string, unknown>>,
  options: ReadSettingsOptions,
  mistakes: Mistake[],
): StackSettings {
  return new SettingsReader(config, options, mistakes).read();
}

/** A value of Pulumi's configuration, which it keeps as JSON where it is no string. */
export function parseConfigValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

class SettingsReader {
  readonly #config: Readonly<Record<string, unknown>>;
  readonly #options: ReadSettingsOptions;
  readonly #mistakes: Mistake[];

  constructor(
    config: Readonly<Record<string, unknown>>,
    options: ReadSettingsOptions,
    mistakes: Mistake[],
  ) {
    this.#config = config;
    this.#options = options;
    this.#mistakes = mistakes;
  }

  read(): StackSettings {
    this.#refuseUnknown();
    const pipelines = this.#find("pipelines");
    const { list, inner } = this.#pipelines(pipelines);
    const defaults = this.#part("defaults", inner, pipelines.place);
    const overrides = this.#part("overrides", inner, pipelines.place);
    const stackValues = Object.fromEntries(
      Object.entries(STACK_SETTINGS).map(([name, kind]) => {
        const { place, value } = this.#find(name);
        return [name, { place, value: this.#fitting(value, kind, place) }] as const;
      }),
    );
    const promoteFrom = stackValues["promoteFrom"];
    return {
      entries: list.flatMap(({ item, place }) => this.#entry(item, place)),
      pipelinesPlace: pipelines.place,
      defaults: this.#values(defaults.value, PIPELINE_SETTINGS, defaults.place),
      defaultsPlace: defaults.place,
      overrides: this.#overrides(overrides.value, overrides.place),
      promoteFrom:
        typeof promoteFrom?.value === "string"
          ? { stack: promoteFrom.value, place: promoteFrom.place }
          : undefined,
      requirePromotion: stackValues["requirePromotion"]?.value === true,
    };
  }

  /** A setting of the stack, from whichever namespace has it. */
  #find(name: string): { readonly place: Place; readonly value: unknown } {
    const own = `${this.#options.project}:${name}`;
    const common = `${NAMESPACE}:${name}`;
    const isTwice = own !== common && own in this.#config && common in this.#config;
    if (isTwice) {
      this.#wrong({ key: own, path: [] }, `says the same as ${common}: keep one of them`);
    }
    const key = own in this.#config ? own : common;
    return { place: { key, path: [] }, value: this.#config[key] };
  }

  #refuseUnknown(): void {
    const { project, otherKeys = [] } = this.#options;
    const common = [...DECLARING_SETTINGS, ...PROVIDER_SETTINGS];
    const own =
      project === NAMESPACE ? [...common, ...otherKeys] : [...DECLARING_SETTINGS, ...otherKeys];
    for (const key of Object.keys(this.#config)) {
      const [namespace = "", ...rest] = key.split(":");
      const allowed = namespace === project ? own : namespace === NAMESPACE ? common : undefined;
      if (allowed !== undefined && !allowed.includes(rest.join(":"))) {
        this.#unknown({ key, path: [] }, allowed);
      }
    }
  }

  /** `pipelines` in one of its three forms: a pattern, a list, an object with the list in `from`. */
  #pipelines({ place, value }: { readonly place: Place; readonly value: unknown }): {
    readonly list: readonly { readonly item: unknown; readonly place: Place }[];
    readonly inner: Readonly<Record<string, unknown>>;
  } {
    const isObject = isRecord(value);
    const inner = isObject ? value : {};
    const listPlace = isObject ? inside(place, "from") : place;
    for (const key of Object.keys(inner)) {
      if (!PIPELINES_KEYS.some((known) => known === key)) {
        this.#unknown(inside(place, key), PIPELINES_KEYS);
      }
    }
    const list = isObject ? inner["from"] : value;
    if (Array.isArray(list)) {
      const items = list.map((item: unknown, at) => ({ item, place: inside(listPlace, at) }));
      return { list: items, inner };
    }
    if (typeof list === "string" && list !== "") {
      return { list: [{ item: list, place: listPlace }], inner };
    }
    const is = list === undefined ? "it is missing" : `it is ${shownValue(list)}`;
    const isPromoting = [this.#options.project, NAMESPACE].some(
      (namespace) => `${namespace}:promoteFrom` in this.#config,
    );
    const wanted = isPromoting
      ? 'the name of an archive that is promoted, a pattern of names like "*", or a list of these'
      : 'a pattern like "./pipelines/*", or a list of patterns and pipelines';
    this.#wrong(listPlace, `must be ${wanted}: ${is}`);
    return { list: [], inner };
  }

  /** `defaults` and `overrides` stand beside `pipelines`, or in it. */
  #part(
    name: string,
    inner: Readonly<Record<string, unknown>>,
    pipelines: Place,
  ): { readonly place: Place; readonly value: unknown } {
    const beside = this.#find(name);
    if (inner[name] === undefined) {
      return beside;
    }
    if (beside.value !== undefined) {
      this.#wrong(
        beside.place,
        `says the same as ${placeText(inside(pipelines, name))}: keep one of them`,
      );
    }
    return { place: inside(pipelines, name), value: inner[name] };
  }

  #entry(item: unknown, place: Place): readonly Entry[] {
    if (typeof item === "string" && item !== "" && item !== "!") {
      return [{ place, pattern: item, name: undefined, values: {} }];
    }
    if (!isRecord(item)) {
      this.#wrong(place, `must be a pattern or an object: it is ${shownValue(item)}`);
      return [];
    }
    const { name, ...values } = this.#values(item, ENTRY_SETTINGS, place);
    if (typeof name !== "string" && typeof values["directory"] !== "string") {
      this.#wrong(place, 'must have a "name" or a "directory"');
      return [];
    }
    return [
      { place, pattern: undefined, name: typeof name === "string" ? name : undefined, values },
    ];
  }

  #overrides(value: unknown, place: Place): ReadonlyMap<string, Override> {
    if (value === undefined || value === null) {
      return new Map();
    }
    if (!isRecord(value)) {
      this.#wrong(
        place,
        `must be an object with an object for each pipeline: it is ${shownValue(value)}`,
      );
      return new Map();
    }
    return new Map(
      Object.entries(value).map(([name, override]) => {
        const at = inside(place, name);
        return [
          name,
          { place: at, values: this.#values(override, PIPELINE_SETTINGS, at) },
        ] as const;
      }),
    );
  }

  /** What fits of an object's values. */
  #values(value: unknown, kinds: Readonly<Record<string, Kind>>, place: Place): PipelineValues {
    if (value === undefined || value === null) {
      return {};
    }
    if (!isRecord(value)) {
      this.#wrong(place, `must be an object: it is ${shownValue(value)}`);
      return {};
    }
    return Object.fromEntries(
      Object.entries(value).filter(([name, inner]) => {
        const at = inside(place, name);
        const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
        if (kind === undefined) {
          this.#unknown(at, Object.keys(kinds));
          return false;
        }
        return inner === null || this.#fitting(inner, kind, at) !== undefined;
      }),
    );
  }

  #fitting(value: unknown, { wanted, fits }: Kind, place: Place): unknown {
    if (value === undefined || value === null || fits(value)) {
      return value ?? undefined;
    }
    this.#wrong(place, `must be ${wanted}: it is ${shownValue(value)}`);
    return undefined;
  }

  #unknown(place: Place, allowed: readonly string[]): void {
    this.#wrong(place, `is not known here: known are ${allowed.join(", ")}`);
  }

  #wrong(place: Place, problem: string): void {
    this.#mistakes.push({ place, problem });
  }
}
