/**
 * YTsaurus's JSON: plain JSON plus attributes (`{"$attributes": …, "$value": …}`) and `$` escapes.
 * The client always asks for `encode_utf8=false`, where strings are ordinary text.
 */
import { isRecord } from "../../common/values/is-record.ts";

/** A value with attributes, as `get` and `list` answer when asked for attributes. */
export interface WithAttributes {
  readonly value: unknown;
  /** Empty when the answer holds none. */
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** Turns a value into what goes over the wire: keys that begin with `$` get one more. */
export function encodeYtJson(value: unknown): string {
  return JSON.stringify(escapeKeys(value));
}

/** JSON in pure ASCII, fit for an HTTP header. */
export function encodeHeaderJson(value: unknown): string {
  // Node writes headers as Latin-1: anything beyond ASCII is escaped as \uXXXX.
  return encodeYtJson(value).replaceAll(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Splits a parsed answer into value and attributes; nested attributes are dropped. */
export function decodeWithAttributes(json: unknown): WithAttributes {
  if (isRecord(json) && "$value" in json) {
    const attributes = json["$attributes"];
    return {
      value: decodeYtJson(json["$value"]),
      attributes: isRecord(attributes) ? decodeRecord(attributes) : {},
    };
  }
  return { value: decodeYtJson(json), attributes: {} };
}

/** A parsed answer as plain values: attributes dropped, `$` escapes undone. */
export function decodeYtJson(json: unknown): unknown {
  if (Array.isArray(json)) {
    return json.map((item) => decodeYtJson(item));
  }
  if (!isRecord(json)) {
    return json;
  }
  return "$value" in json ? decodeYtJson(json["$value"]) : decodeRecord(json);
}

function decodeRecord(json: Record<string, unknown>): Record<string, unknown> {
  return fromEntries(
    Object.entries(json).map(([key, value]) => [
      key.startsWith("$$") ? key.slice(1) : key,
      decodeYtJson(value),
    ]),
  );
}

function escapeKeys(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => escapeKeys(item));
  }
  if (!isRecord(value)) {
    return value;
  }
  return fromEntries(
    Object.entries(value).map(([key, item]) => [
      key.startsWith("$") ? `$${key}` : key,
      escapeKeys(item),
    ]),
  );
}

function fromEntries(entries: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  // Object.fromEntries defines properties, so a key "__proto__" stays an ordinary key.
  return Object.fromEntries(entries);
}
