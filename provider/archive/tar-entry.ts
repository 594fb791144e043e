/** Tar entries as bytes that depend on nothing but name, mode and size (POSIX ustar with pax). */
import { Header, Pax } from "tar";
import type { ManifestFile } from "../manifest/manifest.ts";

/** Tar works in blocks of this many bytes. */
const BLOCK_SIZE = 512;

/** The largest size that fits the eleven octal digits of a ustar header, in bytes. */
const LARGEST_USTAR_SIZE = 0o77777777777;

/** Two blocks of zeros end an archive. */
export const END_OF_ARCHIVE: Buffer = Buffer.alloc(2 * BLOCK_SIZE);

/**
 * The header of a file: time, owner and group are zero and have no names.
 *
 * A name or size that ustar cannot hold gets a pax header before it, with just those records.
 */
export function fileHeader({
  path,
  mode,
  sizeBytes,
}: Pick<ManifestFile, "path" | "mode" | "sizeBytes">): Buffer {
  const block = Buffer.alloc(BLOCK_SIZE);
  const fields = { mode, uid: 0, gid: 0, mtime: new Date(0), uname: "", gname: "" };
  const header = new Header({ ...fields, path, size: sizeBytes, type: "File" });
  header.encode(block);
  if (!header.needPax) return block;
  const size = sizeBytes > LARGEST_USTAR_SIZE ? { size: sizeBytes } : {};
  // `mode` and the owners describe the pax entry itself; a record is made of every other field.
  const pax = new Pax({ path, ...size, mode: 0o644 });
  return Buffer.concat([pax.encode(), block]);
}

/** The zeros that fill a file's last block. */
export function filePadding(sizeBytes: number): Buffer {
  return Buffer.alloc((BLOCK_SIZE - (sizeBytes % BLOCK_SIZE)) % BLOCK_SIZE);
}
