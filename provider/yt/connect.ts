import type { YtClient } from "./client-types.ts";

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

/**
 * A client for the cluster that a stack names. For `local` the embedded cluster is started, once
 * for each process and directory; it ends with the process.
 *
 * @throws UserError for a proxy that is no address, or when another process has the local cluster's data
 */
export declare function connectToCluster(options: ConnectOptions): Promise<YtClient>;
