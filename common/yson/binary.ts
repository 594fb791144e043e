/** Binary YSON: the markers and number encodings that differ from the text form. */
import type { ByteString } from "./byte-string.ts";
import { bytesFromBuffer } from "./byte-string.ts";
import type { YsonMap, YsonValue } from "./value.ts";

/** First byte of a binary scalar. */
export const MARKER = {
  string: "\x01",
  int64: "\x02",
  double: "\x03",
  false: "\x04",
  true: "\x05",
  uint64: "\x06",
} as const;

/** Writes a value as binary YSON. */
export function writeYsonBinary(value: YsonValue): ByteString {
  const attributes = value.attributes;
  const prefix =
    attributes === undefined || attributes.size === 0 ? "" : `<${writePairs(attributes)}>`;
  return prefix + writeBare(value);
}

function writeBare(value: YsonValue): ByteString {
  switch (value.type) {
    case "entity":
      return "#";
    case "string":
      return writeString(value.value);
    case "int64":
      return MARKER.int64 + writeVarint(zigzag(value.value));
    case "uint64":
      return MARKER.uint64 + writeVarint(value.value);
    case "double":
      return MARKER.double + writeDouble(value.value);
    case "boolean":
      return value.value ? MARKER.true : MARKER.false;
    case "list":
      return `[${value.items.map((item) => `${writeYsonBinary(item)};`).join("")}]`;
    case "map":
      return `{${writePairs(value.entries)}}`;
  }
}

function writePairs(entries: YsonMap): ByteString {
  return [...entries]
    .map(([key, value]) => `${writeString(key)}=${writeYsonBinary(value)};`)
    .join("");
}

/** The length is a zigzag varint too, as if it could be negative. */
function writeString(bytes: ByteString): ByteString {
  return MARKER.string + writeVarint(zigzag(BigInt(bytes.length))) + bytes;
}

function zigzag(value: bigint): bigint {
  return BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
}

/** Seven bits a byte, lowest first; the top bit says that more follow. */
function writeVarint(value: bigint): ByteString {
  let bytes = "";
  let rest = value;
  while (rest > 0x7fn) {
    bytes += String.fromCharCode(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  return bytes + String.fromCharCode(Number(rest));
}

/** Eight bytes, little endian. */
function writeDouble(value: number): ByteString {
  const buffer = Buffer.alloc(8);
  buffer.writeDoubleLE(value);
  return bytesFromBuffer(buffer);
}
