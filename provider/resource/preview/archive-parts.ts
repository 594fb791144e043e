/** The parts of an archive that was published or built before, read from its bytes: what nothing here remembers. */
import { compareBytes } from "../../../common/text/compare-bytes.ts";
import { readArchive } from "../../archive/read/read-archive.ts";
import type { ArchiveEntry } from "../../archive/read/read-archive.ts";
import { partDigest } from "../../manifest/digests.ts";
import { knownPartFinder } from "../../manifest/known-parts.ts";
import { MAX_TEXT_BYTES, textOrBinary } from "./part-memory.ts";
import type { RememberedContent, RememberedFile } from "./part-memory.ts";

/** How much content is kept of one archive, in bytes. */
const MAX_KEPT_BYTES = 32 << 20;

/** What to read. */
export interface WantedParts {
  /** What messages call the archive. */
  readonly name: string;
  /** The keys of all its parts. */
  readonly keys: readonly string[];
  /** The digests, in hex, of those that are wanted, by their keys. */
  readonly wanted: ReadonlyMap<string, string>;
}

/**
 * Reads parts from an archive, to its end. Only text files of the wanted parts are kept.
 *
 * @param source the packed bytes
 * @returns the files of each wanted part that has its digest, by that
 * @throws {UserError} when it is no archive, or corrupt
 */
export async function readParts(
  source: AsyncIterable<Uint8Array>,
  { name, keys, wanted }: WantedParts,
): Promise<ReadonlyMap<string, readonly RememberedFile[]>> {
  const keyOf = knownPartFinder(keys);
  let bytesLeft = MAX_KEPT_BYTES;
  const keepFile = (file: string, sizeBytes: number): boolean => {
    const isKept =
      sizeBytes <= Math.min(MAX_TEXT_BYTES, bytesLeft) && wanted.has(keyOf(file) ?? "");
    bytesLeft -= isKept ? sizeBytes : 0;
    return isKept;
  };
  const { entries, contents } = await readArchive(source, { name, keepFile });
  const groups = Map.groupBy(entries, (entry) => keyOf(entry.name));
  const parts = [...wanted].map(([key, digest]) => {
    const files = (groups.get(key) ?? [])
      .flatMap((entry) => fileOf(entry, contents))
      .toSorted((a, b) => compareBytes(a.path, b.path));
    return [digest, files] as const;
  });
  return new Map(parts.filter(([digest, files]) => partDigest(files) === digest));
}

function fileOf(
  { name, type, mode, sizeBytes, sha256 }: ArchiveEntry,
  contents: ReadonlyMap<string, Buffer>,
): readonly RememberedFile[] {
  if (type !== "file" || sha256 === undefined) {
    return [];
  }
  const bytes = contents.get(sha256);
  const content: RememberedContent =
    bytes === undefined ? { type: "unknown" } : textOrBinary(bytes);
  return [{ path: name, mode: (mode & 0o100) === 0 ? 0o644 : 0o755, sizeBytes, sha256, content }];
}
