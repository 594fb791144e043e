/**
 * The way from several clients to one cluster: one request at a time, in an order that chance
 * chooses, some of them disturbed. A client's way can be cut, as when its process dies.
 */
import { once } from "node:events";
import { createServer, request as httpRequest } from "node:http";
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { chooseDisturbance, errorAnswer } from "./disturbances.ts";
import type { Disturbance } from "./disturbances.ts";
import type { Random } from "./random.ts";

/** A request as it came, or an answer. */
export interface Message {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

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
  readonly command: string;
  readonly message: Message;
  readonly method: string;
  readonly path: string;
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
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    this.#servers.push(server);
    const address = server.address();
    if (address === null || typeof address === "string") {
      throw new TypeError("A listening server has a port");
    }
    const link: Link = {
      url: `http://127.0.0.1:${address.port}`,
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
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) {
        chunks.push(chunk);
      }
    } catch {
      return; // The client has hung up.
    }
    const path = request.url ?? "/";
    const message = { headers: request.headers, body: Buffer.concat(chunks) };
    const method = request.method ?? "GET";
    this.#waiting.push({ link, command: commandOf(path), message, method, path, response });
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
    const { link, command } = waiting;
    const isDisturbed = this.#disturbing && disturbOnceIn > 0 && random.onceIn(disturbOnceIn);
    const disturbance: Disturbance = isDisturbed ? chooseDisturbance(random) : { type: "none" };
    trace(`${link.url} ${command}${isDisturbed ? ` ${JSON.stringify(disturbance)}` : ""}`);
    switch (disturbance.type) {
      case "answer instead":
        sendAnswer(waiting.response, disturbance.status, disturbance.headers, disturbance.body);
        return;
      case "yt error":
        sendAnswer(waiting.response, disturbance.status, ...errorAnswer(disturbance));
        return;
      case "reset":
        waiting.response.socket?.destroy();
        return;
      case "hang":
        return;
      case "expire":
        await this.#options.expire(link);
        break;
      case "late":
        this.#waiting.push(waiting);
        return;
      case "none":
      case "lose answer":
      case "cut answer":
      case "answer after":
        break;
    }
    const { status, headers, body } = await this.#forward(waiting);
    switch (disturbance.type) {
      case "lose answer":
        waiting.response.socket?.destroy();
        return;
      case "cut answer":
        waiting.response.writeHead(status, { ...headers, "content-length": body.length + 1 });
        waiting.response.write(body.subarray(0, body.length / 2), () =>
          waiting.response.socket?.destroy(),
        );
        return;
      case "answer after":
        sendAnswer(waiting.response, disturbance.status, disturbance.headers, disturbance.body);
        return;
      case "none":
      case "expire":
        sendAnswer(waiting.response, status, headers, body);
    }
  }

  async #forward(waiting: Waiting): Promise<{ readonly status: number } & Message> {
    const { method, path, message, command, link } = waiting;
    const { clusterUrl, onPassage } = this.#options;
    const headers = { ...message.headers };
    delete headers["transfer-encoding"];
    delete headers["connection"];
    const outgoing = httpRequest(clusterUrl + path, {
      method,
      headers: { ...headers, "content-length": String(message.body.length) },
    });
    outgoing.end(message.body);
    const [incoming]: [IncomingMessage] = await new Promise((resolve, reject) => {
      outgoing.once("response", (answer) => resolve([answer]));
      outgoing.once("error", reject);
    });
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) {
      chunks.push(chunk);
    }
    const body = Buffer.concat(chunks);
    const status = incoming.statusCode ?? 0;
    const passage = { link, command, status, ...parsed(message.body, body) };
    await onPassage(passage);
    return { status, headers: incoming.headers, body };
  }
}

function parsed(body: Buffer, answer: Buffer): Pick<Passage, "parameters" | "answer"> {
  return { parameters: parseRecord(body), answer: parseRecord(answer) };
}

function parseRecord(bytes: Buffer): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(bytes.toString());
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {}; // File content.
  }
}

function commandOf(path: string): string {
  return /^\/api\/v4\/([a-z_]+)/.exec(path)?.[1] ?? path;
}

function sendAnswer(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string | string[] | undefined>>,
  body: string | Buffer,
): void {
  const plain = Object.entries(headers).filter(
    ([name, value]) => value !== undefined && !["transfer-encoding", "trailer"].includes(name),
  );
  const length = String(Buffer.byteLength(body));
  response.writeHead(status, Object.fromEntries([...plain, ["content-length", length]]));
  response.end(body);
}
