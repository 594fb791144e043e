/** The settings of a stack, by name, and what their values may be. docs/settings.md tells what they mean. */
import { isRecord } from "../../common/values/is-record.ts";

/** What a value may be. */
export interface Kind {
  /** In words: `it must be …`. */
  readonly wanted: string;
  readonly fits: (value: unknown) => boolean;
}

/** A text in braces that is not a placeholder: `{nmae}`. */
const STRAY_PLACEHOLDER = /\{(?!(?:name|stack)\})[^{}]*\}/;

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";

const TEXT: Kind = { wanted: "a non-empty string", fits: isText };

/** A text in which `{name}` and `{stack}` stand for themselves. */
const TEMPLATE: Kind = {
  wanted: 'a non-empty string in which "{name}" and "{stack}" are the only placeholders',
  fits: (value) => isText(value) && !STRAY_PLACEHOLDER.test(value),
};

const FLAG: Kind = { wanted: "true or false", fits: (value) => typeof value === "boolean" };

const COUNT: Kind = {
  wanted: "a whole number above 0",
  fits: (value) => typeof value === "number" && Number.isInteger(value) && value > 0,
};

const MODE: Kind = {
  wanted: '"dev" or "prod"',
  fits: (value) => value === "dev" || value === "prod",
};

const SHA256: Kind = {
  wanted: "64 hexadecimal digits (ytcode history FOLDER --json prints them)",
  fits: (value) => typeof value === "string" && /^[0-9a-f]{64}$/.test(value),
};

const SOURCE: Kind = {
  wanted:
    'the name of a stack, or an object with "stack" and, where it has another name, "pipeline"',
  fits: (value) =>
    isText(value) ||
    (isRecord(value) &&
      isText(value["stack"]) &&
      Object.entries(value).every(
        ([key, inner]) => key === "stack" || (key === "pipeline" && isText(inner)),
      )),
};

/** What may be said of one pipeline: in the list, in `defaults`, in `overrides`. */
export const PIPELINE_SETTINGS: Readonly<Record<string, Kind>> = {
  directory: TEMPLATE,
  config: TEMPLATE,
  python: TEMPLATE,
  mode: MODE,
  proxy: TEMPLATE,
  buildFolder: TEMPLATE,
  keepVersions: COUNT,
  adopt: FLAG,
  promoteFrom: SOURCE,
  sha256: SHA256,
  protect: FLAG,
  retainOnDelete: FLAG,
  exportStages: FLAG,
};

/** An entry of the list that is an object. */
export const ENTRY_SETTINGS: Readonly<Record<string, Kind>> = { name: TEXT, ...PIPELINE_SETTINGS };

/** What `pipelines` holds where it is an object. */
export const PIPELINES_KEYS = ["from", "defaults", "overrides"] as const;

/** Settings of the stack as a whole that hold one value. */
export const STACK_SETTINGS: Readonly<Record<string, Kind>> = {
  promoteFrom: TEXT,
  requirePromotion: FLAG,
  allowDirty: FLAG,
};

/** All settings that declare pipelines. */
export const DECLARING_SETTINGS: readonly string[] = [
  "pipelines",
  "defaults",
  "overrides",
  ...Object.keys(STACK_SETTINGS),
];

/** The namespace that is the same in all projects. */
export const NAMESPACE = "yt";

/** Settings of the provider, which are read elsewhere. Only in {@link NAMESPACE}. */
export const PROVIDER_SETTINGS: readonly string[] = [
  "proxy",
  "proxySuffix",
  "proxyDiscovery",
  "dataProxies",
  "token",
  "tokens",
];
