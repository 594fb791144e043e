/**
 * An emulator of the part of the YTsaurus HTTP API that this project uses: Cypress, files,
 * transactions, locks and the file cache, kept in a directory and served on loopback. It is for
 * trying things out and for tests; the clients of YTsaurus itself work against it.
 */
import { createServer } from "node:http";
import { Cluster } from "./commands/cluster.ts";
import { CommandRunner } from "./commands/runner.ts";
import { dispatch } from "./http/dispatch.ts";
import type { Dispatcher } from "./http/dispatch.ts";
import { Exchange } from "./http/exchange.ts";
import { FaultPlan } from "./http/faults.ts";
import type { Fault, FaultControl } from "./http/faults.ts";
import { Listener } from "./http/listener.ts";
import { createRecord, requestLine } from "./http/request-log.ts";
import type { RequestRecord } from "./http/request-log.ts";
import { debugLog } from "../common/debug-log.ts";
import { DataDirectory } from "./storage/data-directory.ts";
import { chainOf } from "./transactions/transaction.ts";

export type { Fault, FaultAction, FaultRequest } from "./http/faults.ts";
export type { RequestRecord } from "./http/request-log.ts";

/** Clients send parameters of up to 128 KiB in headers; Node's own limit is 16 KiB. */
const MAX_HEADER_BYTES = 1024 * 1024;
/** Requests that are kept, so that a cluster that runs for weeks does not grow by them. */
const MAX_REQUESTS = 10_000;
const DEFAULT_LOCK_TIMEOUT_MS = 15_000;

/** How to start a local cluster. */
export interface LocalClusterOptions {
  /** Where it keeps its data; made when it is missing. One process at a time may use it. */
  readonly dataDirectory: string;
  /**
   * Port on 127.0.0.1; 0 takes a free one.
   *
   * @default 0
   */
  readonly port?: number;
  /**
   * The only token that is accepted.
   *
   * @default any token, or none
   */
  readonly token?: string | undefined;
  /**
   * How long to wait for another process to release the data directory, in milliseconds.
   *
   * @default 15000
   */
  readonly lockTimeoutMs?: number;
  /**
   * Whether the server keeps its process running. When false, the process ends as soon as nothing
   * else keeps it running, and the cluster with it; committed data are not lost.
   *
   * @default true
   */
  readonly keepProcessAlive?: boolean;
  /** Faults from the start on, see `LocalCluster.inject()`. */
  readonly faults?: readonly Fault[];
  /**
   * Size of the journal, in bytes, from which on it is compacted into a snapshot.
   *
   * @default 4 MiB
   */
  readonly compactionBytes?: number;
}

/** A running local cluster. */
export interface LocalCluster {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** The last 10,000 requests, the oldest first. */
  readonly requests: readonly RequestRecord[];
  /** Empties the list of requests. */
  clearRequests(): void;
  /** Adds a fault, which happens to requests from now on. */
  inject(fault: Fault): void;
  /** Removes the faults that have not happened yet. */
  clearFaults(): void;
  /** Closes all connections, aborts the transactions, and releases the data directory. */
  close(): Promise<void>;
}

/**
 * Starts a local cluster.
 *
 * @throws {UserError} when the data directory cannot be used, another process uses it, its data are
 * damaged, or the port cannot be had
 * @example
 * ```ts
 * const cluster = await startLocalCluster({ dataDirectory: "/tmp/cluster" });
 * await fetch(`${cluster.url}/api/v4/list?path=/`);
 * await cluster.close();
 * ```
 */
export async function startLocalCluster(options: LocalClusterOptions): Promise<LocalCluster> {
  const directory = await DataDirectory.open(
    options.dataDirectory,
    options.lockTimeoutMs ?? DEFAULT_LOCK_TIMEOUT_MS,
  );
  let cluster: Cluster | undefined;
  try {
    cluster = new Cluster({
      directory: directory.path,
      compactionBytes: options.compactionBytes,
      assertHeld: () => directory.assertHeld(),
    });
    return await serve(options, cluster, directory);
  } catch (error) {
    cluster?.close();
    directory.discard();
    throw directory.explain(error);
  }
}

async function serve(
  options: LocalClusterOptions,
  cluster: Cluster,
  directory: DataDirectory,
): Promise<LocalCluster> {
  const requests: RequestRecord[] = [];
  const faults = new FaultPlan();
  for (const fault of options.faults ?? []) {
    faults.add(fault);
  }
  const address = () => listener.address;
  const dispatcher: Dispatcher = {
    runner: new CommandRunner(cluster),
    faults,
    faultControl: { ...controlOf(cluster), goDown: (...how) => listener.goDown(...how) },
    server: { token: options.token, address, startTime: Date.now() },
  };
  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES }, (request, response) => {
    const record = createRecord(request.method ?? "", (request.url ?? "").split("?")[0] ?? "");
    requests.push(record);
    if (requests.length > MAX_REQUESTS) {
      requests.shift();
    }
    const startMs = performance.now();
    response.once("close", () => debugLog(requestLine(record, performance.now() - startMs)));
    void dispatch(new Exchange(request, response, record), dispatcher);
  });
  // As the cluster's own server: 30 s for the headers, 5 min for an idle connection, and no limit
  // for a whole request, since uploads take as long as they take.
  server.headersTimeout = 30_000;
  server.keepAliveTimeout = 5 * 60_000;
  server.requestTimeout = 0;
  const listener = new Listener(server, options.keepProcessAlive ?? true);
  await listener.open(options.port ?? 0);
  const url = `http://${listener.address}`;
  // One that may end with its process at any moment, or wants a token, is nobody else's to use.
  if ((options.keepProcessAlive ?? true) && options.token === undefined) {
    directory.announce(url);
  }
  let closed: Promise<void> | undefined;
  const close = async () => {
    await listener.close();
    cluster.close();
    directory.release();
  };
  return {
    url,
    requests,
    clearRequests: () => requests.splice(0),
    inject: (fault) => faults.add(fault),
    clearFaults: () => {
      faults.clear();
      cluster.disk.fill(0);
    },
    close: () => (closed ??= close()),
  };
}

/** What faults may do to the state. */
function controlOf({ objects, store, disk }: Cluster): Omit<FaultControl, "goDown"> {
  return {
    expire: (id, outermost) => {
      const transaction = objects.transactions.find(id);
      if (transaction !== undefined) {
        store.abort((outermost ? chainOf(transaction)[0] : undefined) ?? transaction);
      }
    },
    fillDisk: (writes) => disk.fill(writes),
  };
}
