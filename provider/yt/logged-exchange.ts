/** An HTTP exchange that `NODE_DEBUG=ytcode` prints a line of. */
import { basename } from "node:path/posix";
import { debugLog } from "../../common/debug-log.ts";
import type { Clock } from "./clock.ts";
import { ExchangeError } from "./exchange-error.ts";
import { exchange } from "./http.ts";
import type { HttpAnswer, HttpRequest } from "./http.ts";
import { redactToken } from "./redact.ts";

/** What the line tells beside the exchange itself. */
interface ExchangeContext {
  /** The Cypress path that the request is about. */
  readonly path: string | undefined;
  /** Number of the attempt, from 1. */
  readonly attempt: number;
  readonly clock: Clock;
  /** Cut out of the line, as the cluster may repeat it. */
  readonly token: string | undefined;
}

/** See {@link exchange}. */
export async function loggedExchange(
  request: HttpRequest,
  { path = "", attempt, clock, token }: ExchangeContext,
): Promise<HttpAnswer> {
  const startMs = clock.now();
  let outcome = "broken off";
  try {
    const answer = await exchange(request);
    const requestId = String(answer.headers["x-yt-request-id"] ?? "none");
    outcome = `${answer.status}, request id ${requestId}`;
    return answer;
  } catch (error) {
    if (error instanceof ExchangeError) {
      outcome = `no answer (${error.errno})`;
    }
    throw error;
  } finally {
    const { host, pathname } = new URL(request.url);
    const what = `${request.method} ${basename(pathname)} ${path} at ${host}`;
    const tookMs = (clock.now() - startMs).toFixed(1);
    debugLog(redactToken(`${what}: ${outcome}, attempt ${attempt}, ${tookMs} ms`, token));
  }
}
