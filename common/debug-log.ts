/**
 * Lines for whoever looks for a fault: `NODE_DEBUG=ytcode` prints them to stderr. They must never
 * hold a token, a header or the content of a file.
 */
import { debuglog } from "node:util";

const log = debuglog("ytcode");

/** Prints a line, when lines are asked for. */
export function debugLog(message: string): void {
  log("%s", message);
}

/** Does the work of one step, and prints how long it took. */
export async function debugStep<Result>(
  step: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const startMs = performance.now();
  let outcome = "failed after";
  try {
    const result = await work();
    outcome = "took";
    return result;
  } finally {
    debugLog(`${step}: ${outcome} ${(performance.now() - startMs).toFixed(1)} ms`);
  }
}
