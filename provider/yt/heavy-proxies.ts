import type { Clock } from "./clock.ts";

/**
 * Data proxies of a cluster. File content must not go through control proxies, which refuse it, so
 * the cluster is asked (`/hosts`) whom to give it to.
 */
export interface HeavyProxies {
  /** The address for the next transfer: `http://host:port`. */
  pick(signal: AbortSignal | undefined): Promise<string>;
  /** Leaves this address out for a while. */
  ban(address: string): void;
}

/** How long an answer of `/hosts` is used. It is ordered by load, so an old one is a bad one. */
const HOSTS_LIFETIME_MS = 30_000;
/** How long a proxy that failed is left out, as YTsaurus's Python client does. */
const BAN_MS = 120_000;
/** Chosen at random among so many of the least loaded, or everybody would run to the first. */
const CANDIDATES = 5;

export interface HeavyProxiesOptions {
  /** The configured address, used when the cluster names nobody: `http://host:port`. */
  readonly address: string;
  readonly clock: Clock;
  /** Gives the parsed answer of `/hosts`. */
  readonly askHosts: (signal: AbortSignal | undefined) => Promise<unknown>;
}

export function createHeavyProxies(options: HeavyProxiesOptions): HeavyProxies {
  const { address, clock, askHosts } = options;
  const bannedUntil = new Map<string, number>();
  let known: { readonly addresses: readonly string[]; readonly until: number } | undefined;

  return {
    pick: async (signal) => {
      if (known === undefined || known.until <= clock.now()) {
        const addresses = parseHosts(await askHosts(signal), address);
        known = { addresses, until: clock.now() + HOSTS_LIFETIME_MS };
      }
      const usable = known.addresses
        .filter((candidate) => (bannedUntil.get(candidate) ?? -Infinity) <= clock.now())
        .slice(0, CANDIDATES);
      return usable[Math.floor(clock.random() * usable.length)] ?? address;
    },
    ban: (failed) => {
      bannedUntil.set(failed, clock.now() + BAN_MS);
      // The list may be out of date as well: the proxy may be gone.
      known = undefined;
    },
  };
}

/**
 * The addresses in an answer of `/hosts`: `host` or `host:port` without scheme, which is that of
 * the configured address. Anything that is no host name is dropped, since the token is sent there.
 */
export function parseHosts(answer: unknown, address: string): readonly string[] {
  const { protocol } = new URL(address);
  return (Array.isArray(answer) ? answer : [])
    .filter((host): host is string => typeof host === "string")
    .filter((host) => /^[A-Za-z0-9._-]+(:\d+)?$|^\[[0-9A-Fa-f:]+\](:\d+)?$/.test(host))
    .map((host) => `${protocol}//${host}`);
}
