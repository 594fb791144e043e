/** An HTTP server that answers by script, for answers that no cluster gives. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import type { TestContext } from "node:test";
import { listen } from "./listen.ts";

/** One request as the scripted server got it. */
export interface ReceivedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Answers the requests in turn; the last answer is given to all further ones. */
export type ScriptedAnswer = (response: ServerResponse, request: ReceivedRequest) => void;

export interface ScriptedServer {
  readonly url: string;
  readonly requests: readonly ReceivedRequest[];
}

/**
 * A real HTTP server that answers by script: for answers that no cluster gives, such as a
 * balancer's, and for seeing what the client sends to the byte. Closed after the test.
 */
export async function startScriptedServer(
  context: TestContext,
  answers: readonly ScriptedAnswer[],
  /** Given at once, without reading the request's body, in place of `answers`. */
  hastyAnswer?: ScriptedAnswer,
  /** Where it listens. */
  host = "127.0.0.1",
): Promise<ScriptedServer> {
  const requests: ReceivedRequest[] = [];
  const server = createServer({ maxHeaderSize: 1024 * 1024 }, (request, response) => {
    if (hastyAnswer !== undefined) {
      hastyAnswer(response, { method: "", url: "", headers: {}, body: Buffer.alloc(0) });
      return;
    }
    void receive(request).then((received) => {
      requests.push(received);
      const answer = answers[Math.min(requests.length, answers.length) - 1];
      answer?.(response, received);
      return undefined;
    });
  });
  const port = await listen(server, host);
  context.after(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  });
  return { url: `http://${host}:${port}`, requests };
}

/** A successful answer of the API. */
export function ok(value: unknown): ScriptedAnswer {
  return (response) => {
    response.setHeader("Content-Type", "application/json");
    response.end(JSON.stringify(value));
  };
}

/** An error answer of the API, in headers and body as clusters send it. */
export function ytError(status: number, code: number, message: string): ScriptedAnswer {
  return (response) => {
    const error = JSON.stringify({ code, message, attributes: {}, inner_errors: [] });
    response.writeHead(status, {
      "X-YT-Error": error,
      "X-YT-Response-Code": String(code),
      "X-YT-Response-Message": message,
    });
    response.end(error);
  };
}

/** An answer of something else in front of the cluster. */
export function page(status: number, headers: Record<string, string> = {}): ScriptedAnswer {
  return (response) => {
    response.writeHead(status, { "Content-Type": "text/html", ...headers });
    response.end("<html><body>Sorry</body></html>");
  };
}

/** No answer: the connection is closed. */
export const reset: ScriptedAnswer = (response) => {
  response.destroy();
};

async function receive(request: IncomingMessage): Promise<ReceivedRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(Buffer.from(chunk));
  }
  return {
    method: request.method ?? "",
    url: request.url ?? "",
    headers: request.headers,
    body: Buffer.concat(chunks),
  };
}
