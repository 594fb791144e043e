/** What can happen to a request on its way, or to its answer. */
import type { Random } from "./random.ts";

/** One of the things that can happen. Those that answer "instead" never reach the cluster. */
export type Disturbance =
  | { readonly type: "none" | "reset" | "lose answer" | "cut answer" | "hang" | "late" | "expire" }
  | {
      readonly type: "answer instead" | "answer after";
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
    }
  | {
      readonly type: "yt error";
      readonly status: number;
      readonly code: number;
      readonly message: string;
    };

const HTML = { "content-type": "text/html" };
const PAGE = "<html><body>Bad Gateway</body></html>";

/** The frequent ones stand here more than once. */
const DISTURBANCES: readonly [Disturbance, ...Disturbance[]] = [
  { type: "reset" },
  { type: "reset" },
  { type: "lose answer" },
  { type: "lose answer" },
  { type: "lose answer" },
  { type: "cut answer" },
  { type: "late" },
  { type: "late" },
  { type: "late" },
  { type: "expire" },
  { type: "answer instead", status: 503, headers: HTML, body: PAGE },
  { type: "answer after", status: 502, headers: HTML, body: PAGE },
  { type: "answer after", status: 504, headers: HTML, body: PAGE },
  { type: "answer after", status: 200, headers: {}, body: "" },
  { type: "answer instead", status: 200, headers: {}, body: "" },
  { type: "answer instead", status: 200, headers: HTML, body: PAGE },
  { type: "yt error", status: 503, code: 2100, message: "This proxy is banned" },
  { type: "yt error", status: 400, code: 904, message: "Request rate limit exceeded" },
  { type: "yt error", status: 400, code: 105, message: "Master is not available" },
  { type: "yt error", status: 400, code: 901, message: "Access denied for user" },
];

/** A request in a hundred of those that are disturbed hangs: that takes its time. */
const HANG_ONCE_IN = 100;

export function chooseDisturbance(random: Random): Disturbance {
  return random.onceIn(HANG_ONCE_IN) ? { type: "hang" } : random.pick(DISTURBANCES);
}

/** Headers and body of a YT error. */
export function errorAnswer({
  code,
  message,
}: Extract<Disturbance, { type: "yt error" }>): [Record<string, string>, string] {
  const body = JSON.stringify({ code, message, attributes: {}, inner_errors: [] });
  return [
    {
      "content-type": "application/json",
      "x-yt-error": body,
      "x-yt-response-code": String(code),
      "x-yt-response-message": message,
      "x-yt-request-id": "1-2-3-4",
    },
    body,
  ];
}
