/** Runs several things at once that only make sense together. */
import type { YtClient } from "./client-types.ts";
import { withSignal } from "./with-signal.ts";

/**
 * Runs work at the same time. When one of them fails the others are stopped, and awaited.
 *
 * @param works get the client, stopped also by a failure of another
 * @returns what they return, in their order
 * @throws {unknown} the first failure
 */
export async function together<Result>(
  client: YtClient,
  works: readonly ((client: YtClient) => Promise<Result>)[],
): Promise<Result[]> {
  const stopping = new AbortController();
  const stoppable = withSignal(client, stopping.signal);
  const failures: unknown[] = [];
  const results = await Promise.allSettled(
    works.map(async (work) => {
      try {
        return await work(stoppable);
      } catch (error) {
        failures.push(error);
        stopping.abort();
        throw error;
      }
    }),
  );
  if (failures.length > 0) {
    throw failures[0];
  }
  return results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
}
