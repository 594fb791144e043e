/** What `ytcode inspect` looks at: an archive, wherever it is, as a list of what it holds. */
import { leadsOutside } from "../../../provider/archive/tar/entry-name.ts";
import type { ArchiveEntry, ArchiveListing } from "../../../provider/archive/read/read-archive.ts";
import type { NodeRecord } from "../../../provider/publication/records.ts";

/** Where an archive is. */
export type Place =
  | { readonly type: "file"; readonly path: string }
  /** Not packed yet: what packing the pipeline now would give. */
  | { readonly type: "pipeline"; readonly path: string }
  | { readonly type: "node"; readonly path: string; readonly proxy: string };

/** The packed bytes of an archive. */
export type PackedBytes = Pick<ArchiveListing, "isGzip" | "sizeBytes" | "sha256" | "md5">;

/** What a cluster tells about an archive. */
export interface NodeFacts {
  /** When the node was made, ISO 8601. */
  readonly creationTime: string | undefined;
  /** What was recorded at its publication; `undefined` when this tool did not publish it. */
  readonly record: NodeRecord | undefined;
}

/** An archive that has been looked at. */
export interface Inspected {
  readonly place: Place;
  /** What people call it. */
  readonly label: string;
  /** In the order of the archive. */
  readonly entries: readonly ArchiveEntry[];
  /** The keys of its parts; `undefined` when they can only be told by names. */
  readonly partKeys: readonly string[] | undefined;
  /** `undefined` for a pipeline, which is not packed. */
  readonly packed: PackedBytes | undefined;
  /** `undefined` for what is not on a cluster. */
  readonly node: NodeFacts | undefined;
  /** What is odd, a sentence each. */
  readonly warnings: readonly string[];
  /**
   * Reads contents again.
   *
   * @param wanted SHA-256 to size in bytes; the files are kept in memory
   * @returns contents by SHA-256
   * @throws {UserError} when one of them is not there any more
   */
  readonly readContents: (
    wanted: ReadonlyMap<string, number>,
  ) => Promise<ReadonlyMap<string, Buffer>>;
}

/** What extraction leaves at one place: everything but directories. */
export type Item = ArchiveEntry;

/**
 * What extraction leaves, by name: of two entries with one name the later one. Directories are
 * left out, as they are there for the sake of their files.
 */
export function itemsOf(entries: readonly ArchiveEntry[]): ReadonlyMap<string, Item> {
  const items = new Map<string, Item>();
  for (const entry of entries) {
    if (entry.type === "directory") items.delete(entry.name);
    else items.set(entry.name, entry);
  }
  return items;
}

/** Whether an item is a file, itself or as a hard link to one. */
export function isFile(item: Item): item is Item & { readonly sha256: string } {
  return item.sha256 !== undefined;
}

/**
 * The mode that packing gives a file: whether its owner may execute it is all that counts, so
 * that an umask makes no difference.
 */
export function packedMode(item: Pick<Item, "mode">): 0o644 | 0o755 {
  return (item.mode & 0o100) === 0 ? 0o644 : 0o755;
}

/** Whether an item may stand in a patch or a part: it stays in the folder it is extracted to. */
export function staysInside(item: Item): boolean {
  return !leadsOutside(item.path);
}
