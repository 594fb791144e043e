/** An archive with everything that follows from its content: parts, digests, sizes, operations. */
import type { StageOperation } from "../../../provider/pipeline/stages/operations.ts";
import { isFile, itemsOf } from "../items.ts";
import type { OpenedArchive } from "../open/opened-archive.ts";
import { areKeysCertain, operationsIn, partsOf } from "./parts.ts";
import type { ArchivePart } from "./parts.ts";
import { findDisagreements } from "./verify.ts";

/** An archive with what follows from its content. */
export interface ExaminedArchive extends OpenedArchive {
  readonly parts: readonly ArchivePart[];
  /** The archive's identity, as its manifest has it, in hex. */
  readonly digest: string;
  /** Whether the parts are recorded, or their names leave no doubt. */
  readonly arePartsCertain: boolean;
  /** Of all files, unpacked. */
  readonly unpackedBytes: number;
  readonly fileCount: number;
  readonly operations: readonly StageOperation[];
  /** What does not agree with the record; `undefined` when there is no record. */
  readonly disagreements: readonly string[] | undefined;
}

/**
 * Examines an archive.
 *
 * @param likelyKeys part keys to use when it has none of its own: those of the archive that it is
 * compared with
 */
export function examine(
  archive: OpenedArchive,
  likelyKeys: readonly string[] = [],
): ExaminedArchive {
  const { partKeys, packed, node, entries } = archive;
  const items = Array.from(itemsOf(entries).values());
  const keys =
    partKeys === undefined ? { keys: likelyKeys, areAll: false } : { keys: partKeys, areAll: true };
  const found = partsOf(items, keys);
  const record = node?.record;
  return {
    ...archive,
    ...found,
    arePartsCertain: partKeys !== undefined || areKeysCertain(found.parts),
    unpackedBytes: items.reduce((sum, item) => sum + item.sizeBytes, 0),
    fileCount: items.filter(isFile).length,
    operations: operationsIn(items),
    disagreements:
      record === undefined || packed === undefined
        ? undefined
        : findDisagreements(found, packed, record),
  };
}
