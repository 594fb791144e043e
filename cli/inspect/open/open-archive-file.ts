/** An archive in a local file. */
import { createReadStream } from "node:fs";
import { hasCode, isMissing } from "../../../common/files/file-errors.ts";
import { readArchive } from "../../../provider/archive/read/read-archive.ts";
import type { ArchiveListing } from "../../../provider/archive/read/read-archive.ts";
import { UserError } from "../../../common/errors/user-error.ts";
import type { OpenedArchive } from "./opened-archive.ts";
import { findWarnings } from "./archive-warnings.ts";
import { assertAllFound } from "./changed-while-read.ts";

/** How much is read at a time, in bytes. */
const PIECE_SIZE = 256 * 1024;

/**
 * Reads an archive in a file.
 *
 * @param file its absolute path
 * @param label its name in messages
 * @throws {UserError} when it cannot be read or is no archive
 */
export async function openArchiveFile(file: string, label: string): Promise<OpenedArchive> {
  const { entries, ...listing } = await read(file, label);
  const { isGzip, sizeBytes, sha256, md5 } = listing;
  return {
    place: { type: "file", path: file },
    label,
    entries,
    partKeys: undefined,
    packed: { isGzip, sizeBytes, sha256, md5 },
    node: undefined,
    warnings: findWarnings({ entries, ...listing }),
    readContents: async (wanted) =>
      assertAllFound((await read(file, label, wanted)).contents, wanted, label),
  };
}

async function read(
  file: string,
  label: string,
  keep?: ReadonlyMap<string, number>,
): Promise<ArchiveListing> {
  try {
    const stream = createReadStream(file, { highWaterMark: PIECE_SIZE });
    return await readArchive(stream, { name: label, keep });
  } catch (error) {
    if (isMissing(error)) {
      throw new UserError(`Cannot inspect "${label}" as it no longer exists`);
    }
    if (!hasCode(error, "EACCES")) {
      throw error;
    }
    throw new UserError(`Cannot read "${label}": permission denied; make it readable`);
  }
}
