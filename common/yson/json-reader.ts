/** Reading JSON in the cluster's dialect: attributes, types, bytes as characters. */
import type { ByteString } from "./byte-string.ts";
import { bytesFromText, findText } from "./byte-string.ts";
import { ValueSyntaxError } from "./syntax-error.ts";
import * as yson from "./value.ts";
import type { YsonMap, YsonValue } from "./value.ts";

/** How JSON strings stand for bytes, see `JsonOptions.encodeUtf8`. */
export interface JsonReadOptions {
  /**
   * True: each character is one byte and must not be above U+00FF (the cluster's default).
   * False: strings are ordinary text, their bytes are UTF-8.
   *
   * @default true
   */
  readonly encodeUtf8?: boolean;
}

/** A number as it was written, since `JSON.parse` would round what does not fit a double. */
class NumberSource {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

const MAX_DEPTH = 256;

/**
 * Reads JSON as the cluster does: `$value` and `$attributes` carry attributes, `$type` a type,
 * a leading `$$` in a key is one `$`.
 *
 * @throws {ValueSyntaxError} when it is not JSON, or not JSON that the cluster accepts
 */
export function parseJson(bytes: ByteString, options: JsonReadOptions = {}): YsonValue {
  const text = findText(bytes);
  if (text === undefined) {
    throw new ValueSyntaxError("Invalid UTF-8 string in JSON");
  }
  const convert = options.encodeUtf8 === false ? bytesFromText : bytesFromCharacters;
  return new JsonReader(convert).read(parse(text), 0);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text, keepNumbers);
  } catch (error) {
    if (!(error instanceof SyntaxError)) {
      throw error;
    }
    throw new ValueSyntaxError(`Error parsing JSON: ${error.message}`);
  }
}

function keepNumbers(_: string, value: unknown, context?: { readonly source?: string }): unknown {
  return typeof value === "number" ? new NumberSource(context?.source ?? String(value)) : value;
}

function bytesFromCharacters(text: string): ByteString {
  // oxlint-disable-next-line no-control-regex -- exactly the characters that are not one byte
  if (/[^\x00-\xff]/.test(text)) {
    throw new ValueSyntaxError(
      "Unicode symbols with codes greater than 255 are not supported by default; " +
        'please refer to "encode_utf8" option in the format description',
    );
  }
  return text;
}

class JsonReader {
  readonly #convert: (text: string) => ByteString;

  constructor(convert: (text: string) => ByteString) {
    this.#convert = convert;
  }

  read(value: unknown, depth: number): YsonValue {
    if (depth > MAX_DEPTH) {
      throw new ValueSyntaxError(`Depth limit exceeded while parsing JSON`);
    }
    if (value === null) {
      return yson.entity;
    }
    if (typeof value === "string") {
      return yson.string(this.#convert(value));
    }
    if (typeof value === "boolean") {
      return yson.boolean(value);
    }
    if (value instanceof NumberSource) {
      return readNumber(value.text);
    }
    if (Array.isArray(value)) {
      return yson.list(value.map((item) => this.read(item, depth + 1)));
    }
    if (typeof value === "object") {
      return this.#readObject(new Map(Object.entries(value)), depth);
    }
    throw new TypeError(`JSON.parse gave a ${typeof value}`);
  }

  #readObject(object: ReadonlyMap<string, unknown>, depth: number): YsonValue {
    if (!object.has("$value")) {
      if (object.has("$attributes") || object.has("$type")) {
        throw new ValueSyntaxError('Found key "$attributes" or "$type" without "$value" in JSON');
      }
      return yson.map(this.#readEntries(object, depth));
    }
    const bare = this.#readTyped(object.get("$value"), object.get("$type"), depth);
    const attributes = object.get("$attributes");
    if (attributes === undefined || attributes === null) {
      return bare;
    }
    if (typeof attributes !== "object" || Array.isArray(attributes)) {
      throw new ValueSyntaxError('Value of "$attributes" in JSON must be a map');
    }
    const entries = this.#readEntries(new Map(Object.entries(attributes)), depth);
    return yson.withAttributes(bare, entries);
  }

  #readEntries(object: ReadonlyMap<string, unknown>, depth: number): YsonMap {
    const entries = new Map<ByteString, YsonValue>();
    for (const [key, value] of object) {
      if (key.startsWith("$") && !key.startsWith("$$")) {
        throw new ValueSyntaxError(
          `Key "${key}" starts with single "$"; use "$${key}" to encode this key in JSON format`,
        );
      }
      const name = key.startsWith("$$") ? key.slice(1) : key;
      entries.set(this.#convert(name), this.read(value, depth + 1));
    }
    return entries;
  }

  #readTyped(value: unknown, type: unknown, depth: number): YsonValue {
    const bare = this.read(value, depth + 1);
    if (type === undefined) {
      return bare;
    }
    if (typeof type !== "string") {
      throw new ValueSyntaxError('"$type" in JSON must be a string');
    }
    const text = scalarText(bare);
    switch (type) {
      case "string":
        return yson.string(text);
      case "int64":
        return yson.int64(toBigInt(text));
      case "uint64":
        return yson.uint64(toBigInt(text));
      case "double":
        return yson.double(Number(text));
      case "boolean":
        return yson.boolean(text === "true");
      default:
        throw new ValueSyntaxError(`Unexpected "$type" in JSON: "${type}"`);
    }
  }
}

function scalarText(value: YsonValue): string {
  switch (value.type) {
    case "string":
      return value.value;
    case "int64":
    case "uint64":
    case "double":
    case "boolean":
      return String(value.value);
    case "entity":
    case "list":
    case "map":
      throw new ValueSyntaxError(`Value with "$type" in JSON must be a scalar`);
  }
}

function toBigInt(text: string): bigint {
  if (!/^-?[0-9]+$/.test(text)) {
    throw new ValueSyntaxError(`Not an integer in JSON: "${text}"`);
  }
  return BigInt(text);
}

function readNumber(source: string): YsonValue {
  if (!/^-?[0-9]+$/.test(source)) {
    return yson.double(Number(source));
  }
  const integer = BigInt(source);
  if (integer >= -(2n ** 63n) && integer < 2n ** 63n) {
    return yson.int64(integer);
  }
  if (integer >= 0n && integer < 2n ** 64n) {
    return yson.uint64(integer);
  }
  throw new ValueSyntaxError(`Integer is out of range in JSON: ${source}`);
}
