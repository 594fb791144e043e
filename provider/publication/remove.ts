/** Removes what a resource has published, and nothing else. */
import { debugSteps } from "../../common/debug-log.ts";
import { assertNodePath, joinYPath, LockConflictError, withTransaction } from "../yt/index.ts";
import type { YtClient, YtTransaction } from "../yt/index.ts";
import { lockBuildFolder } from "./build-folder.ts";
import { findFolder, listFolder } from "./folder.ts";
import type { Folder, FolderEntry } from "./folder.ts";
import { ARCHIVE_NAME, isStableName, VERSIONS_NAME, versionsPathOf } from "./layout.ts";
import { isSameResource } from "./ownership.ts";
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
  const done = debugSteps(`Remove publication from ${buildFolder}`);
  const paths = await withTransaction(client, transactionOptions, async (transaction) => {
    done("start the transaction");
    await lockBuildFolder(transaction, buildFolder, log);
    done("lock the build folder");
    const folder = await listFolder(transaction, buildFolder);
    const isOurs = ownershipTest(folder, resourceId);
    const removed = [
      ...(await removeStableNames(transaction, buildFolder, folder, isOurs)),
      ...(await removeVersions(transaction, buildFolder, isOurs)),
    ];
    // A folder in which nothing was published by this resource is not its to remove.
    const emptied = removed.length > 0 && (await removeIfEmpty(transaction, buildFolder, log));
    done("remove what is there");
    return emptied ? [...removed, buildFolder] : removed;
  });
  done("commit");
  return paths;
}

type OwnershipTest = (entry: FolderEntry) => boolean;

/**
 * Decides what the resource wrote: what bears its id. A resource that lost its state has come
 * back with a new id, so whoever owns the live archive also owns what was recorded before for the
 * same resource, project and stack; nobody else would ever remove it.
 */
function ownershipTest(folder: Folder, resourceId: string): OwnershipTest {
  const live = folder.get(ARCHIVE_NAME)?.record?.publisher;
  const owner = live?.resourceId === resourceId ? live : undefined;
  return ({ record }) => {
    if (record === undefined) {
      return false;
    }
    if (record.publisher.resourceId === resourceId) {
      return true;
    }
    return owner !== undefined && isSameResource(owner, record.publisher);
  };
}

/** The live archive and its wrappers, when they are the resource's. */
async function removeStableNames(
  transaction: YtTransaction,
  buildFolder: string,
  folder: Folder,
  isOurs: OwnershipTest,
): Promise<string[]> {
  const names = [...folder.values()]
    // A copy that somebody keeps under another name has our attributes too.
    .filter(({ name, type }) => type === "file" && isStableName(name))
    .filter(isOurs)
    .map(({ name }) => name);
  return removeChildren(transaction, buildFolder, names);
}

async function removeVersions(
  transaction: YtTransaction,
  buildFolder: string,
  isOurs: OwnershipTest,
): Promise<string[]> {
  const versionsPath = versionsPathOf(buildFolder);
  const versions = await findFolder(transaction, versionsPath);
  if (versions === undefined) {
    return [];
  }
  const removed: string[] = [];
  const ourVersions = [...versions.values()].filter(
    (entry) => isOurs(entry) && entry.record?.digest === entry.name,
  );
  for (const version of ourVersions) {
    const directory = joinYPath(versionsPath, version.name);
    const files = await listFolder(transaction, directory);
    if ([...files.values()].every(isOurs)) {
      removed.push(...(await removeChildren(transaction, versionsPath, [version.name])));
    } else {
      const ours = [...files.values()].filter(isOurs);
      const names = ours.map(({ name }) => name);
      removed.push(...(await removeChildren(transaction, directory, names)));
    }
  }
  const left = await findFolder(transaction, versionsPath);
  return removed.length > 0 && left?.size === 0
    ? [...removed, ...(await removeChildren(transaction, buildFolder, [VERSIONS_NAME]))]
    : removed;
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

/** Another transaction may be about to put something into the empty folder: then it stays. */
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
