/** The client of a cluster: its methods as commands of the HTTP API. */
import { assertToken, placesOf, STACK_TOKEN_PLACES } from "./access/token.ts";
import type { Token } from "./access/token.ts";
import type {
  ClientScope,
  CopyOptions,
  ListedNode,
  StartTransactionOptions,
  YtClient,
} from "./client-types.ts";
import { systemClock } from "./clock.ts";
import type { Clock } from "./clock.ts";
import { makeHostFilter } from "./cluster-hosts.ts";
import { COMMANDS } from "./commands.ts";
import type { Command } from "./commands.ts";
import { createConnection } from "./connection.ts";
import type { Connection } from "./connection.ts";
import { LockConflictError, YtError } from "./errors/index.ts";
import { makeErrorNode, PROTOCOL_ERROR_CODE } from "./errors/yt-error.ts";
import { isRecord } from "../../common/values/is-record.ts";
import { decodeWithAttributes, decodeYtJson } from "./json.ts";
import { parseProxyAddress } from "./proxy-address.ts";
import { DEFAULT_RETRY_POLICY } from "./retry-policy.ts";
import type { RetryPolicy } from "./retry-policy.ts";
import { readFile, readFileContent, readFileTo, writeFile } from "./transfer.ts";

export interface YtClientOptions {
  /** `HOST`, `HOST:PORT`, `http://…` or `https://…`; see `parseProxyAddress`. */
  readonly proxy: string;
  /** What messages call the cluster. @default the proxy as given */
  readonly displayName?: string | undefined;
  /** OAuth token; kept in this client's closure and nowhere else. @default none is sent */
  readonly token?: string | Token | undefined;
  /** Whether it is the stack's own cluster, for what is said of a missing token. @default true */
  readonly isOwn?: boolean | undefined;
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
 * ```
 * @throws {UserError} for a proxy that is no address, or a token that can be none
 */
export function createYtClient(options: YtClientOptions): YtClient {
  const { proxy, displayName = proxy, log = () => undefined, clock = systemClock } = options;
  const { isOwn = true, proxyDiscovery = true, dataProxies = [] } = options;
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

type Parameters = Readonly<Record<string, unknown>>;

function createScopedClient(shared: SharedState, scope: ClientScope): YtClient {
  const { connection, proxy, clock, log, abandoned } = shared;
  const { transactionId, signal } = scope;
  const inScope = transactionId === undefined ? {} : { transaction_id: transactionId };

  const abort = async (aborted: string): Promise<void> => {
    const action = `abort transaction ${aborted}`;
    const parameters = { transaction_id: aborted };
    // Until the answer comes it may go on, and hold its locks.
    abandoned.add(aborted);
    const scoped = { parameters: { ...inScope, ...parameters }, signal };
    await connection.send({ command: COMMANDS.abortTransaction, action, ...scoped });
    abandoned.delete(aborted);
  };
  const send = async (
    command: Command,
    action: string,
    path: string | undefined,
    parameters: Parameters,
    input?: unknown,
  ): Promise<unknown> => {
    const scoped = { parameters: { ...inScope, ...parameters }, signal };
    for (;;) {
      try {
        return await connection.send({ command, action, path, input, ...scoped });
      } catch (error) {
        const winner = error instanceof LockConflictError ? error.winner : undefined;
        if (winner === undefined || !abandoned.has(winner.transactionId)) {
          throw error;
        }
        await abort(winner.transactionId);
      }
    }
  };
  const field = (answer: unknown, name: string, action: string): unknown =>
    isRecord(answer) && name in answer ? answer[name] : throwBadAnswer(`"${name}"`, action, proxy);
  const id = (answer: unknown, name: string, action: string): string => {
    const found = field(answer, name, action);
    return typeof found === "string" ? found : throwBadAnswer(`"${name}"`, action, proxy);
  };
  const transfer = async (
    command: Command,
    action: string,
    sourcePath: string,
    destinationPath: string,
    { recursive = false, force = false }: CopyOptions,
  ): Promise<string> => {
    const parameters = {
      source_path: sourcePath,
      destination_path: destinationPath,
      recursive,
      force,
    };
    return id(await send(command, action, destinationPath, parameters), "node_id", action);
  };

  const client: YtClient = {
    proxy,
    clock,
    log,
    transactionId,
    signal,
    scoped: (other) => createScopedClient(shared, other),

    exists: async (path) => {
      const action = `look for "${path}"`;
      return field(await send(COMMANDS.exists, action, path, { path }), "value", action) === true;
    },
    get: async (path) => {
      const action = `read "${path}"`;
      return decodeYtJson(field(await send(COMMANDS.get, action, path, { path }), "value", action));
    },
    getAttributes: async (path, names) => {
      const action = `read attributes of "${path}"`;
      const answer = await send(COMMANDS.get, action, path, { path, attributes: names });
      return decodeWithAttributes(field(answer, "value", action)).attributes;
    },
    list: async (path, attributeNames = []) => {
      const action = `list "${path}"`;
      const answer = await send(COMMANDS.list, action, path, { path, attributes: attributeNames });
      return (
        parseList(field(answer, "value", action)) ?? throwBadAnswer("complete list", action, proxy)
      );
    },
    set: async (path, value) => {
      await send(COMMANDS.set, `set "${path}"`, path, { path }, value);
    },
    multisetAttributes: async (path, attributes) => {
      const parameters = { path: `${path}/@` };
      const action = `set attributes of "${path}"`;
      await send(COMMANDS.multisetAttributes, action, path, parameters, attributes);
    },
    create: async (type, path, options = {}) => {
      const { recursive = false, ignoreExisting = false, force = false, attributes = {} } = options;
      const action = `create "${path}"`;
      const parameters = {
        type,
        path,
        attributes,
        recursive,
        ignore_existing: ignoreExisting,
        force,
      };
      return id(await send(COMMANDS.create, action, path, parameters), "node_id", action);
    },
    remove: async (path, { recursive = false, force = false } = {}) => {
      await send(COMMANDS.remove, `remove "${path}"`, path, { path, recursive, force });
    },
    copy: async (from, to, options = {}) =>
      transfer(COMMANDS.copy, `copy "${from}" to "${to}"`, from, to, options),
    move: async (from, to, options = {}) =>
      transfer(COMMANDS.move, `move "${from}" to "${to}"`, from, to, options),
    lock: async (path, { mode, childKey, attributeKey }) => {
      const action = `lock "${path}"`;
      const parameters = {
        path,
        mode,
        ...(childKey === undefined ? {} : { child_key: childKey }),
        ...(attributeKey === undefined ? {} : { attribute_key: attributeKey }),
      };
      return id(await send(COMMANDS.lock, action, path, parameters), "node_id", action);
    },

    startTransaction: async ({ title, timeoutMs, attributes = {} }: StartTransactionOptions) => {
      const action = `start transaction "${title}"`;
      const parameters = { timeout: timeoutMs, attributes: { ...attributes, title } };
      const answer = await send(COMMANDS.startTransaction, action, undefined, parameters);
      return id(answer, "transaction_id", action);
    },
    pingTransaction: async (pinged) => {
      const action = `ping transaction ${pinged}`;
      await send(COMMANDS.pingTransaction, action, undefined, { transaction_id: pinged });
    },
    commitTransaction: async (committed) => {
      const action = `commit transaction ${committed}`;
      await send(COMMANDS.commitTransaction, action, undefined, { transaction_id: committed });
    },
    abortTransaction: abort,

    writeFile: async (path, source, options) =>
      writeFile(client, connection, path, source, options),
    readFile: async (path, localPath, options) =>
      readFile(client, connection, path, localPath, options),
    readFileTo: async (path, sink) => readFileTo(client, connection, path, sink),
    readFileContent: async (path) => readFileContent(client, connection, path),
  };
  return client;
}

/** The children in an answer of `list`; `undefined` when there are not all of them. */
function parseList(json: unknown): readonly ListedNode[] | undefined {
  const attributes = isRecord(json) ? json["$attributes"] : undefined;
  const items = isRecord(json) ? json["$value"] : json;
  // The cluster cuts long lists and marks them as incomplete: an error is better than missing children.
  if (!Array.isArray(items) || (isRecord(attributes) && attributes["incomplete"] === true)) {
    return undefined;
  }
  return items
    .map((item) => decodeWithAttributes(item))
    .map((item) => ({ name: String(item.value), attributes: item.attributes }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** For a 200 without what the API promises: some other program answers at this address. */
function throwBadAnswer(wanted: string, action: string, proxy: string): never {
  const message = `its answer holds no ${wanted}: check that yt:proxy is a YTsaurus HTTP proxy`;
  throw new YtError({ action, proxy, answer: makeErrorNode(PROTOCOL_ERROR_CODE, message) });
}
