/** How many bytes an archive will have, about: nothing is packed to know it. */
import type { PartChange } from "./part-changes.ts";

/** What a change adds to the content that is packed. */
interface Growth {
  /** Of text and the like, which compresses as the rest of the archive. */
  readonly bytes: number;
  /** Of what compresses hardly at all. */
  readonly binaryBytes: number;
}

/**
 * The size of an archive after a change, from that before it: what is new is taken to compress as what was there.
 *
 * @param bytesBefore of the archive before
 * @param contentAfter the size of all files afterwards
 * @returns undefined when it is not known how much changes
 */
export function estimateSize(
  bytesBefore: number,
  contentAfter: number,
  changes: readonly PartChange[],
): number | undefined {
  const growth = growthOf(changes);
  if (growth === undefined) {
    return undefined;
  }
  const contentBefore = contentAfter - growth.bytes - growth.binaryBytes;
  if (contentBefore <= 0) {
    return undefined;
  }
  const ratio = Math.min(1, bytesBefore / contentBefore);
  return Math.max(0, bytesBefore + growth.bytes * ratio + growth.binaryBytes);
}

function growthOf(changes: readonly PartChange[]): Growth | undefined {
  let [bytes, binaryBytes] = [0, 0];
  for (const { files } of changes) {
    if (files === undefined) {
      return undefined;
    }
    for (const { type, before, after } of files) {
      // Of a file that changes and is not remembered, the size before is taken to be that after.
      const old = type === "changed" ? (before?.sizeBytes ?? after?.sizeBytes) : before?.sizeBytes;
      const difference = (after?.sizeBytes ?? 0) - (old ?? 0);
      if (after?.content().type === "binary") {
        binaryBytes += difference;
      } else {
        bytes += difference;
      }
    }
  }
  return { bytes, binaryBytes };
}
