/** The formats of structured data: how they are named, read and written. */
import { genericError, notEmulatedError } from "../errors/yt-error.ts";
import { writeYsonBinary } from "../../common/yson/binary.ts";
import type { ByteString } from "../../common/yson/byte-string.ts";
import type { JsonOptions } from "../../common/yson/json-writer.ts";
import { writeJson } from "../../common/yson/json-writer.ts";
import { parseJson } from "../../common/yson/json-reader.ts";
import { parseYson } from "../../common/yson/parser.ts";
import { ValueSyntaxError } from "../../common/yson/syntax-error.ts";
import { writeYsonText } from "../../common/yson/text-writer.ts";
import { asBoolean } from "../../common/yson/value.ts";
import type { YsonMap, YsonValue } from "../../common/yson/value.ts";

/** A format of structured data, as `input_format` and `output_format` name it. */
export type Format =
  | { readonly type: "json"; readonly options: JsonOptions }
  | { readonly type: "yson"; readonly layout: "binary" | "text" | "pretty" };

/** The cluster's default JSON: one character per byte. */
export const DEFAULT_JSON: Format = { type: "json", options: {} };

/** `yson` without attributes is the binary form. */
export const BINARY_YSON: Format = { type: "yson", layout: "binary" };

const CONTENT_TYPE = {
  json: "application/json",
  binary: "application/x-yt-yson-binary",
  text: "application/x-yt-yson-text",
  pretty: "application/x-yt-yson-pretty",
} as const;

/** The format that a value such as `<encode_utf8=%false>json` names. */
export function formatFromValue(value: YsonValue): Format {
  if (value.type !== "string") {
    throw genericError("Format must be a string");
  }
  const attributes = value.attributes ?? new Map<ByteString, YsonValue>();
  switch (value.value) {
    case "json":
      return { type: "json", options: jsonOptions(attributes) };
    case "yson":
      return { type: "yson", layout: ysonLayout(attributes) };
    default:
      throw notEmulatedError(`format "${value.value}"`);
  }
}

/** The format of a MIME type, or undefined for one that selects nothing, such as `*\/*`. */
export function findFormatByContentType(contentType: string): Format | undefined {
  switch (contentType) {
    case CONTENT_TYPE.json:
      return DEFAULT_JSON;
    case CONTENT_TYPE.binary:
      return BINARY_YSON;
    case CONTENT_TYPE.text:
      return { type: "yson", layout: "text" };
    case CONTENT_TYPE.pretty:
      return { type: "yson", layout: "pretty" };
    default:
      return undefined;
  }
}

/** The MIME type of what `encode()` gives. */
export function contentTypeOf(format: Format): string {
  return format.type === "json" ? CONTENT_TYPE.json : CONTENT_TYPE[format.layout];
}

/** Reads one value; a syntax error becomes the cluster's error. */
export function decode(bytes: ByteString, format: Format): YsonValue {
  return asYtError(() =>
    format.type === "json" ? parseJson(bytes, format.options) : parseYson(bytes),
  );
}

/** Writes one value. */
export function encode(value: YsonValue, format: Format): ByteString {
  return asYtError(() => {
    if (format.type === "json") {
      return writeJson(value, format.options);
    }
    return format.layout === "binary"
      ? writeYsonBinary(value)
      : writeYsonText(value, format.layout);
  });
}

function asYtError<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof ValueSyntaxError) {
      throw genericError(error.message);
    }
    throw error;
  }
}

/** Attributes that are not listed here (there are many) change nothing the emulator writes. */
function jsonOptions(attributes: YsonMap): JsonOptions {
  return {
    encodeUtf8: flag(attributes, "encode_utf8", true),
    annotateWithTypes: flag(attributes, "annotate_with_types", false),
    stringify: flag(attributes, "stringify", false),
    attributesMode: attributesMode(attributes.get("attributes_mode")),
  };
}

function attributesMode(value: YsonValue | undefined): "always" | "never" | "on_demand" {
  if (value === undefined) {
    return "on_demand";
  }
  if (value.type === "string") {
    if (value.value === "always" || value.value === "never" || value.value === "on_demand") {
      return value.value;
    }
  }
  throw genericError('Format attribute "attributes_mode" must be "always", "never" or "on_demand"');
}

function ysonLayout(attributes: YsonMap): "binary" | "text" | "pretty" {
  const value = attributes.get("format");
  if (value === undefined) {
    return "binary";
  }
  if (value.type === "string") {
    if (value.value === "binary" || value.value === "text" || value.value === "pretty") {
      return value.value;
    }
  }
  throw genericError('Format attribute "format" must be "binary", "text" or "pretty"');
}

function flag(attributes: YsonMap, name: string, defaultValue: boolean): boolean {
  const value = attributes.get(name);
  if (value === undefined) {
    return defaultValue;
  }
  const truth = asBoolean(value);
  if (truth === undefined) {
    throw genericError(`Format attribute "${name}" must be a boolean`);
  }
  return truth;
}
