/**
 * The value tree of YTsaurus (YSON's data model): what parameters, documents, attributes and
 * answers are made of. Formats read and write it; nothing here knows about text.
 */
import type { ByteString } from "./byte-string.ts";

/** Attributes of a value, or the entries of a map. Keys are byte strings. */
export type YsonMap = ReadonlyMap<ByteString, YsonValue>;

interface Annotated {
  readonly attributes?: YsonMap | undefined;
}

/** One value with its exact YTsaurus type: int64 and uint64 are `bigint`, so nothing is lost. */
export type YsonValue = Annotated &
  (
    | { readonly type: "entity" }
    | { readonly type: "string"; readonly value: ByteString }
    | { readonly type: "int64"; readonly value: bigint }
    | { readonly type: "uint64"; readonly value: bigint }
    | { readonly type: "double"; readonly value: number }
    | { readonly type: "boolean"; readonly value: boolean }
    | { readonly type: "list"; readonly items: readonly YsonValue[] }
    | { readonly type: "map"; readonly entries: YsonMap }
  );

/** The absent value, `#`. */
export const entity: YsonValue = { type: "entity" };

/** A string; the argument is bytes (ASCII literals may be given as they are). */
export function string(value: ByteString): YsonValue {
  return { type: "string", value };
}

/** A signed integer. */
export function int64(value: number | bigint): YsonValue {
  return { type: "int64", value: BigInt(value) };
}

/** An unsigned integer. */
export function uint64(value: number | bigint): YsonValue {
  return { type: "uint64", value: BigInt(value) };
}

/** A floating-point number. */
export function double(value: number): YsonValue {
  return { type: "double", value };
}

/** A truth value. */
export function boolean(value: boolean): YsonValue {
  return { type: "boolean", value };
}

/** What a value says as a truth value: words count too, as query strings cannot say `%true`; undefined when it is none. */
export function asBoolean(value: YsonValue): boolean | undefined {
  if (value.type === "boolean") {
    return value.value;
  }
  if (value.type === "string" && (value.value === "true" || value.value === "false")) {
    return value.value === "true";
  }
  return undefined;
}

/** A list of values. */
export function list(items: readonly YsonValue[]): YsonValue {
  return { type: "list", items };
}

/** A list of strings. */
export function strings(values: Iterable<ByteString>): YsonValue {
  return list(Array.from(values, string));
}

/** A map, from an object with ASCII keys or from a map of byte strings. */
export function map(entries: Readonly<Record<string, YsonValue>> | YsonMap): YsonValue {
  return { type: "map", entries: entries instanceof Map ? entries : mapOf(entries) };
}

/** The same value with other attributes; none at all when `attributes` is empty. */
export function withAttributes(value: YsonValue, attributes: YsonMap): YsonValue {
  return { ...value, attributes: attributes.size === 0 ? undefined : attributes };
}

function mapOf(entries: Readonly<Record<string, YsonValue>> | YsonMap): YsonMap {
  return new Map(Object.entries(entries));
}
