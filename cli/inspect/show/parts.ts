/** Which part of an archive a file belongs to, and the digests that follow from that. */
import { stageRoot } from "../../../provider/pipeline/stages/stage-root.ts";
import { parseWrapperName } from "../../../provider/pipeline/stages/wrappers.ts";
import { archiveDigest, partDigest } from "../../../provider/manifest/digests.ts";
import type { StageOperation } from "../../../provider/pipeline/stages/operations.ts";
import { partKey, rootOfKey, WRAPPERS_KEY } from "../../../provider/manifest/part-key.ts";
import { knownPartFinder } from "../../../provider/manifest/known-parts.ts";
import { compareBytes } from "../../../common/text/compare-bytes.ts";
import { isFile, packedMode } from "../items.ts";
import type { Item } from "../items.ts";

/** A part as an archive shows it. */
export interface ArchivePart {
  readonly key: string;
  /** Sorted by the bytes of their names. */
  readonly items: readonly Item[];
  /** As the manifest of these files has it: SHA-256 over the files, in hex. */
  readonly digest: string;
  readonly sizeBytes: number;
}

/** An archive taken apart. */
export interface Parts {
  /** In the order of the archive that this tool would pack. */
  readonly parts: readonly ArchivePart[];
  /** SHA-256 over the parts' digests: the archive's identity, in hex. */
  readonly digest: string;
}

/** What is known about the parts of an archive. */
export interface KnownKeys {
  readonly keys: readonly string[];
  /** Whether the archive has all of these parts, be they empty; else those that its files fit. */
  readonly areAll: boolean;
}

/** Sorts items into parts. Those that belong to no known part are recognised by name. */
export function partsOf(items: Iterable<Item>, known: KnownKeys): Parts {
  const keyOf = partFinder(known.keys);
  const groups = new Map<string, Item[]>(known.areAll ? known.keys.map((key) => [key, []]) : []);
  for (const item of items) {
    const key = keyOf(item.name);
    const group = groups.get(key);
    if (group === undefined) {
      groups.set(key, [item]);
    } else {
      group.push(item);
    }
  }
  const parts = Array.from(groups, ([key, group]) => makePart(key, group));
  const sorted = parts.toSorted((a, b) => compareBytes(firstName(a), firstName(b)));
  return { parts: sorted, digest: archiveDigest(parts) };
}

/** Whether names leave no doubt about the parts: any other folder may be one part or several. */
export function areKeysCertain(parts: readonly ArchivePart[]): boolean {
  const certain = [YTJOBS_KEY, WRAPPERS_KEY];
  return parts.every(
    ({ key }) => key.startsWith("stages/") || key.startsWith("./") || certain.includes(key),
  );
}

/** The operations that the wrappers among the items can start, by stage. */
export function operationsIn(items: Iterable<Item>): readonly StageOperation[] {
  return Array.from(items, (item) => parseWrapperName(item.name)).filter(
    (operation) => operation !== undefined,
  );
}

const YTJOBS_KEY = partKey("ytjobs", "ytjobs", false);

/** A function from an item's name to the key of its part. */
export function partFinder(knownKeys: readonly string[]): (name: string) => string {
  const find = knownPartFinder(knownKeys);
  return (name) => find(name) ?? keyByName(name);
}

function keyByName(name: string): string {
  const [first = "", second, ...deeper] = name.split("/");
  if (first === "stages" && second !== undefined && deeper.length > 0) {
    return partKey("stage", stageRoot(second), false);
  }
  return partKey("upload-path", first, second === undefined);
}

function makePart(key: string, unsorted: readonly Item[]): ArchivePart {
  const items = unsorted.toSorted((a, b) => compareBytes(a.name, b.name));
  const files = items
    .filter(isFile)
    .map((item) => ({ path: item.name, mode: packedMode(item), sha256: item.sha256 }));
  const sizeBytes = items.reduce((sum, item) => sum + item.sizeBytes, 0);
  return { key, items, digest: partDigest(files), sizeBytes };
}

function firstName({ key, items }: ArchivePart): string {
  return items[0]?.name ?? rootOfKey(key);
}
