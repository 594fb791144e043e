/** Writing YSON as text, on one line or indented. */
import type { ByteString } from "./byte-string.ts";
import type { YsonMap, YsonValue } from "./value.ts";

/** How YSON text is laid out: on one line, or indented for people. */
export type TextLayout = "text" | "pretty";

/**
 * Writes a value as YSON text. The one-line layout never contains a line feed, so a record of
 * the journal can be a line.
 */
export function writeYsonText(value: YsonValue, layout: TextLayout = "text"): ByteString {
  return write(value, layout === "pretty" ? "\n" : undefined);
}

/** @param lineStart line feed and indentation of the current level, or undefined for one line */
function write(value: YsonValue, lineStart: string | undefined): ByteString {
  const attributes = value.attributes;
  if (attributes === undefined || attributes.size === 0) {
    return writeBare(value, lineStart);
  }
  return (
    writeItems("<", pairs(attributes, lineStart), ">", lineStart) + writeBare(value, lineStart)
  );
}

function writeBare(value: YsonValue, lineStart: string | undefined): ByteString {
  switch (value.type) {
    case "entity":
      return "#";
    case "string":
      return quote(value.value);
    case "int64":
      return value.value.toString();
    case "uint64":
      return `${value.value}u`;
    case "double":
      return writeDouble(value.value);
    case "boolean":
      return value.value ? "%true" : "%false";
    case "list":
      return writeItems(
        "[",
        value.items.map((item) => write(item, indented(lineStart))),
        "]",
        lineStart,
      );
    case "map":
      return writeItems("{", pairs(value.entries, lineStart), "}", lineStart);
  }
}

function pairs(entries: YsonMap, lineStart: string | undefined): string[] {
  const equals = lineStart === undefined ? "=" : " = ";
  return [...entries].map(
    ([key, value]) => quote(key) + equals + write(value, indented(lineStart)),
  );
}

function writeItems(
  open: string,
  items: readonly string[],
  close: string,
  lineStart: string | undefined,
): string {
  if (lineStart === undefined || items.length === 0) {
    return open + items.join(";") + close;
  }
  const start = indented(lineStart) ?? "";
  return open + items.map((item) => `${start}${item};`).join("") + lineStart + close;
}

function indented(lineStart: string | undefined): string | undefined {
  return lineStart === undefined ? undefined : `${lineStart}    `;
}

function writeDouble(value: number): string {
  if (Number.isNaN(value)) {
    return "%nan";
  }
  if (!Number.isFinite(value)) {
    return value > 0 ? "%inf" : "%-inf";
  }
  const digits = Object.is(value, -0) ? "-0" : String(value);
  // Without a point or an exponent it would read back as an integer.
  return /[.e]/.test(digits) ? digits : `${digits}.`;
}

const NAMED_ESCAPES: Readonly<Record<string, string>> = {
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  '"': '\\"',
  "\\": "\\\\",
};

function quote(bytes: ByteString): string {
  // oxlint-disable-next-line no-control-regex -- exactly the bytes that are not printable ASCII
  const escaped = bytes.replace(/[\x00-\x1f"\\\x7f-\xff]/g, escapeByte);
  return `"${escaped}"`;
}

function escapeByte(byte: string): string {
  const hex = byte.charCodeAt(0).toString(16).padStart(2, "0");
  return NAMED_ESCAPES[byte] ?? `\\x${hex}`;
}
