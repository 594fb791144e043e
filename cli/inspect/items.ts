/** What extracting an archive leaves: files and links, by name. */
import type { ArchiveEntry } from "../../provider/archive/read/read-archive.ts";
import { leadsOutside } from "../../provider/archive/tar/entry-name.ts";

/** What extraction leaves at one place: everything but directories. */
export type Item = ArchiveEntry;

/**
 * What extraction leaves, by name: of two entries with one name the later one. Directories are
 * left out, as they are there for the sake of their files.
 */
export function itemsOf(entries: readonly ArchiveEntry[]): ReadonlyMap<string, Item> {
  const items = new Map<string, Item>();
  for (const entry of entries) {
    if (entry.type === "directory") {
      items.delete(entry.name);
    } else {
      items.set(entry.name, entry);
    }
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
