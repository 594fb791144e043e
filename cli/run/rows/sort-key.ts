/**
 * Keys of rows, in hex: comparing two of them orders them as YTsaurus orders the rows.
 *
 * Values of different types are ordered by their types (`EValueType` in YTsaurus's
 * `row_base.h`): null, int64, uint64, double, boolean, string. A missing column is null.
 */
import { isRecord } from "../../../common/values/is-record.ts";

/** One byte each. */
const TYPE = {
  null: "02",
  int64: "03",
  uint64: "04",
  double: "05",
  boolean: "06",
  string: "10",
} as const;

const MIN_INT64 = -(2n ** 63n);
const MAX_INT64 = 2n ** 63n - 1n;
const MAX_UINT64 = 2n ** 64n - 1n;
const SIGN_BIT = 1n << 63n;

/** What a double has in JSON and an integer has not; a string may have it too. */
const DOUBLE_SYNTAX = /[0-9][.eE]/;

/** A number as it was written: 64 bits do not fit into a number here, and `1.0` is a double. */
class WrittenNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A row that cannot be sorted; its message is a clause: "it is no JSON". */
export class UnsortableRowError extends Error {
  override readonly name = "UnsortableRowError";
}

/**
 * The keys of a row.
 *
 * @param line a row as JSON, in UTF-8
 * @param columnLists for each key the names of its columns
 * @returns a key for each list, in hex
 * @throws {UnsortableRowError} when it is no JSON object, or a key column holds a list or a map
 */
export function sortKeys(line: Buffer, columnLists: readonly (readonly string[])[]): string[] {
  const text = line.toString("utf8");
  const row = parseRow(text);
  const isPlain = !columnLists.flat().some((column) => needsText(ownValue(row, column), text));
  const exact = isPlain ? row : parseRow(text, keepNumbers);
  return columnLists.map((columns) =>
    columns.map((column) => encodeValue(ownValue(exact, column), column)).join(""),
  );
}

function parseRow(
  text: string,
  reviver?: (name: string, value: unknown, context?: NumberSource) => unknown,
): Record<string, unknown> {
  let row: unknown;
  try {
    row = JSON.parse(text, reviver);
  } catch (error) {
    if (!(error instanceof SyntaxError)) {
      throw error;
    }
    throw new UnsortableRowError("it is no JSON");
  }
  if (isRecord(row)) {
    return row;
  }
  throw new UnsortableRowError("it is no JSON object");
}

/** What `JSON.parse` passes to a reviver along with a scalar. */
interface NumberSource {
  readonly source?: string;
}

/** Whether the text of a number is needed: parsing with it takes several times as long. */
function needsText(value: unknown, text: string): boolean {
  if (typeof value !== "number" || !Number.isInteger(value)) {
    return false;
  }
  return !Number.isSafeInteger(value) || DOUBLE_SYNTAX.test(text);
}

function keepNumbers(_name: string, value: unknown, context?: NumberSource): unknown {
  return typeof value === "number" ? new WrittenNumber(context?.source ?? String(value)) : value;
}

function ownValue(row: Record<string, unknown>, column: string): unknown {
  return Object.hasOwn(row, column) ? row[column] : null;
}

function encodeValue(value: unknown, column: string): string {
  if (value === null) {
    return TYPE.null;
  }
  if (typeof value === "boolean") {
    return `${TYPE.boolean}${value ? "01" : "00"}`;
  }
  if (typeof value === "string") {
    return encodeString(value);
  }
  if (value instanceof WrittenNumber) {
    return encodeNumber(value.text, column);
  }
  if (typeof value === "number") {
    return Number.isInteger(value) ? encodeInteger(BigInt(value), column) : encodeDouble(value);
  }
  throw new UnsortableRowError(`its "${column}" is a list or a map, which have no order`);
}

/** Two zero bytes end it and come before all else; one inside is followed by a 0x01. */
function encodeString(value: string): string {
  const escaped = value.includes("\0") ? value.replaceAll("\0", "\0\u0001") : value;
  return `${TYPE.string}${Buffer.from(escaped).toString("hex")}0000`;
}

function encodeNumber(text: string, column: string): string {
  return /^-?[0-9]+$/.test(text) ? encodeInteger(BigInt(text), column) : encodeDouble(Number(text));
}

function encodeInteger(integer: bigint, column: string): string {
  if (integer < MIN_INT64 || integer > MAX_UINT64) {
    throw new UnsortableRowError(`its "${column}" does not fit into 64 bits`);
  }
  if (integer > MAX_INT64) {
    return `${TYPE.uint64}${hexOf(integer)}`;
  }
  // The sign bit is inverted, so that negative integers come first.
  return `${TYPE.int64}${hexOf(integer + SIGN_BIT)}`;
}

/** The bits of positive doubles are in the order of the numbers, those of negative ones in reverse. */
function encodeDouble(value: number): string {
  const bytes = Buffer.alloc(8);
  // Both zeros are equal.
  bytes.writeDoubleBE(value === 0 ? 0 : value);
  const bits = bytes.readBigUInt64BE();
  return `${TYPE.double}${hexOf(bits >= SIGN_BIT ? MAX_UINT64 - bits : bits + SIGN_BIT)}`;
}

/** Eight bytes. */
function hexOf(bits: bigint): string {
  return bits.toString(16).padStart(16, "0");
}
