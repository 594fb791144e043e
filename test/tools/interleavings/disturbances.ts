/** What can happen to a request on its way, or to its answer. */
import { ytErrorAnswer } from "../relay.ts";
import type { RelayedAnswer } from "../relay.ts";
import type { Random } from "./random.ts";

/** One of the things that can happen. What is answered "instead" never reaches the cluster. */
export type Disturbance =
  | { readonly type: "none" | "reset" | "lose answer" | "cut answer" | "hang" | "late" | "expire" }
  | { readonly type: "answer instead" | "answer after"; readonly answer: RelayedAnswer };

const page = (status: number): RelayedAnswer => ({
  status,
  headers: { "content-type": "text/html" },
  body: "<html><body>Gateway</body></html>",
});
const EMPTY: RelayedAnswer = { status: 200, headers: {}, body: "" };

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
  { type: "answer instead", answer: page(503) },
  { type: "answer after", answer: page(502) },
  { type: "answer after", answer: page(504) },
  { type: "answer after", answer: EMPTY },
  { type: "answer instead", answer: EMPTY },
  { type: "answer instead", answer: page(200) },
  { type: "answer instead", answer: ytErrorAnswer(503, 2100, "This proxy is banned") },
  { type: "answer instead", answer: ytErrorAnswer(400, 904, "Request rate limit exceeded") },
  { type: "answer instead", answer: ytErrorAnswer(400, 105, "Master is not available") },
  { type: "answer instead", answer: ytErrorAnswer(400, 901, "Access denied for user") },
];

/** A request in a hundred of those that are disturbed hangs: that takes its time. */
const HANG_ONCE_IN = 100;

export function chooseDisturbance(random: Random): Disturbance {
  return random.onceIn(HANG_ONCE_IN) ? { type: "hang" } : random.pick(DISTURBANCES);
}
