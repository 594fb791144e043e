/**
 * A client's way to a cluster on which a fault meets one request. It names itself as two data
 * proxies of the cluster, so that uploads come this way, too.
 */
import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { hasCode } from "../../../common/files/file-errors.ts";
import { askCluster, fieldsOf, receiveRequest, sendAnswer } from "../relay.ts";
import type { RelayedAnswer, RelayedRequest } from "../relay.ts";
import type { FaultKind } from "./kinds.ts";

export interface FaultyLinkOptions {
  readonly clusterUrl: string;
  /** Waiting goes by so much faster than in life, the cluster's timeouts of transactions, too. */
  readonly haste: number;
  /** Whether the fault meets this request; it is asked once for each but pings. */
  readonly isMet: (command: string) => boolean;
  readonly fault: FaultKind | undefined;
  /** Called after each request that the cluster has run. */
  readonly onRun: () => Promise<void>;
  readonly killClient: () => void;
  readonly trace: (line: string) => void;
}

const HOST = "127.0.0.1";
const DATA_PROXIES = 2;
/** Several processes that try faults at once have ports of their own: what is down must not be found elsewhere. */
const PORTS = 2000;
const LOWEST_PORT = 12_000 + PORTS * (process.pid % 9);
/** Also while nobody listens. */
const reservedPorts = new Set<number>();

/** See the head of the file. */
export class FaultyLink {
  readonly #options: FaultyLinkOptions;
  readonly #servers: Server[] = [];
  readonly #ports: number[] = [];
  #outermost: string | undefined;
  #isClosed = false;

  private constructor(options: FaultyLinkOptions) {
    this.#options = options;
  }

  static async open(options: FaultyLinkOptions): Promise<FaultyLink> {
    const link = new FaultyLink(options);
    for (let index = 0; index < 1 + DATA_PROXIES; index += 1) {
      await link.#listenAnywhere();
    }
    return link;
  }

  /** To be used as the cluster's address. */
  get url(): string {
    return `http://${HOST}:${this.#ports[0]}`;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#stop();
    for (const port of this.#ports) {
      reservedPorts.delete(port);
    }
  }

  /**
   * On a port that nobody is given by chance, below those that Linux gives to whoever wants any: it must be
   * free again after the link was down.
   */
  async #listenAnywhere(): Promise<void> {
    for (;;) {
      const port = LOWEST_PORT + Math.floor(Math.random() * PORTS);
      if (reservedPorts.has(port)) {
        continue;
      }
      reservedPorts.add(port);
      try {
        await this.#listen(port);
        this.#ports.push(port);
        return;
      } catch (error) {
        if (!hasCode(error, "EADDRINUSE")) {
          throw error;
        }
      }
    }
  }

  async #listen(port: number): Promise<void> {
    const server = createServer({ maxHeaderSize: 1024 * 1024 }, (request, response) => {
      void this.#receive(request, response);
    });
    server.listen(port, HOST);
    await once(server, "listening");
    this.#servers.push(server);
  }

  async #stop(): Promise<void> {
    const servers = this.#servers.splice(0);
    for (const server of servers) {
      server.close();
      server.closeAllConnections();
    }
    await Promise.all(servers.map(async (server) => once(server, "close")));
  }

  async #receive(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await receiveRequest(incoming);
    if (request === undefined) {
      return;
    }
    const { command } = request;
    const { fault, isMet, trace, haste, killClient } = this.#options;
    const isFaulty = command !== "ping_transaction" && isMet(command) && fault !== undefined;
    trace(
      `${command}${isFaulty ? `: ${fault.name}` : ""} ${request.body.length < 1000 ? request.body.toString() : ""}`,
    );
    const forward = async () => this.#forward(request);
    if (!isFaulty) {
      sendAnswer(response, await forward());
      return;
    }
    await fault.happen({
      response,
      forward,
      haste,
      killClient,
      goDown: async (durationMs) => this.#goDown(durationMs / haste),
      expireTransaction: async () => this.#expire(),
    });
  }

  async #forward(request: RelayedRequest): Promise<RelayedAnswer & { readonly body: Buffer }> {
    if (request.command === "/hosts") {
      const hosts = this.#ports.slice(1).map((port) => `${HOST}:${port}`);
      const headers = { "content-type": "application/json" };
      return { status: 200, headers, body: Buffer.from(JSON.stringify(hosts)) };
    }
    const answer = await askCluster(this.#options.clusterUrl, this.#hasten(request));
    const { transaction_id: id } = fieldsOf(answer.body);
    const { transaction_id: parent } = fieldsOf(request.body);
    if (request.command === "start_transaction" && parent === undefined && typeof id === "string") {
      this.#outermost = id;
    }
    await this.#options.onRun();
    return this.#slowDown(answer);
  }

  /** The cluster's clock cannot be hurried, so a transaction gets a shorter timeout. */
  #hasten(request: RelayedRequest): RelayedRequest {
    const fields = fieldsOf(request.body);
    const { timeout } = fields;
    if (request.command !== "start_transaction" || typeof timeout !== "number") {
      return request;
    }
    const hastened = { ...fields, timeout: Math.ceil(timeout / this.#options.haste) };
    return { ...request, body: Buffer.from(JSON.stringify(hastened)) };
  }

  /** So that whoever waits for another one's transaction counts its timeout by the client's clock. */
  #slowDown(answer: RelayedAnswer & { readonly body: Buffer }): typeof answer {
    const slowed = (text: string): string =>
      text.replaceAll(
        /"timeout":(\d+)/g,
        (_, timeoutMs: string) => `"timeout":${Number(timeoutMs) * this.#options.haste}`,
      );
    if (!answer.body.includes("winner_transaction")) {
      return answer;
    }
    const { "x-yt-error": error, ...headers } = answer.headers;
    return {
      status: answer.status,
      headers: typeof error === "string" ? { ...headers, "x-yt-error": slowed(error) } : headers,
      body: Buffer.from(slowed(answer.body.toString())),
    };
  }

  async #goDown(durationMs: number): Promise<void> {
    await this.#stop();
    await delay(durationMs);
    if (!this.#isClosed) {
      for (const port of this.#ports) {
        await this.#listen(port);
      }
    }
  }

  async #expire(): Promise<void> {
    if (this.#outermost !== undefined) {
      await askCluster(this.#options.clusterUrl, {
        method: "POST",
        path: "/api/v4/abort_transaction",
        command: "abort_transaction",
        headers: { "content-type": "application/json" },
        body: Buffer.from(JSON.stringify({ transaction_id: this.#outermost })),
      });
    }
  }
}
