/** Reads the versions of a build folder from the cluster that the user has named. */
import { assertNodePath, listHistory } from "../../provider/cluster.ts";
import type { HistoryEntry } from "../../provider/cluster.ts";
import { UserError } from "../../common/errors/user-error.ts";
import { askCluster } from "../cluster/ask-cluster.ts";
import { findProxy } from "../cluster/find-proxy.ts";

/** The versions of one build folder. */
export interface History {
  readonly buildFolder: string;
  readonly proxy: string;
  /** Newest first. */
  readonly versions: readonly HistoryEntry[];
}

const ACTION = "show the history of";

/**
 * Reads it.
 *
 * @param options `--proxy`, and where the user is
 * @throws {UserError} when there is no such folder, the cluster refuses or does not answer
 */
export async function openHistory(
  buildFolder: string,
  options: { readonly proxy: string | undefined; readonly directory: string },
): Promise<History> {
  assertNodePath(buildFolder, "build folder");
  const { directory } = options;
  const proxy = findProxy(options.proxy, ACTION, buildFolder, process.env);
  return askCluster(ACTION, buildFolder, { proxy, directory }, async (client) => {
    const versions = await listHistory(client, buildFolder);
    if (versions === undefined) {
      throw new UserError(
        `Cannot ${ACTION} "${buildFolder}" on cluster "${client.proxy}" as there is no such folder`,
      );
    }
    return { buildFolder, proxy: client.proxy, versions };
  });
}
