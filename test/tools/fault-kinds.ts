/** Every kind of fault that a request may meet, by name: what the local cluster does for each. */
import type { Fault } from "../../local-cluster/index.ts";

/** What happens, without which request it happens to. */
export type FaultKind = Pick<Fault, "action" | "when">;

/** Long enough for a client to try again meanwhile. */
const REFUSED_MS = 500;
const HTML = "<html><head><title>Error</title></head><body>nginx</body></html>\n";

/** As a balancer answers for a proxy that does not. */
function balancer(status: number, headers: Readonly<Record<string, string>> = {}): FaultKind {
  return { action: { type: "status", status, body: HTML, headers } };
}

/** As a proxy answers (docs/yt-http-api.md, sections 2 and 5). @param status a failed command's is 400 */
function proxy(
  code: number,
  message: string,
  status = 400,
  headers: Readonly<Record<string, string>> = {},
): FaultKind {
  return { action: { type: "error", code, message, status, headers } };
}

function cutShort(framing: "length" | "chunked", ending: "close" | "complete"): FaultKind {
  return { action: { type: "truncate", afterBytes: 1, framing, ending } };
}

/** The kinds by name. Those of one name with "before" and "after" differ in whether the command is run. */
export const FAULT_KINDS: Readonly<Record<string, FaultKind>> = {
  refused: { action: { type: "down", durationMs: REFUSED_MS } },
  "next refused": { action: { type: "down", durationMs: REFUSED_MS, answered: true } },
  "reset before": { action: { type: "reset" } },
  "reset after": { when: "after", action: { type: "reset" } },
  "hang before": { action: { type: "hang" } },
  "hang after": { when: "after", action: { type: "hang" } },
  slow: { action: { type: "slow", pieceBytes: 16, pauseMs: 5 } },
  "cut short, with Content-Length": cutShort("length", "close"),
  "cut short, chunked": cutShort("chunked", "close"),
  "cut short, as if whole": cutShort("chunked", "complete"),
  "empty 200 before": { action: { type: "status", status: 200 } },
  "empty 200 after": { when: "after", action: { type: "status", status: 200 } },
  "HTML 200 before": balancer(200),
  "HTML 200 after": { when: "after", ...balancer(200) },
  "401 of a balancer": balancer(401),
  "401": proxy(111, "Invalid token", 401),
  "403 of a balancer": balancer(403),
  "403": proxy(903, 'User "root" is banned', 403),
  "429": balancer(429, { "Retry-After": "1" }),
  "500": balancer(500),
  "500 after": { when: "after", ...balancer(500) },
  "502": balancer(502),
  "502 after": { when: "after", ...balancer(502) },
  "503": balancer(503),
  "504": balancer(504),
  "504 after": { when: "after", ...balancer(504) },
  "503 of a control proxy": proxy(
    1,
    "Control proxy may not serve heavy requests with input data",
    503,
    { "Retry-After": "60" },
  ),
  "904": proxy(904, 'User "root" has exceeded its request queue size limit'),
  "105": proxy(105, "Service is unavailable"),
  "105 after": { when: "after", ...proxy(105, "Service is unavailable") },
  "100": proxy(100, "Transport error"),
  "100 after": { when: "after", ...proxy(100, "Transport error") },
  "2100": proxy(2100, "This proxy is banned"),
  "banned proxy": proxy(2100, "This proxy is banned", 503, { "Retry-After": "60" }),
  "expired transaction": { action: { type: "expire" } },
  "expired outermost transaction": { action: { type: "expire", outermost: true } },
  "transaction expired after": { when: "after", action: { type: "expire" } },
  "disk full": { action: { type: "diskFull" } },
  "down for 5 s": { action: { type: "down", durationMs: 5000 } },
  "down for 10 s": { action: { type: "down", durationMs: 10_000 } },
  "down for 20 s": { action: { type: "down", durationMs: 20_000 } },
  "killed before": { action: { type: "kill" } },
  "killed after": { when: "after", action: { type: "kill" } },
};
