/** Passes HTTP requests on to a cluster, for tools that stand between a client and it. */
import { request as httpRequest } from "node:http";
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";

/** A request with its whole body. */
export interface RelayedRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  /** v4 name of the command; for other requests the path. */
  readonly command: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** An answer with its whole body. */
export interface RelayedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer | string;
}

/** @returns undefined when the client has hung up before the end */
export async function receiveRequest(
  incoming: IncomingMessage,
): Promise<RelayedRequest | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of incoming) {
      chunks.push(chunk);
    }
  } catch {
    return undefined;
  }
  const path = incoming.url ?? "/";
  return {
    method: incoming.method ?? "GET",
    path,
    command: /^\/api\/v4\/([a-z_]+)/.exec(path)?.[1] ?? path,
    headers: incoming.headers,
    body: Buffer.concat(chunks),
  };
}

/** Asks the cluster, and gives its whole answer. */
export async function askCluster(
  clusterUrl: string,
  { method, path, headers, body }: RelayedRequest,
): Promise<RelayedAnswer & { readonly body: Buffer }> {
  const { "transfer-encoding": _, connection: __, ...kept } = headers;
  const outgoing = httpRequest(clusterUrl + path, {
    method,
    headers: { ...kept, "content-length": String(body.length) },
  });
  outgoing.end(body);
  const incoming = await new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.once("response", resolve);
    outgoing.once("error", reject);
  });
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) {
    chunks.push(chunk);
  }
  const status = incoming.statusCode ?? 0;
  return { status, headers: incoming.headers, body: Buffer.concat(chunks) };
}

export function sendAnswer(
  response: ServerResponse,
  { status, headers, body }: RelayedAnswer,
): void {
  response.writeHead(status, wholeBodyHeaders(headers, Buffer.byteLength(body)));
  response.end(body);
}

/** The headers of an answer that is sent in one piece. */
export function wholeBodyHeaders(
  headers: RelayedAnswer["headers"],
  length: number,
): Record<string, string | string[]> {
  const kept = Object.entries(headers).filter(
    (entry): entry is [string, string | string[]] =>
      entry[1] !== undefined && !["transfer-encoding", "trailer"].includes(entry[0]),
  );
  return { ...Object.fromEntries(kept), "content-length": String(length) };
}

/** The fields of a JSON body; none where it is something else, as file content is. */
export function fieldsOf(body: Buffer | string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body.toString());
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

/** A YT error as a proxy sends it: in headers and body. */
export function ytErrorAnswer(status: number, code: number, message: string): RelayedAnswer {
  const body = JSON.stringify({ code, message, attributes: {}, inner_errors: [] });
  const headers = {
    "content-type": "application/json",
    "x-yt-error": body,
    "x-yt-response-code": String(code),
    "x-yt-response-message": message,
    "x-yt-request-id": "1-2-3-4",
  };
  return { status, headers, body };
}
