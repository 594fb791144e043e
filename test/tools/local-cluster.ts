/** A local cluster for one test, and a raw client that shows exactly what comes over the wire. */
import * as http from "node:http";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import type { TestContext } from "node:test";
import { startLocalCluster } from "../../local-cluster/index.ts";
import type { LocalCluster, LocalClusterOptions } from "../../local-cluster/index.ts";

/** An answer as it came. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly trailers: NodeJS.Dict<string>;
  readonly body: Buffer;
}

/** A request as it goes out. */
export interface RawRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | undefined;
}

/** What a failed command answers. */
export interface ErrorBody {
  readonly code: number;
  readonly message: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly inner_errors: readonly ErrorBody[];
}

/** Short ways to talk to a cluster. */
export interface TestClient {
  /** Runs a command and gives its answer; fails when the command fails. */
  run(command: string, parameters?: object, body?: string | Uint8Array): Promise<unknown>;
  /** Runs a command that must fail, and gives its error. */
  fail(command: string, parameters?: object, body?: string | Uint8Array): Promise<ErrorBody>;
  /** `get`, with text as UTF-8. */
  get(path: string, parameters?: object): Promise<unknown>;
  /** `start_transaction`. */
  begin(parameters?: object): Promise<string>;
  /** Writes a file's content. */
  write(path: string, content: string | Uint8Array, parameters?: object): Promise<unknown>;
  /** Reads a file's content. */
  read(path: string, parameters?: object): Promise<string>;
  /** Any request. */
  raw(path: string, request?: RawRequest): Promise<RawAnswer>;
}

/** A running cluster and a client for it. */
export interface TestCluster extends LocalCluster, TestClient {
  readonly dataDirectory: string;
}

/** A folder that is gone after the test. */
export async function temporaryDirectory(t: TestContext): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), "local-cluster-"));
  t.after(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** Starts a cluster that stops with the test. */
export async function startTestCluster(
  t: TestContext,
  options: Partial<LocalClusterOptions> = {},
): Promise<TestCluster> {
  const dataDirectory =
    options.dataDirectory ?? (await mkdtemp(path.join(tmpdir(), "local-cluster-")));
  const cluster = await startLocalCluster({ ...options, dataDirectory });
  t.after(async () => {
    await cluster.close();
    if (options.dataDirectory === undefined) {
      await rm(dataDirectory, { recursive: true });
    }
  });
  return { ...cluster, ...clientFor(cluster.url), dataDirectory };
}

const UTF8_JSON = '{"$value":"json","$attributes":{"encode_utf8":false}}';

/** A client for the cluster at a URL. */
export function clientFor(clusterUrl: string): TestClient {
  const run = async (command: string, parameters?: object, body?: string | Uint8Array) => {
    const answer = await call(clusterUrl, command, parameters, body);
    if (answer.status !== 200) {
      throw new Error(`${command}: ${answer.body.toString()}`);
    }
    return JSON.parse(answer.body.toString());
  };
  return {
    run,
    fail: async (command, parameters, body) => {
      const answer = await call(clusterUrl, command, parameters, body);
      if (answer.status === 200) {
        throw new Error(`${command} succeeded: ${answer.body.toString()}`);
      }
      return JSON.parse(answer.body.toString());
    },
    get: async (node, parameters) => (await run("get", { path: node, ...parameters })).value,
    begin: async (parameters) => (await run("start_transaction", parameters)).transaction_id,
    write: (node, content, parameters) => run("write_file", { path: node, ...parameters }, content),
    read: async (node, parameters) => {
      const answer = await call(clusterUrl, "read_file", { path: node, ...parameters });
      if (answer.status !== 200) {
        throw new Error(`read_file: ${answer.body.toString()}`);
      }
      return answer.body.toString();
    },
    raw: (url, request) => rawRequest(clusterUrl + url, request),
  };
}

const HEAVY_INPUT = new Set(["write_file", "set", "multiset_attributes"]);
const READING = new Set(["get", "list", "exists", "read_file", "get_file_from_cache"]);

/** A command as a JSON client sends it, in UTF-8: GET, PUT or POST by its kind. */
function call(
  url: string,
  command: string,
  parameters: object = {},
  body?: string | Uint8Array,
): Promise<RawAnswer> {
  const formats = {
    "X-YT-Header-Format": "<encode_utf8=%false>json",
    "X-YT-Input-Format": UTF8_JSON,
    "X-YT-Output-Format": UTF8_JSON,
  };
  const inHeader = { ...formats, "X-YT-Parameters": asciiJson(parameters) };
  const target = `${url}/api/v4/${command}`;
  if (HEAVY_INPUT.has(command)) {
    return rawRequest(target, { method: "PUT", headers: inHeader, body });
  }
  if (READING.has(command)) {
    return rawRequest(target, { method: "GET", headers: inHeader });
  }
  return rawRequest(target, { method: "POST", headers: formats, body: JSON.stringify(parameters) });
}

/** JSON that a header can carry. */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** One request over a connection of its own, so that faults meet nobody else's. */
export function rawRequest(url: string, request: RawRequest = {}): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = http.request(
      url,
      { method: request.method ?? "GET", headers: request.headers ?? {}, agent: false },
      (incoming) => {
        const pieces: Buffer[] = [];
        incoming.on("data", (piece: Buffer) => pieces.push(piece));
        incoming.on("error", reject);
        incoming.on("end", () => {
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            trailers: incoming.trailers,
            body: Buffer.concat(pieces),
          });
        });
      },
    );
    outgoing.on("error", reject);
    outgoing.end(request.body);
  });
}
