/**
 * The way from several clients to one cluster: one request at a time, in an order that chance
 * chooses, some of them disturbed. A client's way can be cut, as when its process dies.
 */
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { listen } from "../listen.ts";
import { askCluster, fieldsOf, receiveRequest, sendAnswer, wholeBodyHeaders } from "../relay.ts";
import type { RelayedAnswer, RelayedRequest } from "../relay.ts";
import { chooseDisturbance } from "./disturbances.ts";
import type { Disturbance } from "./disturbances.ts";
import type { Random } from "./random.ts";

/** One client's way to the cluster. */
export interface Link {
  /** To be used as the cluster's address. */
  readonly url: string;
  /** How many requests came this way. */
  readonly requestCount: () => number;
  /** Nothing comes through any more. */
  cut(): void;
}

/** What went through. */
export interface Passage {
  readonly link: Link;
  /** v4 name of the command; `/hosts` and the like for other paths. */
  readonly command: string;
  /** The parameters in the body, where they are there. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** The cluster's answer, whether the client gets it or not. */
  readonly status: number;
  readonly answer: Readonly<Record<string, unknown>>;
}

export interface NetworkOptions {
  readonly clusterUrl: string;
  readonly random: Random;
  /** One request in so many is disturbed; 0 for none. */
  readonly disturbOnceIn: number;
  /** Called after each request that reached the cluster, before the next one does. */
  readonly onPassage: (passage: Passage) => Promise<void>;
  /** Aborts the transaction that this client works in, as the cluster does after its timeout. */
  readonly expire: (link: Link) => Promise<void>;
  /** Takes what happens, for a run that is looked into. */
  readonly trace: (line: string) => void;
}

interface Waiting {
  readonly link: Link;
  readonly request: RelayedRequest;
  readonly response: ServerResponse;
}

/** How long the others have to come up with their requests before one is chosen. */
const GATHER_MS = 1;

/** See the head of the file. */
export class Network {
  readonly #options: NetworkOptions;
  readonly #servers: Server[] = [];
  readonly #waiting: Waiting[] = [];
  #running: Promise<void> | undefined;
  #disturbing = true;

  constructor(options: NetworkOptions) {
    this.#options = options;
  }

  /** A way for one more client. */
  async join(): Promise<Link> {
    let isCut = false;
    let requestCount = 0;
    const server = createServer({ maxHeaderSize: 1024 * 1024 }, (request, response) => {
      requestCount += 1;
      if (isCut) {
        response.socket?.destroy();
        return;
      }
      void this.#receive(link, request, response);
    });
    const port = await listen(server);
    this.#servers.push(server);
    const link: Link = {
      url: `http://127.0.0.1:${port}`,
      requestCount: () => requestCount,
      cut: () => {
        isCut = true;
        server.closeAllConnections();
      },
    };
    return link;
  }

  /** From now on nothing is disturbed. */
  calm(): void {
    this.#disturbing = false;
  }

  async close(): Promise<void> {
    for (const server of this.#servers) {
      server.closeAllConnections();
      server.close();
    }
    await this.#running;
  }

  async #receive(link: Link, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const received = await receiveRequest(request);
    if (received === undefined) {
      return;
    }
    this.#waiting.push({ link, request: received, response });
    this.#running ??= this.#run();
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      await delay(GATHER_MS);
      const [chosen] = this.#waiting.splice(this.#options.random.below(this.#waiting.length), 1);
      if (chosen !== undefined && !chosen.response.destroyed) {
        await this.#handle(chosen);
      }
    }
    this.#running = undefined;
  }

  async #handle(waiting: Waiting): Promise<void> {
    const { random, disturbOnceIn, trace } = this.#options;
    const { link, request, response } = waiting;
    const isDisturbed = this.#disturbing && disturbOnceIn > 0 && random.onceIn(disturbOnceIn);
    const disturbance: Disturbance = isDisturbed ? chooseDisturbance(random) : { type: "none" };
    trace(`${link.url} ${request.command}${isDisturbed ? ` ${JSON.stringify(disturbance)}` : ""}`);
    switch (disturbance.type) {
      case "answer instead":
        sendAnswer(response, disturbance.answer);
        return;
      case "reset":
        response.socket?.destroy();
        return;
      case "hang":
        return;
      case "late":
        this.#waiting.push(waiting);
        return;
      case "expire":
        await this.#options.expire(link);
        break;
      case "none":
      case "lose answer":
      case "cut answer":
      case "answer after":
        break;
    }
    const answer = await this.#forward(waiting);
    switch (disturbance.type) {
      case "lose answer":
        response.socket?.destroy();
        return;
      case "cut answer":
        response.writeHead(answer.status, wholeBodyHeaders(answer.headers, answer.body.length + 1));
        response.write(answer.body.subarray(0, answer.body.length / 2), () =>
          response.socket?.destroy(),
        );
        return;
      case "answer after":
        sendAnswer(response, disturbance.answer);
        return;
      case "none":
      case "expire":
        sendAnswer(response, answer);
    }
  }

  async #forward({ link, request }: Waiting): Promise<RelayedAnswer & { readonly body: Buffer }> {
    const { clusterUrl, onPassage } = this.#options;
    const answer = await askCluster(clusterUrl, request);
    await onPassage({
      link,
      command: request.command,
      status: answer.status,
      parameters: fieldsOf(request.body),
      answer: fieldsOf(answer.body),
    });
    return answer;
  }
}
