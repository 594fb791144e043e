import { realpathSync } from "node:fs";
import { join } from "node:path";
import type { YtClient } from "./client-types.ts";
import { createYtClient } from "./client.ts";

export interface ConnectOptions {
  /** A cluster's proxy (see `parseProxyAddress`), or `"local"` for the embedded local cluster. */
  readonly proxy: string;
  /** OAuth token, from `yt:token` or `YT_TOKEN`. */
  readonly token?: string | undefined;
  /** Where the local cluster keeps its data: in `.local-cluster` below it. */
  readonly projectDirectory: string;
  /** Takes lines about repeated requests. @default nobody */
  readonly log?: ((line: string) => void) | undefined;
  /** Stops every command of the client when aborted. */
  readonly signal?: AbortSignal | undefined;
}

/** The proxy name that stands for the local cluster inside this process. */
export const LOCAL_PROXY = "local";

/** Addresses of the local clusters that this process has started, by data directory. */
const localClusters = new Map<string, Promise<string>>();

/**
 * A client for the cluster that a stack names. For `local` the embedded cluster is started, once
 * for each process and directory; it ends with the process.
 *
 * @throws UserError for a proxy that is no address, or when another process has the local cluster's data
 */
export async function connectToCluster(options: ConnectOptions): Promise<YtClient> {
  const { proxy, token, projectDirectory, log, signal } = options;
  if (proxy !== LOCAL_PROXY) {
    return createYtClient({ proxy, token, log, signal });
  }
  const address = await ensureLocalCluster(join(realpathSync(projectDirectory), ".local-cluster"));
  return createYtClient({ proxy: address, displayName: LOCAL_PROXY, token, log, signal });
}

async function ensureLocalCluster(dataDirectory: string): Promise<string> {
  const running = localClusters.get(dataDirectory) ?? startCluster(dataDirectory);
  localClusters.set(dataDirectory, running);
  try {
    return await running;
  } catch (error) {
    // A directory that is in use now may be free at the next attempt.
    localClusters.delete(dataDirectory);
    throw error;
  }
}

async function startCluster(dataDirectory: string): Promise<string> {
  // Loaded only when wanted: a stack on a real cluster needs nothing of it.
  const { startLocalCluster } = await import("../../local-cluster/index.ts");
  const cluster = await startLocalCluster({ dataDirectory, keepProcessAlive: false });
  return cluster.url;
}
