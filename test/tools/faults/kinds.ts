/** The faults that can meet a request, each in the words of the table in docs/faults.md. */
import { setTimeout as delay } from "node:timers/promises";
import { sendAnswer, wholeBodyHeaders, ytErrorAnswer } from "../relay.ts";
import type { RelayedAnswer } from "../relay.ts";
import type { ServerResponse } from "node:http";

/** What a fault can do with the request that it meets. */
export interface FaultyExchange {
  readonly response: ServerResponse;
  /** Lets the cluster run the request. */
  readonly forward: () => Promise<RelayedAnswer & { readonly body: Buffer }>;
  /** Nobody listens for so long; connections are reset. Milliseconds of the client's clock. */
  readonly goDown: (durationMs: number) => Promise<void>;
  /** Aborts the outermost transaction of the client, as the cluster does when it is not pinged. */
  readonly expireTransaction: () => Promise<void>;
  /** The client's process ends. */
  readonly killClient: () => void;
  /** How much faster than in life waiting goes by. */
  readonly haste: number;
}

/** How the operation may end that a fault has met. */
export type Ending =
  /** It must succeed. */
  | "done"
  /** It may fail, with an error that is for people. */
  | "may fail"
  /** The client is dead. */
  | "killed";

/** One kind of fault. */
export interface FaultKind {
  /** As the table calls it. */
  readonly name: string;
  readonly ending: Ending;
  /** At the first request of all: what answers so need be no cluster. @default as at the others */
  readonly endingAtFirst?: Ending;
  /** To whom it happens. @default every request */
  readonly commands?: readonly string[];
  readonly happen: (exchange: FaultyExchange) => Promise<void>;
}

/** More than the client waits for an answer, and less than it has patience for. */
const SLOW_MS = 20_000;
const PIECES = 10;

const page = (status: number): RelayedAnswer => ({
  status,
  headers: { "content-type": "text/html" },
  body: "<html><body>Gateway</body></html>",
});

function kind(name: string, ending: Ending, happen: FaultKind["happen"]): FaultKind {
  return { name, ending, happen };
}

function instead(name: string, ending: Ending, answer: RelayedAnswer): FaultKind {
  return kind(name, ending, async ({ response }) => sendAnswer(response, answer));
}

function after(name: string, answer: RelayedAnswer): FaultKind {
  return kind(name, "done", async ({ response, forward }) => {
    await forward();
    sendAnswer(response, answer);
  });
}

function reset(response: ServerResponse): void {
  response.socket?.destroy();
}

/** All of them, in the order of the table. */
export const FAULT_KINDS: readonly FaultKind[] = [
  kind("connection refused once", "done", async ({ goDown }) => goDown(1)),
  kind("reset, not run", "done", async ({ response }) => reset(response)),
  kind("reset, run", "done", async ({ response, forward }) => {
    await forward();
    reset(response);
  }),
  kind("no answer, not run", "done", async () => undefined),
  kind("no answer, run", "done", async ({ forward }) => {
    await forward();
  }),
  kind("slow answer", "done", async ({ response, forward, haste }) => {
    const { status, headers, body } = await forward();
    response.writeHead(status, wholeBodyHeaders(headers, body.length));
    for (let piece = 0; piece < PIECES; piece += 1) {
      const [from, to] = [piece, piece + 1].map((end) => (body.length * end) / PIECES);
      response.write(body.subarray(from, to));
      await delay(SLOW_MS / PIECES / haste);
    }
    response.end();
  }),
  kind("cut short, length known", "done", async ({ response, forward }) => {
    const { status, headers, body } = await forward();
    response.writeHead(status, wholeBodyHeaders(headers, body.length + 1));
    response.write(body.subarray(0, body.length / 2), () => reset(response));
  }),
  kind("cut short, in chunks", "done", async ({ response, forward }) => {
    const { status, headers, body } = await forward();
    const { "content-length": _, ...others } = wholeBodyHeaders(headers, 0);
    response.writeHead(status, others);
    response.write(body.subarray(0, body.length / 2), () => reset(response));
  }),
  kind("half an answer, well ended", "done", async ({ response, forward }) => {
    const { status, headers, body } = await forward();
    sendAnswer(response, { status, headers, body: body.subarray(0, body.length / 2) });
  }),
  instead("empty 200, not run", "done", { status: 200, headers: {}, body: "" }),
  after("empty 200, run", { status: 200, headers: {}, body: "" }),
  { ...instead("HTML 200, not run", "done", page(200)), endingAtFirst: "may fail" },
  { ...after("HTML 200, run", page(200)), endingAtFirst: "may fail" },
  instead("401", "may fail", ytErrorAnswer(401, 111, "Token is not valid")),
  instead("403", "may fail", ytErrorAnswer(403, 903, "User is banned")),
  instead("403, HTML", "may fail", page(403)),
  instead("429", "done", page(429)),
  instead("500", "done", page(500)),
  instead("502, not run", "done", page(502)),
  after("502, run", page(502)),
  instead("503", "done", page(503)),
  after("504, run", page(504)),
  instead("code 904", "done", ytErrorAnswer(400, 904, "Request rate limit exceeded")),
  instead("code 105", "done", ytErrorAnswer(400, 105, "Master is not available")),
  instead("code 100", "done", ytErrorAnswer(400, 100, "Connection to master is lost")),
  instead("code 2100, banned proxy", "done", ytErrorAnswer(503, 2100, "This proxy is banned")),
  instead("code 616, read-only", "done", ytErrorAnswer(400, 616, "Master is in read-only mode")),
  instead("code 901", "may fail", ytErrorAnswer(400, 901, "Access denied")),
  instead("code 902, quota", "may fail", ytErrorAnswer(400, 902, "Account is over its limit")),
  {
    ...instead("code 700, disks full", "done", ytErrorAnswer(400, 700, "Not enough data nodes")),
    commands: ["write_file"],
  },
  kind("transaction expired", "done", async ({ response, forward, expireTransaction }) => {
    await expireTransaction();
    sendAnswer(response, await forward());
  }),
  ...[5, 10, 20].map((seconds) =>
    kind(`down for ${seconds} s`, "done", async ({ goDown }) => goDown(seconds * 1000)),
  ),
  kind("down for 5 s, run", "done", async ({ goDown, forward }) => {
    await forward();
    await goDown(5000);
  }),
  kind("killed, not run", "killed", async ({ killClient }) => killClient()),
  kind("killed, run", "killed", async ({ killClient, forward }) => {
    await forward();
    killClient();
  }),
];
