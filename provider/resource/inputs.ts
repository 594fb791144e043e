/**
 * The inputs of the resource after `check`: the settings, and one top-level key per part of the
 * archive, so that Pulumi's own diff names what changes.
 */
import { isPartKey } from "../manifest/part-key.ts";
import type { Mode } from "../pipeline/configuration/configuration.ts";
import type { AddressRules } from "../yt/proxy-address.ts";
import { isProperties } from "./arguments.ts";
import type { Declarer, DECLARER_KEY, Properties } from "./arguments.ts";
import type { CHANGE_OPTIONS_KEY, ChangeOptions } from "./change-options.ts";
import type { KnownOutputs } from "./known-outputs.ts";
import { isSameAddress, isSameFolder } from "./places.ts";

/** The input that holds what follows from the inputs alone; hidden from diffs by its name. */
export const KNOWN_KEY = "__known";

/** The output that says where something of this resource is on a cluster; see `outputs.ts`. */
export const PUBLISHED_KEY = "__published";

/** The value of the input `archive` when the cluster holds what it should. */
export const IN_PLACE = "in place";

/** The inputs as `check` makes them. Absent values are absent, not undefined. */
// A type alias, as TypeScript does not assign interfaces to records.
export type CheckedInputs = {
  readonly pipeline?: string;
  readonly config?: string;
  readonly python?: string;
  readonly mode: Mode;
  readonly proxy?: string;
  readonly buildFolder?: string;
  readonly keepVersions?: number;
  readonly adopt?: boolean;
  /** Digest of what the configuration asks for, apart from mode and build folder. */
  readonly configuration?: string;
  /** Where the package `ytjobs` is taken from. */
  readonly ytjobs?: string;
  /** Where the archive is promoted from. */
  readonly source?: { readonly proxy: string; readonly buildFolder: string };
  /** The argument `sha256`, under another name than the output: the pinned version of the source. */
  readonly pin?: string;
  /** {@link IN_PLACE}; in state, what `read` found instead. */
  readonly archive: string;
  readonly [DECLARER_KEY]: Declarer;
  /** Absent where the program names no parts. */
  readonly [CHANGE_OPTIONS_KEY]?: ChangeOptions;
  readonly [KNOWN_KEY]: KnownOutputs;
  /** A part: its files with short digests, or its own short digest when it is promoted. */
  readonly [part: `${string}/${string}`]: unknown;
};

/** The settings whose change is a change of the resource. Parts are compared by their digests. */
const COMPARED_SETTINGS = ["configuration", "mode", "proxy", "buildFolder", "source", "archive"];

/** What the resource reports beside its inputs; see `outputs.ts`. */
const OUTPUT_ONLY = new Set([
  "archivePath",
  "versionPath",
  "digest",
  "sha256",
  "md5",
  "bytes",
  "stages",
  "promotedFrom",
  PUBLISHED_KEY,
]);

/** The inputs among some state's outputs. */
export function inputsOf(outputs: Properties): Properties {
  return Object.fromEntries(Object.entries(outputs).filter(([key]) => !OUTPUT_ONLY.has(key)));
}

/**
 * The names of the inputs that differ, sorted. Another spelling of a path or of an address is no
 * difference: there is nothing to do for it.
 *
 * @param rules what an address means beside what it says
 */
export function changedInputs(
  olds: Properties,
  news: Properties,
  rules: AddressRules = {},
): readonly string[] {
  const keys = new Set([...Object.keys(olds), ...Object.keys(news)]);
  const compared = [...keys].filter((key) => COMPARED_SETTINGS.includes(key) || isPartKey(key));
  const [partsBefore, partsNow] = [fullDigests(olds), fullDigests(news)];
  const isSamePart = (key: string): boolean =>
    key in olds &&
    key in news &&
    partsBefore[key] !== undefined &&
    partsBefore[key] === partsNow[key];
  const changed = compared.filter(
    (key) => !isSamePart(key) && !isSame(key, olds[key], news[key], rules),
  );
  // Short digests are for people; the full one decides.
  if (changed.length === 0 && fullDigest(olds) !== fullDigest(news)) {
    changed.push(KNOWN_KEY);
  }
  return changed.toSorted();
}

function isSame(key: string, one: unknown, other: unknown, rules: AddressRules): boolean {
  if (canonical(one) === canonical(other)) {
    return true;
  }
  if (key === "source" && isProperties(one) && isProperties(other)) {
    return ["proxy", "buildFolder"].every((part) => isSame(part, one[part], other[part], rules));
  }
  if (typeof one !== "string" || typeof other !== "string") {
    return false;
  }
  return (
    (key === "proxy" && isSameAddress(one, other, rules)) ||
    (key === "buildFolder" && isSameFolder(one, other))
  );
}

/** Of parts, by their keys: where they are the same, the digests of all their files need not be compared. */
function fullDigests({ [KNOWN_KEY]: known }: Properties): Properties {
  const parts = isProperties(known) ? known["parts"] : undefined;
  return isProperties(parts) ? parts : {};
}

function fullDigest(properties: Properties): unknown {
  const known = properties[KNOWN_KEY];
  return isProperties(known) ? known["digest"] : known;
}

/** JSON with sorted keys, so that equal values are equal texts. */
export function canonical(value: unknown): string {
  return JSON.stringify(value ?? null, (_, inner: unknown) =>
    isProperties(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
