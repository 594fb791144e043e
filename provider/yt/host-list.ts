/** What `/hosts` of a cluster gave last, shared by the clients of this process that ask it with the same token. */
import { createHash } from "node:crypto";
import type { Clock } from "./clock.ts";

export interface HostList {
  /** The parsed answer of `/hosts`, no older than half a minute; asked for by one of those who want it at a time. */
  ask(
    signal: AbortSignal | undefined,
    fetchHosts: (signal: AbortSignal | undefined) => Promise<unknown>,
  ): Promise<unknown>;
  /** Has it asked for anew. */
  forget(): void;
}

/** How long an answer of `/hosts` is used: it is ordered by load, which changes. */
const LIFETIME_MS = 30_000;

export function createHostList(clock: Clock): HostList {
  let kept: { readonly answer: unknown; readonly until: number } | undefined;
  let asking: Promise<unknown> | undefined;
  return {
    ask: async (signal, fetchHosts) => {
      if (kept !== undefined && kept.until > clock.now()) {
        return kept.answer;
      }
      if (asking !== undefined) {
        const [shared] = await Promise.allSettled([asking]);
        if (shared.status === "fulfilled") {
          return shared.value;
        }
        // Whoever asked may have been stopped.
        return fetchHosts(signal);
      }
      asking = fetchHosts(signal);
      try {
        const answer = await asking;
        kept = { answer, until: clock.now() + LIFETIME_MS };
        return answer;
      } finally {
        asking = undefined;
      }
    },
    forget: () => {
      kept = undefined;
    },
  };
}

/** By clock, as each tells its own time, and by cluster and token. */
const shared = new WeakMap<Clock, Map<string, HostList>>();

/** @param token another one may be refused, or be told of other hosts */
export function sharedHostList(clock: Clock, address: string, token: string | undefined): HostList {
  const lists = shared.get(clock) ?? new Map<string, HostList>();
  shared.set(clock, lists);
  // The token itself is kept by its client alone.
  const key = createHash("sha256")
    .update(JSON.stringify([address, token]))
    .digest("hex");
  const list = lists.get(key) ?? createHostList(clock);
  lists.set(key, list);
  return list;
}
