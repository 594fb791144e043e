/** The cluster's data proxies, which take file content (docs/yt-http-api.md, section 2). */
import type { Clock } from "./clock.ts";
import type { HostFilter } from "./cluster-hosts.ts";
import { createHostList } from "./host-list.ts";
import type { HostList } from "./host-list.ts";

/** Chooses data proxies. Control proxies refuse file content, so the cluster is asked (`/hosts`) for others. */
export interface HeavyProxies {
  /** The address for the next transfer: `http://host:port`. */
  pick(signal: AbortSignal | undefined): Promise<string>;
  /**
   * Leaves this address out for a while, and what is like it: see {@link ProxyFailure}.
   *
   * @returns whether that is news: what was sent at the same time may fail later for the same reason
   */
  ban(address: string, failure?: ProxyFailure): boolean;
}

/** What a failure of one data proxy says of the others. */
export interface ProxyFailure {
  /** It was not reached at all. Two of them, and none is thought to be. @default false */
  readonly neverConnected?: boolean;
  /** No data proxy can be reached, as with names that only the cluster's own network knows. @default false */
  readonly holdsForAll?: boolean;
}

/** How long a proxy that failed is left out, as YTsaurus's Python client does. */
const BAN_MS = 120_000;
/** So many that are not reached say that none is, and not that one is being restarted. */
const ENOUGH_UNREACHED = 2;
/** Chosen at random among so many of the least loaded, so that not all clients choose the same one. */
const CANDIDATES = 5;

export interface HeavyProxiesOptions {
  /** The configured address, used when the cluster lists none that can be reached: `http://host:port`. */
  readonly address: string;
  /** Whether the cluster is asked for data proxies at all. @default true */
  readonly isEnabled?: boolean;
  readonly clock: Clock;
  /** Keeps the answers of `/hosts`. @default a list of its own */
  readonly hosts?: HostList;
  /** Leaves out what is not to be used: see `makeHostFilter`. @default nothing */
  readonly filterHosts?: HostFilter | undefined;
  /** Gives the parsed answer of `/hosts`. */
  readonly fetchHosts: (signal: AbortSignal | undefined) => Promise<unknown>;
}

export function createHeavyProxies(options: HeavyProxiesOptions): HeavyProxies {
  const { address, isEnabled = true, clock, fetchHosts, filterHosts } = options;
  const { hosts = createHostList(clock) } = options;
  const bannedUntil = new Map<string, number>();
  const unreached = new Set<string>();
  let noneUntil = -Infinity;
  /** Of the last answer, those that may be used. */
  let last: { readonly answer: unknown; readonly addresses: readonly string[] } | undefined;
  const findAddresses = async (signal: AbortSignal | undefined): Promise<readonly string[]> => {
    const answer = await hosts.ask(signal, fetchHosts);
    if (last !== undefined && last.answer === answer) {
      return last.addresses;
    }
    const named = parseHosts(answer, address);
    const addresses = (await filterHosts?.(named)) ?? named;
    last = { answer, addresses };
    return addresses;
  };

  return {
    pick: async (signal) => {
      if (!isEnabled || noneUntil > clock.now()) {
        return address;
      }
      const usable = (await findAddresses(signal))
        .filter((candidate) => (bannedUntil.get(candidate) ?? -Infinity) <= clock.now())
        .slice(0, CANDIDATES);
      return usable[Math.floor(clock.random() * usable.length)] ?? address;
    },
    ban: (failed, { neverConnected = false, holdsForAll = false } = {}) => {
      const until = clock.now() + BAN_MS;
      const isNews = failed === address || noneUntil <= clock.now();
      bannedUntil.set(failed, until);
      if (failed === address) {
        // Then any data proxy is a better try.
        noneUntil = -Infinity;
        unreached.clear();
      } else if (neverConnected) {
        unreached.add(failed);
        noneUntil = holdsForAll || unreached.size >= ENOUGH_UNREACHED ? until : noneUntil;
      }
      // The proxy may be gone for good, so the list is asked for again.
      hosts.forget();
      return isNews;
    },
  };
}

/**
 * The addresses in an answer of `/hosts`: `host` or `host:port` without scheme, which is that of
 * the configured address. Anything that is no host name is dropped.
 */
export function parseHosts(answer: unknown, address: string): readonly string[] {
  const { protocol } = new URL(address);
  return (Array.isArray(answer) ? answer : [])
    .filter((host): host is string => typeof host === "string")
    .filter((host) => /^[A-Za-z0-9._-]+(:\d+)?$|^\[[0-9A-Fa-f:]+\](:\d+)?$/.test(host))
    .map((host) => `${protocol}//${host}`)
    .filter((candidate) => URL.canParse(candidate));
}
