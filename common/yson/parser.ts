/** Reading YSON, text and binary alike. */
import { MARKER } from "./binary.ts";
import type { ByteString } from "./byte-string.ts";
import { bufferOf } from "./byte-string.ts";
import { ValueSyntaxError } from "./syntax-error.ts";
import * as yson from "./value.ts";
import type { YsonMap, YsonValue } from "./value.ts";

const WHITESPACE = /[ \n\t\r\f\v]*/y;
const NUMBER = /[+-]?[0-9][0-9.eE+-]*u?/y;
const BARE_STRING = /[A-Za-z_][A-Za-z0-9_.\-%]*/y;
const KEYWORD = /%(?:true|false|nan|[+-]?inf)/y;
const INTEGER = /^[+-]?[0-9]+$/;
/** The cluster refuses deeper values too (the limit of its own parser). */
const MAX_DEPTH = 256;

const KEYWORDS: ReadonlyMap<string, YsonValue> = new Map([
  ["%true", yson.boolean(true)],
  ["%false", yson.boolean(false)],
  ["%nan", yson.double(Number.NaN)],
  ["%inf", yson.double(Number.POSITIVE_INFINITY)],
  ["%+inf", yson.double(Number.POSITIVE_INFINITY)],
  ["%-inf", yson.double(Number.NEGATIVE_INFINITY)],
]);

/**
 * Reads YSON, text and binary alike: the two may be mixed freely in one document.
 *
 * @throws {ValueSyntaxError} when the bytes are not one value
 */
export function parseYson(bytes: ByteString): YsonValue {
  const parser = new YsonParser(bytes);
  const value = parser.readValue();
  parser.skipWhitespace();
  // A fragment of one item may end in a separator.
  if (parser.peek() === ";") {
    parser.skip(1);
  }
  parser.expectEnd();
  return value;
}

/** A cursor over YSON; public for the prefix of attributes that a path may carry. */
export class YsonParser {
  readonly #bytes: ByteString;
  #position = 0;
  #depth = 0;

  constructor(bytes: ByteString) {
    this.#bytes = bytes;
  }

  /** What has not been read yet. */
  get rest(): ByteString {
    return this.#bytes.slice(this.#position);
  }

  /** The next byte, or "" at the end. */
  peek(): string {
    return this.#bytes.charAt(this.#position);
  }

  /** Moves on by a number of bytes. */
  skip(count: number): void {
    this.#position += count;
  }

  /** Moves to the next byte that is no white space. */
  skipWhitespace(): void {
    this.#match(WHITESPACE);
  }

  /** @throws {ValueSyntaxError} when anything but white space is left */
  expectEnd(): void {
    this.skipWhitespace();
    if (this.peek() !== "") {
      throw this.#unexpected("end of input");
    }
  }

  /** Reads one value with its attributes. */
  readValue(): YsonValue {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) {
      throw new ValueSyntaxError(`Depth limit exceeded while parsing YSON: limit is ${MAX_DEPTH}`);
    }
    this.skipWhitespace();
    const attributes = this.peek() === "<" ? this.readPairs("<", ">") : undefined;
    this.skipWhitespace();
    const bare = this.#readBare();
    this.#depth -= 1;
    return attributes === undefined ? bare : yson.withAttributes(bare, attributes);
  }

  /** Reads `key=value` pairs between two brackets. */
  readPairs(open: string, close: string): YsonMap {
    const entries = new Map<ByteString, YsonValue>();
    this.#readItems(open, close, () => {
      const key = this.#readKey();
      this.skipWhitespace();
      this.#expect("=");
      entries.set(key, this.readValue());
    });
    return entries;
  }

  #readBare(): YsonValue {
    const first = this.peek();
    switch (first) {
      case "#":
        this.skip(1);
        return yson.entity;
      case "[":
        return this.#readList();
      case "{":
        return yson.map(this.readPairs("{", "}"));
      case "%":
        return this.#readKeyword();
      case MARKER.int64:
        this.skip(1);
        return yson.int64(this.#readZigzag());
      case MARKER.uint64:
        this.skip(1);
        return yson.uint64(this.#readVarint());
      case MARKER.double:
        this.skip(1);
        return yson.double(bufferOf(this.#take(8)).readDoubleLE());
      case MARKER.true:
      case MARKER.false:
        this.skip(1);
        return yson.boolean(first === MARKER.true);
      default:
        return /[0-9+-]/.test(first) ? this.#readNumber() : yson.string(this.#readKey());
    }
  }

  #readList(): YsonValue {
    const items: YsonValue[] = [];
    this.#readItems("[", "]", () => items.push(this.readValue()));
    return yson.list(items);
  }

  #readItems(open: string, close: string, readItem: () => void): void {
    this.#expect(open);
    for (;;) {
      this.skipWhitespace();
      if (this.peek() === close) {
        break;
      }
      readItem();
      this.skipWhitespace();
      if (this.peek() !== ";") {
        break;
      }
      this.skip(1);
    }
    this.#expect(close);
  }

  #readKey(): ByteString {
    this.skipWhitespace();
    const first = this.peek();
    if (first === '"') {
      return this.#readQuoted();
    }
    if (first === MARKER.string) {
      this.skip(1);
      const length = this.#readZigzag();
      if (length < 0n) {
        throw this.#unexpected("a string length");
      }
      return this.#take(Number(length));
    }
    const bare = this.#match(BARE_STRING);
    if (bare === "") {
      throw this.#unexpected("a value");
    }
    return bare;
  }

  #readQuoted(): ByteString {
    const start = this.#position + 1;
    let end = start;
    while (this.#bytes[end] !== '"') {
      if (end >= this.#bytes.length) {
        throw new ValueSyntaxError("Unterminated string in YSON");
      }
      end += this.#bytes[end] === "\\" ? 2 : 1;
    }
    this.#position = end + 1;
    return unescape(this.#bytes.slice(start, end));
  }

  #readKeyword(): YsonValue {
    const value = KEYWORDS.get(this.#match(KEYWORD));
    if (value === undefined) {
      throw this.#unexpected("a value");
    }
    return value;
  }

  #readNumber(): YsonValue {
    const digits = this.#match(NUMBER);
    if (digits.endsWith("u") && INTEGER.test(digits.slice(0, -1))) {
      return yson.uint64(inRange(BigInt(digits.slice(0, -1)), 0n, 2n ** 64n - 1n));
    }
    if (INTEGER.test(digits)) {
      return yson.int64(inRange(BigInt(digits.replace("+", "")), -(2n ** 63n), 2n ** 63n - 1n));
    }
    const value = Number(digits);
    if (digits === "" || Number.isNaN(value)) {
      throw this.#unexpected("a number");
    }
    return yson.double(value);
  }

  #readZigzag(): bigint {
    const raw = this.#readVarint();
    return BigInt.asIntN(64, (raw >> 1n) ^ -(raw & 1n));
  }

  #readVarint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#take(1).charCodeAt(0);
      value |= BigInt(byte & 0x7f) << shift;
      if ((byte & 0x80) === 0) {
        return BigInt.asUintN(64, value);
      }
    }
    throw new ValueSyntaxError("Varint in binary YSON is too long");
  }

  #take(count: number): ByteString {
    const end = this.#position + count;
    if (end > this.#bytes.length) {
      throw new ValueSyntaxError("Premature end of YSON");
    }
    const taken = this.#bytes.slice(this.#position, end);
    this.#position = end;
    return taken;
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#position;
    const found = pattern.exec(this.#bytes)?.[0] ?? "";
    this.#position += found.length;
    return found;
  }

  #expect(byte: string): void {
    if (this.peek() !== byte) {
      throw this.#unexpected(`"${byte}"`);
    }
    this.skip(1);
  }

  #unexpected(wanted: string): ValueSyntaxError {
    const found = this.peek() === "" ? "end of input" : JSON.stringify(this.peek());
    return new ValueSyntaxError(
      `Unexpected ${found} while parsing YSON at offset ${this.#position}: expected ${wanted}`,
    );
  }
}

function inRange(value: bigint, lowest: bigint, highest: bigint): bigint {
  if (value < lowest || value > highest) {
    throw new ValueSyntaxError(`Integer is out of range: ${value}`);
  }
  return value;
}

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

/** C escapes: `\xHH` (one or two digits), up to three octal digits, letters, the byte itself. */
function unescape(raw: ByteString): ByteString {
  return raw.replace(
    /\\(?:x([0-9a-fA-F]{1,2})|([0-7]{1,3})|([\s\S]))/g,
    (_, hex: string | undefined, octal: string | undefined, letter: string | undefined) => {
      if (hex !== undefined) {
        return String.fromCharCode(Number.parseInt(hex, 16));
      }
      if (octal !== undefined) {
        return String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
      }
      return SIMPLE_ESCAPES[letter ?? ""] ?? letter ?? "";
    },
  );
}
