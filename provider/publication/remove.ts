/** Removes what a resource has published, and nothing else. */
import { debugSteps } from "../../common/debug-log.ts";
import {
  assertNodePath,
  findValue,
  joinYPath,
  LockConflictError,
  withTransaction,
  withSignal,
} from "../yt/index.ts";
import type { YtClient, YtTransaction } from "../yt/index.ts";
import { lockBuildFolder } from "./build-folder.ts";
import { findFolder, listFolder } from "./folder.ts";
import type { Folder, FolderEntry } from "./folder.ts";
import { ARCHIVE_NAME, isStableName, PIECES_NAME, piecesPathOf, versionsPathOf } from "./layout.ts";
import { waitForLock } from "./lock-wait.ts";
import { isSameResource } from "./ownership.ts";

export interface RemovePublicationOptions {
  readonly client: YtClient;
  readonly buildFolder: string;
  /** What bears this id is removed, and nothing else. */
  readonly resourceId: string;
  readonly log: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
  /** Timeout of the removal's transaction. @default 60000 */
  readonly transactionTimeoutMs?: number | undefined;
}

/**
 * Removes what a resource published, in one transaction; `versions` and the build folder only
 * when they are empty afterwards. Fine when it is gone already.
 *
 * @returns the paths that were removed
 * @throws {UserError} when somebody keeps a version locked; nothing is removed then
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
  let toRemove: readonly string[] = [];
  const transactionOptions = {
    title: `Remove publication from ${buildFolder}`,
    timeoutMs: options.transactionTimeoutMs,
    attributes: { ytcode_resource_id: resourceId },
    done: "removed",
    startsOver: true,
    isCommitted: async () => {
      const [first] = toRemove;
      return first === undefined || !(await client.exists(first));
    },
  };
  const done = debugSteps(`Remove publication from ${buildFolder}`);
  const paths = await withTransaction(client, transactionOptions, async (transaction) => {
    done("start the transaction");
    await lockBuildFolder(transaction, buildFolder, log);
    done("lock the build folder");
    const folder = await listFolder(transaction, buildFolder);
    const isOurs = ownershipTest(folder, resourceId);
    const removed = [
      ...(await removeStableNames(transaction, buildFolder, folder, isOurs, log)),
      ...(await removeVersions(transaction, buildFolder, isOurs, log)),
    ];
    if (folder.has(PIECES_NAME)) {
      const isPublisher = removed.length > 0;
      removed.push(...(await removePieces(transaction, buildFolder, isOurs, isPublisher, log)));
    }
    // A folder in which nothing was published by this resource is not its to remove.
    const emptied = removed.length > 0 && (await removeIfEmpty(transaction, buildFolder, log));
    done("remove what is there");
    toRemove = emptied ? [...removed, buildFolder] : removed;
    return toRemove;
  });
  done("commit");
  return paths;
}

type OwnershipTest = (entry: FolderEntry) => boolean;

/**
 * Decides what the resource wrote: what bears its id. A resource that lost its state, or was replaced
 * in its place, goes on under a new id: whoever owns the live archive owns also what was recorded
 * before for the same resource, project and stack, and nobody else does.
 */
function ownershipTest(folder: Folder, resourceId: string): OwnershipTest {
  const owner = folder.get(ARCHIVE_NAME)?.record?.publisher;
  return ({ record }) => {
    if (record === undefined) {
      return false;
    }
    return owner !== undefined && isSameResource(owner, record.publisher)
      ? owner.resourceId === resourceId
      : record.publisher.resourceId === resourceId;
  };
}

/** The live archive and its wrappers, when they are the resource's. */
async function removeStableNames(
  transaction: YtTransaction,
  buildFolder: string,
  folder: Folder,
  isOurs: OwnershipTest,
  log: (line: string) => void,
): Promise<readonly string[]> {
  const live = folder.get(ARCHIVE_NAME);
  const wrappers = live !== undefined && isOurs(live) ? live.record?.wrappers : undefined;
  // A copy that somebody keeps under another name has our attributes too.
  const isStable = (name: string): boolean =>
    wrappers === undefined
      ? isStableName(name)
      : name === ARCHIVE_NAME || wrappers[name] !== undefined;
  const paths = [...folder.values()]
    .filter(({ name, type }) => type === "file" && isStable(name))
    .filter(isOurs)
    .map(({ name }) => joinYPath(buildFolder, name));
  return removeAll(transaction, paths, log);
}

async function removeVersions(
  transaction: YtTransaction,
  buildFolder: string,
  isOurs: OwnershipTest,
  log: (line: string) => void,
): Promise<readonly string[]> {
  const versionsPath = versionsPathOf(buildFolder);
  const versions = await findFolder(transaction, versionsPath);
  if (versions === undefined) {
    return [];
  }
  const removed: string[] = [];
  const ourVersions = [...versions.values()].filter(
    (entry) => entry.type === "map_node" && isOurs(entry) && entry.record?.digest === entry.name,
  );
  for (const { name: digest } of ourVersions) {
    const directory = joinYPath(versionsPath, digest);
    // So that nobody puts anything there between the look and the removal.
    await waitForLock(transaction, directory, log, async () => {
      await transaction.lock(directory, { mode: "exclusive" });
    });
    const files = [...(await listFolder(transaction, directory)).values()];
    // Whose the directory is, his are its files.
    const ours = files.filter(({ record }) => record?.digest === digest);
    const paths =
      ours.length === files.length
        ? [directory]
        : ours.map(({ name }) => joinYPath(directory, name));
    removed.push(...(await removeAll(transaction, paths, log)));
  }
  return removed.length > 0 && (await removeIfEmpty(transaction, versionsPath, log))
    ? [...removed, versionsPath]
    : removed;
}

/**
 * What archives were put together of, also by a publication that was broken off.
 *
 * @param isPublisher whether anything else there was the resource's: then the folder is, too, when nothing is in it
 */
async function removePieces(
  transaction: YtTransaction,
  buildFolder: string,
  isOurs: OwnershipTest,
  isPublisher: boolean,
  log: (line: string) => void,
): Promise<readonly string[]> {
  const path = piecesPathOf(buildFolder);
  const pieces = [...(await listFolder(transaction, path)).values()];
  if (pieces.length === 0) {
    // The cluster did not put an archive together, and got the whole.
    return isPublisher && (await removeIfEmpty(transaction, path, log)) ? [path] : [];
  }
  const ours = pieces.filter(
    (entry) => entry.type === "file" && isOurs(entry) && entry.record?.digest === entry.name,
  );
  if (ours.length < pieces.length || ours.length === 0) {
    const paths = ours.map(({ name }) => joinYPath(path, name));
    return removeAll(transaction, paths, log);
  }
  return removeAll(transaction, [path], log);
}

/** Removes nodes, one after the other, when nobody has them locked. @returns their paths */
async function removeAll(
  transaction: YtTransaction,
  paths: readonly string[],
  log: (line: string) => void,
): Promise<readonly string[]> {
  for (const path of paths) {
    await waitForLock(transaction, path, log, async () =>
      transaction.remove(path, { recursive: true, force: true }),
    );
  }
  return paths;
}

/**
 * Removes a folder in which nothing is left. Another transaction may be about to put something there:
 * then it stays; and so does a link to a folder, which no publication makes.
 */
async function removeIfEmpty(
  transaction: YtTransaction,
  path: string,
  log: (line: string) => void,
): Promise<boolean> {
  if ((await listFolder(transaction, path)).size > 0) {
    return false;
  }
  if ((await findValue(transaction, `${path}&/@type`)) === "link") {
    return false;
  }
  try {
    await transaction.lock(path, { mode: "exclusive" });
    if ((await listFolder(transaction, path)).size > 0) {
      return false;
    }
    await transaction.remove(path, { force: true });
    return true;
  } catch (error) {
    if (!(error instanceof LockConflictError)) {
      throw error;
    }
    log(`[Upload] Keeping "${path}": ${error.innermostMessage}`);
    return false;
  }
}
