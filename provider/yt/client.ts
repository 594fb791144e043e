import type { YtClient } from "./client-types.ts";
import type { Clock } from "./clock.ts";
import type { RetryPolicy } from "./retry-policy.ts";

export interface YtClientOptions {
  /** `HOST`, `HOST:PORT`, `http://…` or `https://…`; see `parseProxyAddress`. */
  readonly proxy: string;
  /** What messages call the cluster. @default the proxy as given */
  readonly displayName?: string | undefined;
  /** OAuth token; kept in this client's closure and nowhere else. @default none is sent */
  readonly token?: string | undefined;
  /** Takes lines about repeated requests. @default nobody */
  readonly log?: ((line: string) => void) | undefined;
  /** Stops every command when aborted. */
  readonly signal?: AbortSignal | undefined;
  /** @default DEFAULT_RETRY_POLICY, field by field */
  readonly retry?: Partial<RetryPolicy> | undefined;
  /** @default DEFAULT_TIMEOUTS, field by field */
  readonly timeouts?: Partial<ClientTimeouts> | undefined;
  /** @default the system's */
  readonly clock?: Clock | undefined;
}

/** All in milliseconds. */
export interface ClientTimeouts {
  /** Name lookup, connection, TLS: each. @default 5000 */
  readonly connectMs: number;
  /** One light request from start to end. @default 30000 */
  readonly requestMs: number;
  /** Longest silence during a transfer. The cluster may think for a while after the last byte. @default 120000 */
  readonly idleMs: number;
}

/**
 * A client for one cluster.
 *
 * @example
 * ```ts
 * const client = createYtClient({ proxy: "yt.example.net", token: process.env["YT_TOKEN"] });
 * console.log(await client.get("//home/@type")); // map_node
 * ```
 * @throws UserError for a proxy that is no address
 */
export declare function createYtClient(options: YtClientOptions): YtClient;
