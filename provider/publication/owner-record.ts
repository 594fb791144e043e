/** Keeps the owner that a resource's versions name up to date: it was renamed, or has lost its state. */
import { joinYPath, LockConflictError } from "../yt/index.ts";
import type { LightCommands } from "../yt/index.ts";
import type { FolderEntry } from "./folder.ts";
import { isSameResource } from "./ownership.ts";
import { ownerAttributes } from "./records.ts";
import type { Publisher } from "./types.ts";

/**
 * Records the publisher on versions of its own that bear an earlier name or id, so that they are found
 * to be its own also when both have changed. One that somebody has locked is left to the next publication.
 *
 * @param versions directories in `versions`, all of them the publisher's
 */
export async function recordOwner(
  transaction: LightCommands,
  versionsPath: string,
  versions: readonly FolderEntry[],
  publisher: Publisher,
): Promise<void> {
  for (const { name, record } of versions) {
    const owner = record?.publisher;
    const isCurrent =
      owner !== undefined &&
      owner.resourceId === publisher.resourceId &&
      isSameResource(owner, publisher);
    if (!isCurrent) {
      await recordOwnerOf(transaction, joinYPath(versionsPath, name), publisher);
    }
  }
}

async function recordOwnerOf(
  transaction: LightCommands,
  version: string,
  publisher: Publisher,
): Promise<void> {
  try {
    await transaction.multisetAttributes(version, ownerAttributes(publisher));
  } catch (error) {
    if (!(error instanceof LockConflictError)) {
      throw error;
    }
  }
}
