/**
 * Keys of rows as bytes: comparing two keys byte by byte orders them as YTsaurus orders the rows.
 *
 * Values of different types are ordered by their types (`EValueType` in YTsaurus's
 * `row_base.h`): null, int64, uint64, double, boolean, string. A missing column is null.
 */
import { isRecord } from "../../provider/is-record.ts";

const TYPE = { null: 0x02, int64: 0x03, uint64: 0x04, double: 0x05, boolean: 0x06, string: 0x10 };

const MIN_INT64 = -(2n ** 63n);
const MAX_INT64 = 2n ** 63n - 1n;
const MAX_UINT64 = 2n ** 64n - 1n;

/** A number as it was written: 64 bits do not fit into a number here, and `1.0` is a double. */
class WrittenNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A row that cannot be sorted; its message is a reason, to follow "as". */
export class UnsortableRowError extends Error {
  override readonly name = "UnsortableRowError";
}

/**
 * The key of a row.
 *
 * @param line a row as JSON, in UTF-8
 * @param columns the names of the key columns
 * @throws {UnsortableRowError} when it is no JSON object, or a key column holds a list or a map
 */
export function sortKey(line: Buffer, columns: readonly string[]): Buffer {
  const row = parseRow(line);
  return Buffer.concat(columns.map((column) => encodeValue(ownValue(row, column), column)));
}

function parseRow(line: Buffer): Record<string, unknown> {
  let row: unknown;
  try {
    row = JSON.parse(line.toString("utf8"), keepNumbers);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new UnsortableRowError("it is no JSON");
  }
  if (isRecord(row) && !(row instanceof WrittenNumber)) return row;
  throw new UnsortableRowError("it is no JSON object");
}

function keepNumbers(
  _name: string,
  value: unknown,
  context?: { readonly source?: string },
): unknown {
  return typeof value === "number" ? new WrittenNumber(context?.source ?? String(value)) : value;
}

function ownValue(row: Record<string, unknown>, column: string): unknown {
  return Object.hasOwn(row, column) ? row[column] : null;
}

function encodeValue(value: unknown, column: string): Buffer {
  if (value === null) return Buffer.of(TYPE.null);
  if (typeof value === "boolean") return Buffer.of(TYPE.boolean, value ? 1 : 0);
  if (typeof value === "string") return encodeString(value);
  if (value instanceof WrittenNumber) return encodeNumber(value.text, column);
  throw new UnsortableRowError(`its "${column}" is a list or a map, which have no order`);
}

/** Two zero bytes end it and come before all else; one inside is followed by a 0x01. */
function encodeString(value: string): Buffer {
  const escaped = value.replaceAll("\0", "\0\u0001");
  return Buffer.concat([Buffer.of(TYPE.string), Buffer.from(escaped), Buffer.of(0, 0)]);
}

function encodeNumber(text: string, column: string): Buffer {
  const bytes = Buffer.alloc(9);
  if (!/^-?[0-9]+$/.test(text)) return encodeDouble(Number(text), bytes);
  const integer = BigInt(text);
  if (integer < MIN_INT64 || integer > MAX_UINT64) {
    throw new UnsortableRowError(`its "${column}" does not fit into 64 bits`);
  }
  if (integer > MAX_INT64) {
    bytes.writeUInt8(TYPE.uint64, 0);
    bytes.writeBigUInt64BE(integer, 1);
  } else {
    bytes.writeUInt8(TYPE.int64, 0);
    // Negative ones first: the sign bit is turned round.
    bytes.writeBigUInt64BE(BigInt.asUintN(64, integer) ^ (1n << 63n), 1);
  }
  return bytes;
}

/** The bits of doubles are ordered by size within one sign; negative ones the other way round. */
function encodeDouble(value: number, bytes: Buffer): Buffer {
  bytes.writeUInt8(TYPE.double, 0);
  // Both zeros are equal.
  bytes.writeDoubleBE(value === 0 ? 0 : value, 1);
  const bits = bytes.readBigUInt64BE(1);
  const isNegative = bits >> 63n === 1n;
  bytes.writeBigUInt64BE(isNegative ? BigInt.asUintN(64, ~bits) : bits | (1n << 63n), 1);
  return bytes;
}
