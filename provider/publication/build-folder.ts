/** Creates and locks the folder that a resource publishes to. */
import {
  AlreadyExistsError,
  findValue,
  parentYPath,
  ResolveError,
  UnreachableError,
  YtError,
} from "../yt/index.ts";
import type { LightCommands, YtClient, YtTransaction } from "../yt/index.ts";
import { messageOf } from "../../common/errors/message-of.ts";
import { UserError } from "../../common/errors/user-error.ts";
import { ARCHIVE_NAME } from "./layout.ts";
import { waitForLock } from "./lock-wait.ts";

/** Node types with children by name; all but the first are map nodes of clusters with several cells. */
export const CONTAINER_TYPES: ReadonlySet<string> = new Set([
  "map_node",
  "portal_entrance",
  "portal_exit",
  "rootstock",
  "scion",
  "sequoia_map_node",
]);

/** How often a folder is made again that others remove before it can be locked. */
const MAX_ROUNDS = 10;
/** How long the removal of empty folders may take, when a publication has failed. */
const REMOVAL_TIMEOUT_MS = 10_000;

/** A build folder that was not there before. */
export interface MadeFolder {
  readonly path: string;
  readonly id: string;
  /** Those above it that were missing shortly before, the nearest first. */
  readonly parents: readonly string[];
}

/**
 * Keeps other publications out of the build folder until the transaction ends. What is missing of its
 * path is made outside of the transaction: a new node locks its parent's child until it is committed,
 * and other publications under the same new parent would have to wait for the whole upload.
 *
 * @param client has no transaction, or the one around
 * @param made takes what was made, also when this fails later
 * @throws {UserError} when a node on the way is no map node, or another publication is under way
 */
export async function makeBuildFolder(
  transaction: YtTransaction,
  client: YtClient,
  buildFolder: string,
  made: MadeFolder[],
  log: (line: string) => void,
): Promise<void> {
  await waitForLock(transaction, buildFolder, log, async () => {
    for (let round = 1; ; round += 1) {
      const { missing, lockError } = await tryToLock(transaction, buildFolder);
      if (lockError === undefined) {
        return;
      }
      if (!(lockError instanceof ResolveError) || round === MAX_ROUNDS) {
        throw lockError;
      }
      made.push(...(await makeFolder(client, buildFolder, missing)));
    }
  });
}

/**
 * Removes the folders that were made for a publication that has failed, as far as they are empty and
 * nobody else uses them. Says so when it cannot, and throws nothing.
 */
export async function removeMadeFolders(
  client: YtClient,
  made: readonly MadeFolder[],
  log: (line: string) => void,
): Promise<void> {
  const signal = client.clock.timeout(REMOVAL_TIMEOUT_MS);
  const remover = client.scoped({ transactionId: client.transactionId, signal });
  for (const folder of made) {
    try {
      await removeEmpty(remover, folder);
    } catch (error) {
      // With something in it, or locked, it is somebody else's by now.
      if (!(error instanceof YtError) || error instanceof UnreachableError) {
        log(`[Upload] The new folder "${folder.path}" stays, empty: ${messageOf(error)}`);
      }
    }
  }
}

async function removeEmpty(client: YtClient, { id, parents }: MadeFolder): Promise<void> {
  const [madeAt, ...times] = await client.batch(async (batch) =>
    Promise.all(
      [`#${id}`, ...parents].map(async (path) => findValue(batch, `${path}/@creation_time`)),
    ),
  );
  if (madeAt === undefined) {
    return;
  }
  await client.remove(`#${id}`);
  for (const [index, path] of parents.entries()) {
    // What one request has made has one time; another's may have come in between.
    if (times[index] !== madeAt) {
      return;
    }
    await client.remove(path);
  }
}

/**
 * Keeps publications out of a build folder until the transaction ends.
 *
 * @throws {UserError} when another publication is under way
 */
export async function lockBuildFolder(
  transaction: YtTransaction,
  buildFolder: string,
  log: (line: string) => void,
): Promise<void> {
  await waitForLock(transaction, buildFolder, log, async () =>
    lockArchive(transaction, buildFolder),
  );
}

/** Locks the archive's name only: others may go on using the folder. */
async function lockArchive(transaction: LightCommands, buildFolder: string): Promise<void> {
  await transaction.lock(buildFolder, { mode: "shared", childKey: ARCHIVE_NAME });
}

/** Looks at the whole path in the same request, for what is missing of it, or in the way. */
async function tryToLock(
  transaction: YtTransaction,
  buildFolder: string,
): Promise<{ readonly missing: readonly string[]; readonly lockError: YtError | undefined }> {
  const paths = [buildFolder];
  for (let path = parentYPath(buildFolder); path !== "/"; path = parentYPath(path)) {
    paths.push(path);
  }
  return transaction.batch(async (batch) => {
    const typesAt = async (suffix: string): Promise<readonly unknown[]> =>
      Promise.all(paths.map(async (path) => findValue(batch, `${path}${suffix}/@type`)));
    const [types, typesOfLinks, lockError] = await Promise.all([
      typesAt(""),
      typesAt("&"),
      findLockError(batch, buildFolder),
    ]);
    // What is made below such a link appears where it leads to, which nobody has asked for.
    const broken = paths.find((_, i) => types[i] === undefined && typesOfLinks[i] === "link");
    if (broken !== undefined) {
      throw refuse(buildFolder, broken, "a link to what does not exist");
    }
    const nearest = types.findIndex((type) => type !== undefined);
    const type = types[nearest];
    if (typeof type === "string" && !CONTAINER_TYPES.has(type)) {
      throw refuse(buildFolder, paths[nearest], `a node of type "${type}", not a map node`);
    }
    const missing = nearest === -1 ? paths : paths.slice(0, nearest);
    return { missing, lockError };
  });
}

async function findLockError(
  batch: LightCommands,
  buildFolder: string,
): Promise<YtError | undefined> {
  try {
    await lockArchive(batch, buildFolder);
    return undefined;
  } catch (error) {
    if (error instanceof YtError) {
      return error;
    }
    throw error;
  }
}

/** @param missing the build folder, and what is missing above it, the nearest first */
async function makeFolder(
  client: YtClient,
  buildFolder: string,
  [, ...parents]: readonly string[],
): Promise<readonly MadeFolder[]> {
  try {
    const id = await client.create("map_node", buildFolder, { recursive: true });
    return [{ path: buildFolder, id, parents }];
  } catch (error) {
    if (!(error instanceof AlreadyExistsError)) {
      throw error;
    }
    return [];
  }
}

function refuse(buildFolder: string, path: string | undefined, what: string): UserError {
  const where = path === buildFolder ? "it" : `"${path}"`;
  return new UserError(
    `Cannot use "${buildFolder}" as build folder as ${where} is ${what}: ` +
      `choose another build folder`,
    { argument: "buildFolder" },
  );
}
