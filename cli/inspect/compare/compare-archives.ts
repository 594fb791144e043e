/** What differs between two archives: files, by name, content and mode. */
import { compareBytes } from "../../../common/text/compare-bytes.ts";
import { isFile, packedMode } from "../items.ts";
import type { Item } from "../items.ts";

/** One difference. */
export type Change =
  | { readonly type: "added"; readonly after: Item }
  | { readonly type: "removed"; readonly before: Item }
  /** The same content under another name. */
  | { readonly type: "renamed"; readonly before: Item; readonly after: Item }
  /** Content or mode, or a file became something else. */
  | { readonly type: "changed"; readonly before: Item; readonly after: Item };

/**
 * Compares what two archives leave when they are extracted.
 *
 * @returns the differences, sorted by the bytes of the names after (before, for what is removed)
 */
export function compareArchives(
  before: ReadonlyMap<string, Item>,
  after: ReadonlyMap<string, Item>,
): readonly Change[] {
  const changed: Change[] = [];
  const added: Item[] = [];
  for (const [name, item] of after) {
    const old = before.get(name);
    if (old === undefined) {
      added.push(item);
    } else if (!isSame(old, item)) {
      changed.push({ type: "changed", before: old, after: item });
    }
  }
  const removed = Array.from(before.values()).filter((item) => !after.has(item.name));
  const changes = [...changed, ...findRenames(removed, added)];
  return changes.toSorted((a, b) => compareBytes(nameOf(a), nameOf(b)));
}

/** The name that a change is listed under. */
export function nameOf(change: Change): string {
  return change.type === "removed" ? change.before.name : change.after.name;
}

/** The item before, if there was one. */
export function beforeOf(change: Change): Item | undefined {
  return change.type === "added" ? undefined : change.before;
}

/** The item after, if there is one. */
export function afterOf(change: Change): Item | undefined {
  return change.type === "removed" ? undefined : change.after;
}

/** Whether two items are alike but for their names. See {@link packedMode} for umasks. */
function isSame(a: Item, b: Item): boolean {
  if (isFile(a) && isFile(b)) {
    return a.sha256 === b.sha256 && packedMode(a) === packedMode(b);
  }
  return a.type === b.type && a.linkTarget === b.linkTarget && a.sizeBytes === b.sizeBytes;
}

/** Pairs removed with added files of the same content, preferably of the same base name. */
function findRenames(removed: readonly Item[], added: readonly Item[]): readonly Change[] {
  const bySha256 = new Map<string, Item[]>();
  for (const item of removed.filter(canBeRenamed)) {
    const others = bySha256.get(contentKey(item));
    if (others === undefined) {
      bySha256.set(contentKey(item), [item]);
    } else {
      others.push(item);
    }
  }
  const renames = new Map<Item, Item>();
  const pair = (after: Item, matches: (before: Item) => boolean): void => {
    const candidates = bySha256.get(contentKey(after)) ?? [];
    const index = renames.has(after) ? -1 : candidates.findIndex(matches);
    const [before] = index === -1 ? [] : candidates.splice(index, 1);
    if (before !== undefined) {
      renames.set(after, before);
    }
  };
  for (const item of added) {
    pair(item, (before) => baseName(before) === baseName(item));
  }
  for (const item of added) {
    pair(item, () => true);
  }
  const moved = new Set(renames.values());
  return [
    ...Array.from(renames, ([after, before]): Change => ({ type: "renamed", before, after })),
    ...removed
      .filter((item) => !moved.has(item))
      .map((before): Change => ({ type: "removed", before })),
    ...added
      .filter((item) => !renames.has(item))
      .map((after): Change => ({ type: "added", after })),
  ];
}

/** Empty files all have the same content, so that it identifies none of them. */
function canBeRenamed(item: Item): boolean {
  return isFile(item) && item.sizeBytes > 0;
}

function contentKey(item: Item): string {
  return item.sha256 ?? "";
}

function baseName(item: Item): string {
  return item.name.slice(item.name.lastIndexOf("/") + 1);
}
