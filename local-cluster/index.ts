/**
 * An emulator of the part of the YTsaurus HTTP API that this project uses: Cypress, files,
 * transactions, locks and the file cache, kept in a directory and served on loopback. It is for
 * trying things out and for tests; the clients of YTsaurus itself work against it.
 */
import { createServer } from "node:http";
import type { Server } from "node:http";
import * as fs from "node:fs";
import type { AddressInfo } from "node:net";
import * as path from "node:path";
import { Cluster } from "./cluster.ts";
import { CommandRunner } from "./commands/runner.ts";
import { dispatch } from "./http/dispatch.ts";
import type { Dispatcher } from "./http/dispatch.ts";
import { Exchange } from "./http/exchange.ts";
import { FaultPlan } from "./http/faults.ts";
import type { Fault } from "./http/faults.ts";
import { openRecord } from "./http/request-log.ts";
import type { RequestRecord } from "./http/request-log.ts";
import { UserError } from "../common/errors/user-error.ts";
import { lockDirectory } from "../common/files/directory-lock.ts";

export type { Fault, FaultAction, FaultRequest } from "./http/faults.ts";
export type { RequestRecord } from "./http/request-log.ts";

/** Loopback only: there is no protection worth the name. */
const HOST = "127.0.0.1";
/** Clients send parameters of up to 128 KiB in headers; Node's own limit is 16 KiB. */
const MAX_HEADER_BYTES = 1024 * 1024;
/** Requests that are remembered: a cluster that runs for weeks must not grow by them. */
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
   * The only token that is let in.
   *
   * @default any token, or none
   */
  readonly token?: string | undefined;
  /**
   * How long to wait for another process to let go of the data directory, in milliseconds.
   *
   * @default 15000
   */
  readonly lockTimeoutMs?: number;
  /**
   * Whether the server keeps its process running. When false the process ends as soon as nothing
   * else goes on in it, and the cluster with it; no committed data are lost by that.
   *
   * @default true
   */
  readonly keepProcessAlive?: boolean;
  /** Trouble to begin with, see `LocalCluster.inject()`. */
  readonly faults?: readonly Fault[];
  /**
   * Size of the journal, in bytes, at which it is folded into a snapshot.
   *
   * @default 4 MiB
   */
  readonly compactionBytes?: number;
}

/** A running local cluster. */
export interface LocalCluster {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** The latest requests, at most 10,000, oldest first. */
  readonly requests: readonly RequestRecord[];
  /** Forgets the requests so far. */
  clearRequests(): void;
  /** Lets something go wrong with coming requests. */
  inject(fault: Fault): void;
  /** Takes back the faults that have not happened yet. */
  clearFaults(): void;
  /** Stops: connections are cut, transactions aborted, the data directory let go. Once. */
  close(): Promise<void>;
}

/**
 * Starts a local cluster.
 *
 * @throws {UserError} when another process has the data directory
 * @example
 * ```ts
 * const cluster = await startLocalCluster({ dataDirectory: "/tmp/cluster" });
 * await fetch(`${cluster.url}/api/v4/list?path=/`);
 * await cluster.close();
 * ```
 */
export async function startLocalCluster(options: LocalClusterOptions): Promise<LocalCluster> {
  const dataDirectory = path.resolve(options.dataDirectory);
  makeDirectory(dataDirectory);
  const lock = await lockDirectory(dataDirectory, options.lockTimeoutMs ?? DEFAULT_LOCK_TIMEOUT_MS);
  let cluster: Cluster | undefined;
  try {
    cluster = new Cluster({ directory: dataDirectory, compactionBytes: options.compactionBytes });
    return await serve(options, cluster, () => lock.release());
  } catch (error) {
    cluster?.close();
    lock.release();
    throw error;
  }
}

async function serve(
  options: LocalClusterOptions,
  cluster: Cluster,
  release: () => void,
): Promise<LocalCluster> {
  const requests: RequestRecord[] = [];
  const faults = new FaultPlan();
  for (const fault of options.faults ?? []) faults.add(fault);
  const address = () => `${HOST}:${portOf(server)}`;
  const dispatcher: Dispatcher = {
    runner: new CommandRunner(cluster),
    faults,
    facts: { token: options.token, address, startTime: Date.now() },
  };
  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES }, (request, response) => {
    const record = openRecord(request.method ?? "", (request.url ?? "").split("?")[0] ?? "");
    requests.push(record);
    if (requests.length > MAX_REQUESTS) requests.shift();
    void dispatch(new Exchange(request, response, record), dispatcher);
  });
  // As the cluster's own server: 30 s for the headers, 5 min for an idle connection, and no limit
  // for a whole request, since uploads take as long as they take.
  server.headersTimeout = 30_000;
  server.keepAliveTimeout = 5 * 60_000;
  server.requestTimeout = 0;
  if (options.keepProcessAlive === false) {
    server.unref();
    server.on("connection", (socket) => socket.unref());
  }
  await listen(server, options.port ?? 0);
  let closed: Promise<void> | undefined;
  const close = async () => {
    await stop(server);
    cluster.close();
    release();
  };
  return {
    url: `http://${address()}`,
    requests,
    clearRequests: () => requests.splice(0),
    inject: (fault) => faults.add(fault),
    clearFaults: () => faults.clear(),
    close: () => (closed ??= close()),
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error) => reject(listenError(error, port)));
    server.listen(port, HOST, () => {
      server.removeAllListeners("error");
      resolve();
    });
  });
}

function listenError(error: Error, port: number): Error {
  const code = "code" in error ? error.code : undefined;
  if (code !== "EADDRINUSE" && code !== "EACCES") return error;
  const reason = code === "EACCES" ? "it needs more rights" : "it is in use";
  return new UserError(`Cannot start the local cluster on port ${port}: ${reason}`);
}

function makeDirectory(directory: string): void {
  try {
    fs.mkdirSync(directory, { recursive: true });
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    throw new UserError(
      `Cannot make the data directory of the local cluster: directory is "${directory}", ${error.message}`,
    );
  }
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error === undefined ? resolve() : reject(error)));
    server.closeAllConnections();
  });
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === "string") throw new Error("Server is not listening");
  return address.port;
}
