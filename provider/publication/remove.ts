import { assertNodePath, joinYPath, LockConflictError, withTransaction } from "../yt/index.ts";
import type { YtClient, YtTransaction } from "../yt/index.ts";
import { findFolder } from "./folder.ts";
import type { Folder, FolderEntry } from "./folder.ts";
import { ARCHIVE_NAME, isStableName, VERSIONS_NAME, versionsPathOf } from "./layout.ts";
import { waitForLock } from "./lock-wait.ts";
import { withSignal } from "./publication.ts";

export interface RemovePublicationOptions {
  readonly client: YtClient;
  readonly buildFolder: string;
  /** What bears this id is removed, and nothing else. */
  readonly resourceId: string;
  readonly log: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
  /** Timeout of the removal's transaction. @default 30000 */
  readonly transactionTimeoutMs?: number | undefined;
}

/**
 * Removes what a resource published, in one transaction; `versions` and the build folder only
 * when they are empty afterwards. Fine when it is gone already.
 *
 * @returns the paths that were removed
 */
export async function removePublication(
  options: RemovePublicationOptions,
): Promise<readonly string[]> {
  const { buildFolder, resourceId, log } = options;
  assertNodePath(buildFolder, "build folder", "buildFolder");
  const client = withSignal(options.client, options.signal);
  if ((await findFolder(client, buildFolder)) === undefined) {
    return [];
  }
  const transactionOptions = {
    title: `Remove publication from ${buildFolder}`,
    timeoutMs: options.transactionTimeoutMs,
    attributes: { ytcode_resource_id: resourceId },
  };
  return withTransaction(client, transactionOptions, async (transaction) => {
    await waitForLock(transaction, buildFolder, log, async () => {
      await transaction.lock(buildFolder, { mode: "shared", childKey: ARCHIVE_NAME });
    });
    const removed = [
      ...(await removeStableNames(transaction, buildFolder, resourceId)),
      ...(await removeVersions(transaction, buildFolder, resourceId)),
    ];
    // A folder that somebody else made, or found empty, is not ours to remove.
    const emptied = removed.length > 0 && (await removeIfEmpty(transaction, buildFolder, log));
    return emptied ? [...removed, buildFolder] : removed;
  });
}

/** The live archive and its wrappers, when they are the resource's. */
async function removeStableNames(
  transaction: YtTransaction,
  buildFolder: string,
  resourceId: string,
): Promise<string[]> {
  const folder: Folder = (await findFolder(transaction, buildFolder)) ?? new Map();
  const names = [...folder.values()]
    // A copy that somebody keeps under another name has our attributes too.
    .filter(({ name, type }) => type === "file" && isStableName(name))
    .filter((entry) => isOurs(entry, resourceId))
    .map(({ name }) => name);
  return removeChildren(transaction, buildFolder, names);
}

async function removeVersions(
  transaction: YtTransaction,
  buildFolder: string,
  resourceId: string,
): Promise<string[]> {
  const versionsPath = versionsPathOf(buildFolder);
  const versions = await findFolder(transaction, versionsPath);
  if (versions === undefined) {
    return [];
  }
  const removed: string[] = [];
  const ourVersions = [...versions.values()].filter(
    (entry) => isOurs(entry, resourceId) && entry.record?.digest === entry.name,
  );
  for (const version of ourVersions) {
    const directory = joinYPath(versionsPath, version.name);
    const files: Folder = (await findFolder(transaction, directory)) ?? new Map();
    if ([...files.values()].every((file) => isOurs(file, resourceId))) {
      removed.push(...(await removeChildren(transaction, versionsPath, [version.name])));
    } else {
      const ours = [...files.values()].filter((file) => isOurs(file, resourceId));
      const names = ours.map(({ name }) => name);
      removed.push(...(await removeChildren(transaction, directory, names)));
    }
  }
  const left = await findFolder(transaction, versionsPath);
  return removed.length > 0 && left?.size === 0
    ? [...removed, ...(await removeChildren(transaction, buildFolder, [VERSIONS_NAME]))]
    : removed;
}

function isOurs(entry: FolderEntry, resourceId: string): boolean {
  return entry.record?.publisher.resourceId === resourceId;
}

/** @returns the removed paths */
async function removeChildren(
  transaction: YtTransaction,
  path: string,
  names: readonly string[],
): Promise<string[]> {
  const paths = names.map((name) => joinYPath(path, name));
  for (const child of paths) {
    await transaction.remove(child, { recursive: true, force: true });
  }
  return paths;
}

/** Somebody may be about to put something into an empty folder: then it stays. */
async function removeIfEmpty(
  transaction: YtTransaction,
  buildFolder: string,
  log: (line: string) => void,
): Promise<boolean> {
  const folder = await findFolder(transaction, buildFolder);
  if (folder?.size !== 0) {
    return false;
  }
  try {
    await transaction.remove(buildFolder, { force: true });
    return true;
  } catch (error) {
    if (!(error instanceof LockConflictError)) {
      throw error;
    }
    log(`[Upload] Keeping "${buildFolder}": ${error.innermostMessage}`);
    return false;
  }
}
