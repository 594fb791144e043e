/**
 * Tar entries as bytes that depend on nothing but name, mode and size: POSIX ustar, with a pax
 * extended header before the entry where ustar cannot hold a name or size (pax(1), POSIX.1-2001).
 */
import type { ManifestFile } from "../../manifest/manifest.ts";

/** What a header tells of a file. */
export type EntryFacts = Pick<ManifestFile, "path" | "mode" | "sizeBytes">;

/** Tar works in blocks of this many bytes. */
const BLOCK_SIZE = 512;

/** The largest size that fits the eleven octal digits of a ustar header, in bytes. */
const LARGEST_USTAR_SIZE = 0o77777777777;

/** Widths of the fields that hold a name: itself, and the directories before it. */
const NAME_WIDTH = 100;
const PREFIX_WIDTH = 155;

const NO_PREFIX = Buffer.alloc(0);

/** Other names may mean other characters to readers of plain ustar. */
const ASCII_NAME = /^\p{ASCII}*$/u;

/** Two blocks of zeros end an archive. */
export const END_OF_ARCHIVE: Buffer = Buffer.alloc(2 * BLOCK_SIZE);

/**
 * The header of a file: time, owner and group are zero and have no names.
 *
 * A name or size that ustar cannot hold gets a pax header before it, with just those records.
 */
export function fileHeader({ path, mode, sizeBytes }: EntryFacts): Buffer {
  const place = isPlain(path) ? splitName(Buffer.from(path)) : undefined;
  if (place !== undefined && sizeBytes <= LARGEST_USTAR_SIZE) {
    return headerBlock({ ...place, mode, sizeBytes, type: "0" });
  }
  const records = Buffer.concat([
    paxRecord("path", path),
    ...(sizeBytes > LARGEST_USTAR_SIZE ? [paxRecord("size", String(sizeBytes))] : []),
  ]);
  const extended = {
    name: Buffer.from("PaxHeader"),
    prefix: NO_PREFIX,
    mode: 0o644,
    sizeBytes: records.length,
    type: "x",
  };
  const size = Math.min(sizeBytes, LARGEST_USTAR_SIZE);
  return Buffer.concat([
    headerBlock(extended),
    records,
    filePadding(records.length),
    // Here the beginning of the name: for readers that know no pax, or no line end in a record.
    headerBlock({ name: Buffer.from(path), prefix: NO_PREFIX, mode, sizeBytes: size, type: "0" }),
  ]);
}

/**
 * Whether ustar may hold a name as it is. A name with decomposed letters too: from a pax record
 * libarchive would compose them, and make one name of two.
 */
function isPlain(path: string): boolean {
  return ASCII_NAME.test(path) || path !== path.normalize("NFC");
}

/** The zeros that fill a file's last block. */
export function filePadding(sizeBytes: number): Buffer {
  return Buffer.alloc((BLOCK_SIZE - (sizeBytes % BLOCK_SIZE)) % BLOCK_SIZE);
}

interface HeaderFields {
  /** Cut at its field's end, between characters. */
  readonly name: Buffer;
  readonly prefix: Buffer;
  readonly mode: number;
  readonly sizeBytes: number;
  readonly type: string;
}

function headerBlock({ name, prefix, mode, sizeBytes, type }: HeaderFields): Buffer {
  const block = Buffer.alloc(BLOCK_SIZE);
  block.write(name.toString(), 0, NAME_WIDTH); // name, 100 bytes
  block.write(octal(mode, 7), 100); // mode, 8: digits and a zero byte, as all numbers
  block.write(octal(0, 7), 108); // user id, 8
  block.write(octal(0, 7), 116); // group id, 8
  block.write(octal(sizeBytes, 11), 124); // size, 12
  block.write(octal(0, 11), 136); // time of change, 12
  block.write(" ".repeat(8), 148); // checksum, 8: counts as blanks while it is taken
  block.write(type, 156); // type, 1, then the target of a link, 100
  block.write("ustar\u000000", 257); // magic, 6, and version, 2, then user and group names, 32 each
  block.write(octal(0, 7), 329); // device, 8
  block.write(octal(0, 7), 337); // its minor number, 8
  prefix.copy(block, 345); // prefix, 155, then 12 that are not used
  let sum = 0;
  for (const byte of block) sum += byte;
  block.write(`${octal(sum, 6)}\0 `, 148);
  return block;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, "0");
}

/** A name as the fields of ustar hold it: whole, or cut at a slash; undefined when it is too long. */
function splitName(path: Buffer): { readonly name: Buffer; readonly prefix: Buffer } | undefined {
  if (path.length <= NAME_WIDTH) return { name: path, prefix: NO_PREFIX };
  // The first slash that leaves a short enough name gives the shortest prefix.
  const slash = path.indexOf("/", path.length - NAME_WIDTH - 1);
  if (slash < 1 || slash > PREFIX_WIDTH || slash === path.length - 1) return undefined;
  return { name: path.subarray(slash + 1), prefix: path.subarray(0, slash) };
}

/** A record begins with its own length, digits included. */
function paxRecord(key: string, value: string): Buffer {
  const rest = Buffer.from(` ${key}=${value}\n`);
  let length = rest.length;
  while (length !== rest.length + String(length).length) {
    length = rest.length + String(length).length;
  }
  return Buffer.concat([Buffer.from(String(length)), rest]);
}
