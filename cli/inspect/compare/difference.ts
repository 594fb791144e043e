/** What differs between two archives, part by part. */
import { compareBytes } from "../../../common/text/compare-bytes.ts";
import { compareArchives, nameOf } from "./compare-archives.ts";
import type { Change } from "./compare-archives.ts";
import { examine } from "../show/examine.ts";
import type { ExaminedArchive } from "../show/examine.ts";
import { itemsOf } from "../items.ts";
import type { OpenedArchive } from "../open/opened-archive.ts";
import { partFinder } from "../show/parts.ts";

/** A comparison. */
export interface Difference {
  readonly before: ExaminedArchive;
  readonly after: ExaminedArchive;
  /** Sorted by name. */
  readonly changes: readonly Change[];
  /** The same by part; only parts that differ, sorted by key. */
  readonly parts: readonly DifferentPart[];
}

/** A part that is not the same in both. */
export interface DifferentPart {
  readonly key: string;
  readonly changes: readonly Change[];
}

/** Compares two archives. The part keys that one of them has recorded are used for both. */
export function findDifference(before: OpenedArchive, after: OpenedArchive): Difference {
  const changes = compareArchives(itemsOf(before.entries), itemsOf(after.entries));
  const keyOf = partFinder([...(before.partKeys ?? []), ...(after.partKeys ?? [])]);
  const groups = Map.groupBy(changes, (change) => keyOf(nameOf(change)));
  const parts = Array.from(groups, ([key, group]) => ({ key, changes: group }));
  return {
    before: examine(before, after.partKeys),
    after: examine(after, before.partKeys),
    changes,
    parts: parts.toSorted((a, b) => compareBytes(a.key, b.key)),
  };
}
