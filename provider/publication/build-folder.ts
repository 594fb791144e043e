/** Creates and locks the folder that a resource publishes to. */
import { findValue, parentYPath } from "../yt/index.ts";
import type { YtClient, YtTransaction } from "../yt/index.ts";
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

/**
 * Makes the build folder, where it is missing, and keeps other publications out of it until the
 * transaction ends.
 *
 * @throws {UserError} when a node on the way is no map node, or another publication is under way
 */
export async function makeBuildFolder(
  transaction: YtTransaction,
  buildFolder: string,
  log: (line: string) => void,
): Promise<void> {
  await waitForLock(transaction, buildFolder, log, async () => {
    await ensureBuildFolder(transaction, buildFolder);
    await lockArchive(transaction, buildFolder);
  });
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
async function lockArchive(transaction: YtTransaction, buildFolder: string): Promise<void> {
  await transaction.lock(buildFolder, { mode: "shared", childKey: ARCHIVE_NAME });
}

async function ensureBuildFolder(transaction: YtTransaction, buildFolder: string): Promise<void> {
  if (await isContainer(transaction, buildFolder, buildFolder)) {
    return;
  }
  for (let path = parentYPath(buildFolder); path !== "/"; path = parentYPath(path)) {
    if (await isContainer(transaction, path, buildFolder)) {
      break;
    }
  }
  await transaction.create("map_node", buildFolder, { recursive: true, ignoreExisting: true });
}

/** @throws {UserError} when there is a node, but one that can have no children */
async function isContainer(client: YtClient, path: string, buildFolder: string): Promise<boolean> {
  const type = await findValue(client, `${path}/@type`);
  if (typeof type === "string" && !CONTAINER_TYPES.has(type)) {
    const where = path === buildFolder ? "it" : `"${path}"`;
    throw new UserError(
      `Cannot use "${buildFolder}" as build folder as ${where} is a node of type "${type}", ` +
        `not a map node: choose another build folder`,
      { argument: "buildFolder" },
    );
  }
  return type !== undefined;
}
