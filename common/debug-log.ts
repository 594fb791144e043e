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

/** Does one step that may be long or fail, and prints how long it took. */
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

/**
 * Begins a piece of work of several steps.
 *
 * @returns prints that a step is done, and how long it took: the time since the one before
 */
export function debugSteps(work: string): (step: string) => void {
  let startMs = performance.now();
  return (step) => {
    const endMs = performance.now();
    debugLog(`${work}: ${step}, ${(endMs - startMs).toFixed(1)} ms`);
    startMs = endMs;
  };
}
