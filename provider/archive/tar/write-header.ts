/**
 * Tar entries as bytes that depend on nothing but name, mode and size: POSIX ustar, with a pax
 * extended header before the entry where ustar cannot hold a name or size (pax(1), POSIX.1-2001).
 */
import { Header } from "tar/header";
import { Pax } from "tar/pax";
import type { ManifestFile } from "../../manifest/manifest.ts";
import { BLOCK_SIZE, paddingSize } from "./blocks.ts";

/** What a header tells of a file. */
export type EntryFacts = Pick<ManifestFile, "path" | "mode" | "sizeBytes">;

/** The largest size that fits the eleven octal digits of a ustar header, in bytes. */
const LARGEST_USTAR_SIZE = 0o77777777777;

/** Shorter names fit the field of a name, in bytes; longer ones are split at a slash, if there is one in place. */
const NAME_WIDTH = 100;

/** Other names may mean other characters to readers of plain ustar. */
const ASCII_NAME = /^\p{ASCII}*$/u;

/** What differs between headers. */
interface HeaderFields {
  readonly path: string;
  readonly mode: number;
  readonly size: number;
  readonly type: "File" | "ExtendedHeader";
}

/** Said of every entry: a field that is not given would stay blank. */
const OWNED_BY_NOBODY = { uid: 0, gid: 0, mtime: new Date(0) };

/** Two blocks of zeros end an archive. */
export const END_OF_ARCHIVE: Buffer = Buffer.alloc(2 * BLOCK_SIZE);

/**
 * The header of a file: time, owner and group are zero and have no names.
 *
 * A name or size that ustar cannot hold gets a pax header before it, with just those records.
 */
export function fileHeader({ path, mode, sizeBytes }: EntryFacts): Buffer {
  // After a pax header too: for readers that know no pax, or no line feed in a record.
  const header = headerBlock({ path, mode, size: sizeBytes, type: "File" });
  const isLarge = sizeBytes > LARGEST_USTAR_SIZE;
  if (!isLarge && isPlain(path) && isHeld(path, header)) {
    return header;
  }
  const records = Buffer.from(
    // Not `encode()`: its header has a name that differs by operating system, and blank fields.
    new Pax(isLarge ? { path, size: sizeBytes } : { path }).encodeBody(),
  );
  return Buffer.concat([
    headerBlock({ path: "PaxHeader", mode: 0o644, size: records.length, type: "ExtendedHeader" }),
    records,
    filePadding(records.length),
    header,
  ]);
}

/** The zeros that fill a file's last block. */
export function filePadding(sizeBytes: number): Buffer {
  return Buffer.alloc(paddingSize(sizeBytes));
}

/**
 * Whether ustar may hold a name as it is. A name with decomposed letters too: from a pax record
 * libarchive would compose them, and make one name of two.
 */
function isPlain(path: string): boolean {
  return ASCII_NAME.test(path) || path !== path.normalize("NFC");
}

/** Whether a header holds a name: it has to be the same when read back, which takes time. */
function isHeld(path: string, header: Buffer): boolean {
  return Buffer.byteLength(path) < NAME_WIDTH || new Header(header).path === path;
}

function headerBlock(fields: HeaderFields): Buffer {
  const block = Buffer.alloc(BLOCK_SIZE);
  // Not given to the constructor, which takes half as long to copy them as all the rest takes.
  Object.assign(new Header(), fields, OWNED_BY_NOBODY).encode(block);
  return block;
}
