/** Connects to the cluster that a stack names, which may be the local one. */
import { existsSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { canWriteIn } from "../../common/files/can-write.ts";
import { findAnnounced } from "../../common/files/directory-lock.ts";
import { ensureOwnTemporaryDirectory } from "../../common/files/own-temporary-directory.ts";
import type { ClusterAccess, AskedCluster } from "./access/find-access.ts";
import type { Token } from "./access/token.ts";
import type { YtClient } from "./client-types.ts";
import type { Clock } from "./clock.ts";
import { createYtClient } from "./client.ts";
import { isLoopback, isSameCluster, LOCAL_PROXY, parseProxyAddress } from "./proxy-address.ts";
import { sayOnce } from "./say-once.ts";

/** Starts a local cluster, as `local-cluster/` does; its answer comes when the cluster is ready. */
export type StartLocalCluster = (options: {
  readonly dataDirectory: string;
  readonly keepProcessAlive: false;
}) => Promise<{ readonly url: string }>;

export interface ConnectOptions {
  /** A cluster's proxy (see `parseProxyAddress`), or `"local"` for the embedded local cluster. */
  readonly proxy: string;
  /**
   * The stack's or the command's own cluster: what is for that alone, as a token that names no
   * cluster, is not used for another.
   *
   * @default this one
   */
  readonly ownProxy?: string | undefined;
  /** A token for the own cluster. @default what `findAccess` finds */
  readonly token?: string | Token | undefined;
  /** Looks up how to ask a cluster. @default without a token, with its data proxies */
  readonly findAccess?: ((cluster: AskedCluster) => Promise<ClusterAccess>) | undefined;
  /** Where the local cluster keeps its data: see {@link localClusterDirectory}. */
  readonly projectDirectory: string;
  /** Called for the proxy `"local"` only, so it need load nothing before. */
  readonly startLocalCluster: StartLocalCluster;
  /** Takes lines about repeated requests, and warnings. @default nobody */
  readonly log?: ((line: string) => void) | undefined;
  /** Takes the warning that a token goes in plain text. @default `log` */
  readonly warn?: ((line: string) => void) | undefined;
  /** See `YtClientOptions`. */
  readonly isKnown?: boolean | undefined;
  /** Stops every command of the client when aborted. */
  readonly signal?: AbortSignal | undefined;
  /** By which repetitions wait. @default the system's */
  readonly clock?: Clock | undefined;
}

/** The folder of its data. */
const DATA_FOLDER = ".local-cluster";

/** Addresses of the local clusters that this process has started, by data directory. */
const localClusters = new Map<string, Promise<string>>();

/**
 * A client for the cluster that a stack names. For `local` the one that `ytcode local` runs there is used, else
 * the embedded cluster is started, once for each process and directory; it ends with the process.
 *
 * @throws {UserError} for a proxy that is no address, settings or a token that cannot be used, or
 * when another process has the local cluster's data
 */
export async function connectToCluster(options: ConnectOptions): Promise<YtClient> {
  const { proxy, projectDirectory, startLocalCluster, log, signal } = options;
  const { findAccess = withoutSettings } = options;
  if (proxy !== LOCAL_PROXY) {
    const { ownProxy = proxy } = options;
    const { rules, token: found, ...access } = await findAccess({ proxy, ownProxy });
    const token = (access.isOwn ? options.token : undefined) ?? found;
    const address = parseProxyAddress(proxy, rules);
    const names = { proxy: address, displayName: proxy };
    const { isKnown, clock } = options;
    const client = createYtClient({ ...access, ...names, token, isKnown, log, signal, clock });
    if (token !== undefined) {
      warnOfPlainText(proxy, new URL(address), options.warn ?? log);
    }
    return client;
  }
  const dataDirectory = localClusterDirectory(projectDirectory);
  if (dataDirectory !== join(realpathSync(projectDirectory), DATA_FOLDER)) {
    log?.(
      `"${projectDirectory}" cannot be written: the local cluster keeps its data in "${dataDirectory}"`,
    );
  }
  const address =
    findRunning(dataDirectory) ?? (await ensureLocalCluster(dataDirectory, startLocalCluster));
  return createYtClient({ proxy: address, displayName: LOCAL_PROXY, log, signal });
}

/**
 * Where a project's local cluster keeps its data: in `.local-cluster` in the project, and where that can be
 * neither found nor made, in a directory of the user's own among the temporary files.
 *
 * @throws {UserError} when there is no place to write
 */
export function localClusterDirectory(projectDirectory: string): string {
  const project = realpathSync(projectDirectory);
  const directory = join(project, DATA_FOLDER);
  return existsSync(directory) || canWriteIn(directory)
    ? directory
    : join(ensureOwnTemporaryDirectory(project, "start the local cluster"), DATA_FOLDER);
}

/** Many clusters speak plain HTTP in a network of their own, so that it is no mistake. */
function warnOfPlainText(
  proxy: string,
  url: URL,
  warn: (line: string) => void = () => undefined,
): void {
  if (url.protocol === "http:" && !isLoopback(url)) {
    sayOnce(
      `Warning: the token for cluster "${proxy}" goes to ${url.origin} in plain text, for all on the way to read: ` +
        'if the cluster speaks TLS, write its address with "https://" in front',
      warn,
    );
  }
}

async function withoutSettings({ proxy, ownProxy = proxy }: AskedCluster): Promise<ClusterAccess> {
  return { rules: {}, isOwn: isSameCluster(proxy, ownProxy), token: undefined };
}

/** The address of a local cluster that runs on these data, as `ytcode local` does; no host but this one is believed. */
function findRunning(dataDirectory: string): string | undefined {
  const address = findAnnounced(dataDirectory);
  return address !== undefined && /^http:\/\/127\.0\.0\.1:\d+$/.test(address) ? address : undefined;
}

async function ensureLocalCluster(
  dataDirectory: string,
  startLocalCluster: StartLocalCluster,
): Promise<string> {
  const start = async (): Promise<string> =>
    (await startLocalCluster({ dataDirectory, keepProcessAlive: false })).url;
  const running = localClusters.get(dataDirectory) ?? start();
  localClusters.set(dataDirectory, running);
  try {
    return await running;
  } catch (error) {
    // A directory that is in use now may be free at the next attempt.
    localClusters.delete(dataDirectory);
    throw error;
  }
}
