/**
 * Tar headers, read from bytes: ustar and pax (POSIX), GNU, and the old format before them. The
 * fields are those of POSIX `pax`, "ustar Interchange Format"; what GNU adds is in its manual
 * under "Basic Tar Format".
 */
import { BLOCK_SIZE } from "./blocks.ts";
import { decodeName } from "./entry-name.ts";

/** What an entry is. */
export type EntryType =
  | "file"
  | "directory"
  | "hard-link"
  | "symlink"
  | "character-device"
  | "block-device"
  | "fifo"
  /** GNU's files with holes: their content is not stored in a row. */
  | "sparse-file"
  | "unknown";

/** A header block, taken apart. */
export interface TarHeader {
  /** The one byte that tells what follows. */
  readonly typeFlag: string;
  readonly path: string;
  readonly linkTarget: string;
  /** Permission bits with set-user-id, set-group-id and sticky. */
  readonly mode: number;
  /** Bytes of data that follow. */
  readonly sizeBytes: number;
}

const TYPES: Readonly<Record<string, EntryType>> = {
  "0": "file",
  "\0": "file",
  "7": "file",
  "1": "hard-link",
  "2": "symlink",
  "3": "character-device",
  "4": "block-device",
  "5": "directory",
  "6": "fifo",
  S: "sparse-file",
};

/**
 * Reads a header block.
 *
 * @param block {@link BLOCK_SIZE} bytes, not all of them zero
 * @returns `undefined` when its checksum or a number in it is wrong: it is no header
 */
export function parseHeader(block: Buffer): TarHeader | undefined {
  const mode = parseNumber(block.subarray(100, 108));
  const sizeBytes = parseNumber(block.subarray(124, 136));
  if (!hasRightChecksum(block) || mode === undefined || sizeBytes === undefined) {
    return undefined;
  }
  // Only POSIX has a prefix; GNU ("ustar  ") keeps other things in its place.
  const isPosix = block.toString("latin1", 257, 263) === "ustar\0";
  const prefix = isPosix ? untilZero(block.subarray(345, 500)) : Buffer.alloc(0);
  const name = untilZero(block.subarray(0, 100));
  const path = prefix.length === 0 ? name : Buffer.concat([prefix, Buffer.from("/"), name]);
  return {
    typeFlag: block.toString("latin1", 156, 157),
    path: decodeName(path),
    linkTarget: decodeName(untilZero(block.subarray(157, 257))),
    mode: mode & 0o7777,
    sizeBytes,
  };
}

/** What an entry is. Before POSIX a directory was a file whose name ends in a slash. */
export function entryType(typeFlag: string, path: string): EntryType {
  const type = TYPES[typeFlag] ?? "unknown";
  return type === "file" && path.endsWith("/") ? "directory" : type;
}

/** Whether data follow a header of that type, whatever its size says. */
export function hasData(type: EntryType): boolean {
  return type === "file" || type === "sparse-file" || type === "unknown";
}

/** The sum of all bytes, those of the checksum itself (8, from 148 on) counted as spaces. */
function hasRightChecksum(block: Buffer): boolean {
  let sum = 8 * 0x20;
  for (let index = 0; index < BLOCK_SIZE; index += 1) {
    if (index < 148 || index >= 156) {
      sum += block.readUInt8(index);
    }
  }
  return parseNumber(block.subarray(148, 156)) === sum;
}

/**
 * A number: octal digits among spaces and zeros or, where those do not suffice, with the top bit
 * of the first byte set, a big-endian number in the rest.
 *
 * @returns `undefined` for anything else, and for what is negative or too large to be true
 */
export function parseNumber(field: Buffer): number | undefined {
  const first = field.readUInt8(0);
  if (first >= 0x80) {
    const value = field.subarray(1).reduce((sum, byte) => sum * 256 + byte, first & 0x7f);
    return Number.isSafeInteger(value) ? value : undefined;
  }
  const text = field.toString("latin1").replace(/\0.*$/s, "").trim();
  return /^[0-7]*$/.test(text) ? Number.parseInt(`0${text}`, 8) : undefined;
}

/** The bytes before the first zero. */
export function untilZero(field: Buffer): Buffer {
  const end = field.indexOf(0);
  return end === -1 ? field : field.subarray(0, end);
}

/**
 * Reads the records of a pax header: `"<length> <keyword>=<value>\n"`, the length being that of
 * the whole record in bytes.
 *
 * @returns keyword to value; `undefined` when they are no such records
 */
export function parsePaxRecords(bytes: Buffer): ReadonlyMap<string, Buffer> | undefined {
  const records = new Map<string, Buffer>();
  for (let at = 0; at < bytes.length;) {
    const space = bytes.indexOf(" ", at);
    const digits = space === -1 ? "" : bytes.toString("latin1", at, space);
    const end = at + Number(digits);
    const equals = bytes.indexOf("=", space);
    const isRecord =
      /^[1-9][0-9]{0,9}$/.test(digits) &&
      equals !== -1 &&
      equals < end &&
      end <= bytes.length &&
      bytes[end - 1] === 0x0a;
    if (!isRecord) {
      return undefined;
    }
    records.set(bytes.toString("utf8", space + 1, equals), bytes.subarray(equals + 1, end - 1));
    at = end;
  }
  return records;
}
