/**
 * Which of the hosts that `/hosts` names may have the cluster's token: whoever answers there may name any.
 */
import { BlockList, isIP } from "node:net";
import { listSome } from "../../common/text/list.ts";
import { canonicalHost } from "./proxy-address.ts";
import { sayOnce } from "./say-once.ts";

/** Chooses among the addresses that `/hosts` gives: `http://host:port`. */
export type HostFilter = (addresses: readonly string[]) => Promise<readonly string[]>;

/** So many hosts are named when some are left out. */
const SHOWN_HOSTS = 3;

export interface HostFilterOptions {
  /** The configured one: `http://host:port`. */
  readonly address: string;
  /** What messages call the cluster. */
  readonly proxy: string;
  /** See {@link isHostOfCluster}. */
  readonly named: readonly string[];
  readonly log: (line: string) => void;
}

/** Lets those of the cluster through, and says once which ones it does not. */
export function makeHostFilter({ address, proxy, named, log }: HostFilterOptions): HostFilter {
  return async (addresses) => {
    const own = await Promise.all(
      addresses.map(async (other) => isHostOfCluster(other, address, named)),
    );
    const foreign = addresses.filter((_, index) => own[index] !== true);
    if (foreign.length > 0) {
      const hosts = foreign.map((other) => `"${new URL(other).host}"`);
      sayOnce(
        `Warning: "/hosts" of cluster "${proxy}" names hosts that are not known to be its own: ` +
          `${listSome(hosts, SHOWN_HOSTS)}: the token is not sent there: ` +
          "if they are the cluster's, add them or their domain to yt:dataProxies",
        log,
      );
    }
    return addresses.filter((_, index) => own[index] === true);
  };
}

/**
 * Whether a host is the cluster's own. Where names end in what anybody may register a name under
 * (`co.uk`, `github.io`) is known from the Public Suffix List (https://publicsuffix.org).
 *
 * | configured address | of the cluster | not of the cluster |
 * | --- | --- | --- |
 * | anything | the same host, at any port; what is named | |
 * | `hahn.yt.example.net` | `n1.hahn.yt.example.net`, `n1.vla.example.net` | `n1.example.org`, `10.1.2.3`, `n1` |
 * | `yt.example.co.uk` | `n1.example.co.uk` | `other.co.uk` |
 * | `yt.github.io` | `n1.yt.github.io` | `other.github.io` |
 * | `yt.corp` | `n1.yt.corp` | `n1.corp` |
 * | `10.1.2.3` | | `10.1.2.4`, `n1.example.net` |
 * | `localhost` | `127.0.0.1`, `[::1]` | `127.0.0.2`, `n1.example.net`, `n1` |
 * | `yt-proxy` (one word, as in Docker) | `yt-data-0`: both are looked up in this network | `n1.example.net` |
 * | `http-proxies-lb.yt.svc` (Kubernetes) | `hp-0.http-proxies.yt.svc.cluster.local` | `hp-0.http-proxies.another.svc.cluster.local` |
 *
 * A tunnel from `localhost` therefore leads to no data proxy that is not named, and all goes through the
 * tunnel.
 *
 * @param other `http://host:port`
 * @param address the configured one, in the same form
 * @param named hosts, domains with all that is below them, IP addresses and networks (`10.1.0.0/16`)
 */
export async function isHostOfCluster(
  other: string,
  address: string,
  named: readonly string[],
): Promise<boolean> {
  const [host, own] = [canonicalHost(new URL(other)), canonicalHost(new URL(address))];
  if (host === own || isNamed(host, named)) {
    return true;
  }
  if (isAddress(host) || isAddress(own)) {
    return false;
  }
  if (!host.includes(".") || !own.includes(".")) {
    return !host.includes(".") && !own.includes(".");
  }
  const namespaces = [kubernetesNamespace(host), kubernetesNamespace(own)];
  if (namespaces.some((namespace) => namespace !== undefined)) {
    return namespaces[0] === namespaces[1];
  }
  // It is large, and wanted only here.
  const { getDomain } = await import("tldts");
  const options = { allowPrivateDomains: true, validateHostname: false };
  const domain = getDomain(own, options);
  return domain !== null && domain === getDomain(host, options);
}

/** Tenants of a Kubernetes cluster have a namespace each: `<pod>.<service>.<namespace>.svc.cluster.local`. */
function kubernetesNamespace(host: string): string | undefined {
  return /([^.]+)\.svc(?:\.cluster\.local)?$/.exec(host)?.[1];
}

function isNamed(host: string, named: readonly string[]): boolean {
  return named.some((entry) => {
    const [start = "", bits] = withoutBrackets(entry).split("/");
    const family = familyOf(start);
    if (family === undefined) {
      const domain = entry.replace(/^(\*?\.)/, "");
      return host === domain || host.endsWith(`.${domain}`);
    }
    const hostFamily = familyOf(withoutBrackets(host));
    const network = new BlockList();
    network.addSubnet(start, Number(bits ?? (family === "ipv4" ? 32 : 128)), family);
    return hostFamily !== undefined && network.check(withoutBrackets(host), hostFamily);
  });
}

function isAddress(host: string): boolean {
  return familyOf(withoutBrackets(host)) !== undefined;
}

function familyOf(host: string): "ipv4" | "ipv6" | undefined {
  switch (isIP(host)) {
    case 4:
      return "ipv4";
    case 6:
      return "ipv6";
    default:
      return undefined;
  }
}

function withoutBrackets(host: string): string {
  return host.replace(/^\[(.*)\]$/, "$1");
}
