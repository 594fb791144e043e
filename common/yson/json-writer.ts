/** Writing JSON in the cluster's dialect: attributes, types, bytes as characters. */
import type { ByteString } from "./byte-string.ts";
import { bytesFromText, findText } from "./byte-string.ts";
import { ValueSyntaxError } from "./syntax-error.ts";
import type { YsonMap, YsonValue } from "./value.ts";

/** Options of the cluster's JSON format, with the cluster's own defaults. */
export interface JsonOptions {
  /**
   * True: each byte becomes the character of that number. False: strings are UTF-8 text.
   *
   * @default true
   */
  readonly encodeUtf8?: boolean;
  /**
   * Whether values show their attributes: when they have some, always, or never.
   *
   * @default "on_demand"
   */
  readonly attributesMode?: "always" | "never" | "on_demand";
  /**
   * Writes each scalar as `{"$type":…,"$value":…}`.
   *
   * @default false
   */
  readonly annotateWithTypes?: boolean;
  /**
   * Writes each scalar as a string.
   *
   * @default false
   */
  readonly stringify?: boolean;
}

/**
 * Writes a value as JSON text in UTF-8.
 *
 * @throws {ValueSyntaxError} when a string has no representation under these options
 */
export function writeJson(value: YsonValue, options: JsonOptions = {}): ByteString {
  return bytesFromText(write(value, options));
}

/** Writes a value as JSON text in ASCII alone, as a header must be. */
export function writeJsonAscii(value: YsonValue, options: JsonOptions = {}): ByteString {
  return write(value, options).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function write(value: YsonValue, options: JsonOptions): string {
  const attributes = shownAttributes(value, options);
  if (attributes === undefined) {
    return writeBare(value, options);
  }
  const entries = writeEntries(attributes, options);
  return `{"$attributes":${entries},"$value":${writeBare(value, options)}}`;
}

function shownAttributes(value: YsonValue, options: JsonOptions): YsonMap | undefined {
  switch (options.attributesMode ?? "on_demand") {
    case "always":
      return value.attributes ?? new Map();
    case "never":
      return undefined;
    case "on_demand":
      return value.attributes?.size === 0 ? undefined : value.attributes;
  }
}

function writeBare(value: YsonValue, options: JsonOptions): string {
  switch (value.type) {
    case "entity":
      return "null";
    case "list":
      return `[${value.items.map((item) => write(item, options)).join(",")}]`;
    case "map":
      return writeEntries(value.entries, options);
    case "string":
      return annotate("string", writeString(value.value, options), options);
    case "int64":
    case "uint64":
    case "boolean":
      return writeScalar(value.type, String(value.value), options);
    case "double":
      return writeScalar("double", doubleText(value.value, options), options);
  }
}

function writeScalar(type: string, text: string, options: JsonOptions): string {
  const integer = type === "int64" || type === "uint64";
  const quoted = options.stringify === true || (options.annotateWithTypes === true && integer);
  return annotate(type, quoted ? JSON.stringify(text) : text, options);
}

function annotate(type: string, written: string, options: JsonOptions): string {
  return options.annotateWithTypes === true ? `{"$type":"${type}","$value":${written}}` : written;
}

function doubleText(value: number, options: JsonOptions): string {
  // `String` would drop the sign of a negative zero.
  if (Object.is(value, -0)) {
    return "-0";
  }
  if (Number.isFinite(value) || options.stringify === true) {
    return String(value);
  }
  throw new ValueSyntaxError(
    'Unexpected NaN or infinity in JSON; please use "stringify" option in the format description',
  );
}

function writeEntries(entries: YsonMap, options: JsonOptions): string {
  const pairs = [...entries].map(([key, value]) => {
    const name = key.startsWith("$") ? `$${key}` : key;
    return `${writeString(name, options)}:${write(value, options)}`;
  });
  return `{${pairs.join(",")}}`;
}

function writeString(bytes: ByteString, options: JsonOptions): string {
  if (options.encodeUtf8 !== false) {
    return JSON.stringify(bytes);
  }
  const text = findText(bytes);
  if (text === undefined) {
    throw new ValueSyntaxError("Invalid UTF-8 string in JSON");
  }
  return JSON.stringify(text);
}
