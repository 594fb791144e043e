/** The client of a cluster: light commands, batches of them, and transfers, in one scope. */
import { assertToken, placesOf, STACK_TOKEN_PLACES } from "./access/token.ts";
import type { Token } from "./access/token.ts";
import { createBatchSender } from "./batch.ts";
import type { ClientScope, YtClient } from "./client-types.ts";
import { systemClock } from "./clock.ts";
import type { Clock } from "./clock.ts";
import { makeHostFilter } from "./cluster-hosts.ts";
import { COMMANDS } from "./commands.ts";
import { concatenate } from "./concatenate.ts";
import { createConnection } from "./connection.ts";
import type { Connection } from "./connection.ts";
import { LockConflictError } from "./errors/index.ts";
import { createLightCommands, createTransactionCommands } from "./light-commands.ts";
import type { SendCommand } from "./light-commands.ts";
import { parseProxyAddress } from "./proxy-address.ts";
import { DEFAULT_RETRY_POLICY } from "./retry-policy.ts";
import type { RetryPolicy } from "./retry-policy.ts";
import { readFile, readFileContent, readFileTo, streamFile } from "./receive.ts";
import { writeFile, writeFiles } from "./transfer.ts";

export interface YtClientOptions {
  /** `HOST`, `HOST:PORT`, `http://…` or `https://…`; see `parseProxyAddress`. */
  readonly proxy: string;
  /** What messages call the cluster. @default the proxy as given */
  readonly displayName?: string | undefined;
  /** OAuth token; kept in this client's closure and nowhere else. @default none is sent */
  readonly token?: string | Token | undefined;
  /** Whether it is the stack's own cluster, for what is said of a missing token. @default true */
  readonly isOwn?: boolean | undefined;
  /**
   * Whether something has been published there before, so that an outage is waited for also at the first request.
   *
   * @default false: a wrong address is told in seconds
   */
  readonly isKnown?: boolean | undefined;
  /** Whether file content goes to the data proxies that the cluster names, else to `proxy`. @default true */
  readonly proxyDiscovery?: boolean | undefined;
  /** Whose hosts may have the token beside those of `proxy`; see `isHostOfCluster`. @default nobody's */
  readonly dataProxies?: readonly string[] | undefined;
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
  /** Longest time without a byte during a transfer; the cluster may need a while after the last one. @default 45000 */
  readonly idleMs: number;
}

export const DEFAULT_TIMEOUTS: ClientTimeouts = {
  connectMs: 5000,
  requestMs: 30_000,
  idleMs: 45_000,
};

/**
 * A client for one cluster. A cluster behind a private certificate authority is reached with
 * Node's own setting, `NODE_EXTRA_CA_CERTS`.
 *
 * @example
 * ```ts
 * const client = createYtClient({ proxy: "yt.example.net", token: process.env["YT_TOKEN"] });
 * await client.get("//home/@type"); // "map_node"
 * // In one request:
 * const [children, type] = await client.batch(async (batch) =>
 *   Promise.all([batch.list("//home/x"), batch.get("//home/x/@type")]),
 * );
 * ```
 * @throws {UserError} for a proxy that is no address, or a token that can be none
 */
export function createYtClient(options: YtClientOptions): YtClient {
  const { proxy, displayName = proxy, log = () => undefined, clock = systemClock } = options;
  const { isOwn = true, isKnown = false, proxyDiscovery = true, dataProxies = [] } = options;
  const address = parseProxyAddress(proxy);
  const token = toToken(options.token);
  if (token !== undefined) {
    assertToken(token, displayName);
  }
  const hosts = { address, proxy: displayName, named: dataProxies, log };
  const otherPlace = `"${new URL(address).host}" in yt:tokens`;
  const connection = createConnection({
    address,
    proxy: displayName,
    token: token?.text,
    tokenPlaces: token === undefined ? (isOwn ? undefined : otherPlace) : placesOf(token),
    proxyDiscovery,
    isKnown,
    // There is nothing to keep from anybody without a token.
    filterHosts: token === undefined ? undefined : makeHostFilter(hosts),
    log,
    retry: { ...DEFAULT_RETRY_POLICY, ...options.retry },
    timeouts: { ...DEFAULT_TIMEOUTS, ...options.timeouts },
    clock,
  });
  const abandoned = new Set<string>();
  const shared = { connection, proxy: displayName, clock, log, abandoned };
  return createScopedClient(shared, { transactionId: undefined, signal: options.signal });
}

/** The file the token comes from often ends in a line feed, which no header may hold. */
function toToken(token: string | Token | undefined): Token | undefined {
  const given = typeof token === "string" ? { text: token, origin: STACK_TOKEN_PLACES } : token;
  const text = given?.text.trim() ?? "";
  return given === undefined || text === "" ? undefined : { ...given, text };
}

/** What a client shares with those that `scoped()` makes of it. */
interface SharedState {
  readonly connection: Connection;
  readonly proxy: string;
  readonly clock: Clock;
  readonly log: (line: string) => void;
  /** Transactions of this client that were to be aborted, and may live on: they must not lock it out. */
  readonly abandoned: Set<string>;
}

function createScopedClient(shared: SharedState, scope: ClientScope): YtClient {
  const { connection, proxy, clock, log, abandoned } = shared;
  const { transactionId, signal } = scope;

  const abort = async (aborted: string): Promise<void> => {
    const action = `abort transaction ${aborted}`;
    const inScope = transactionId === undefined ? {} : { transaction_id: transactionId };
    const parameters = { ...inScope, transaction_id: aborted };
    // Until the answer comes it may go on, and hold its locks.
    abandoned.add(aborted);
    await connection.send({
      command: COMMANDS.abortTransaction,
      action,
      path: undefined,
      parameters,
      signal,
    });
    abandoned.delete(aborted);
  };
  /** Ends a transaction of this client that is in the way, and sends the command again. */
  const pastAbandoned =
    (send: SendCommand): SendCommand =>
    async (request) => {
      for (;;) {
        try {
          return await send(request);
        } catch (error) {
          const winner = error instanceof LockConflictError ? error.winner : undefined;
          if (winner === undefined || !abandoned.has(winner.transactionId)) {
            throw error;
          }
          await abort(winner.transactionId);
        }
      }
    };
  const sendAlone = pastAbandoned(async (request) => connection.send(request));
  const client: YtClient = {
    clock,
    log,
    transactionId,
    signal,
    scoped: (other) => createScopedClient(shared, other),
    ...createLightCommands(sendAlone, scope, proxy),
    ...createTransactionCommands(sendAlone, scope, proxy),
    abortTransaction: abort,
    batch: async (work) => {
      const send = pastAbandoned(createBatchSender(connection, signal));
      return work(createLightCommands(send, scope, proxy));
    },

    writeFile: async (path, source, options) =>
      writeFile(client, connection, path, source, options),
    writeFiles: async (files) => writeFiles(client, connection, files),
    concatenate: async (sources, destination, attributes) =>
      concatenate(client, connection, sources, destination, attributes),
    readFile: async (path, localPath, options) =>
      readFile(client, connection, path, localPath, options),
    readFileTo: async (path, sink) => readFileTo(client, connection, path, sink),
    readFileContent: async (path) => readFileContent(client, connection, path),
    streamFile: (path) => streamFile(client, connection, path),
  };
  return client;
}
