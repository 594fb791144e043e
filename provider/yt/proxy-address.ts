/** The address of a cluster, as users write it. */
import { UserError } from "../../common/errors/user-error.ts";

/** The proxy name that stands for the local cluster inside this process. */
export const LOCAL_PROXY = "local";

/**
 * What an address means beside what it says: settings of YTsaurus's own clients, by their names there
 * (Python's: `yt/wrapper/default_config.py`, and `_get_proxy_url_parts` in `http_helpers.py`).
 */
export interface AddressRules {
  /** `proxy/default_suffix`, put behind a short name: `.yt.example.net`. @default none: it is a host's name */
  readonly suffix?: string | undefined;
  /** `proxy/prefer_https`: whether an address without a scheme is one of TLS. @default false */
  readonly prefersHttps?: boolean | undefined;
  /** `proxy/aliases`: what certain names stand for. @default none */
  readonly aliases?: Readonly<Record<string, string>> | undefined;
}

/**
 * Parses the address of a cluster, as YTsaurus's own clients read it.
 *
 * | form | address |
 * | --- | --- |
 * | one of the aliases | what it stands for |
 * | `http://host:port`, `https://host` | as it is |
 * | `host.domain`, `host:port` | `http://` in front, or `https://` where that is preferred |
 * | `word` | likewise, with the suffix behind it; without a suffix, and for `localhost`, it is a host's name |
 *
 * A suffix of a company's own, which some of those clients bring along, is none of ours: Docker and
 * `/etc/hosts` have hosts that are called by one word.
 *
 * @param proxy what `proxy`, `yt:proxy` or `YT_PROXY` holds
 * @returns the address without path and trailing slash: `http://host:port`
 * @throws {UserError} when it is none of these forms
 */
export function parseProxyAddress(proxy: string, rules: AddressRules = {}): string {
  const text = complete(proxy.trim(), rules);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const problem = proxy.trim() === "" ? "it is empty" : findAddressProblem(url);
  if (url === undefined || problem !== undefined) {
    // Credentials must not be shown in a message, so what precedes an "@" is left out.
    const shown = proxy
      .trim()
      .replace(/\/\/[^/]*@/, "//…@")
      .replace(/^[^/]*@/, "…@");
    throw new UserError(
      `Cannot use "${shown}" as a cluster's proxy: ${problem ?? "it is no address"}: ` +
        `write HOST, HOST:PORT, http://HOST:PORT or https://HOST`,
      { argument: "proxy" },
    );
  }
  return url.origin;
}

/** With a scheme, and with what the rules add. */
function complete(text: string, { suffix = "", prefersHttps, aliases = {} }: AddressRules): string {
  const address = (Object.hasOwn(aliases, text) ? aliases[text] : undefined) ?? text;
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(address)) {
    return address;
  }
  const scheme = prefersHttps === true ? "https" : "http";
  return `${scheme}://${address}${isShortName(address) ? suffix : ""}`;
}

/** Whether an address is one word, behind which a suffix may go. */
function isShortName(address: string): boolean {
  return /^[^.:/@]+$/.test(address) && !address.includes("localhost");
}

/**
 * Whether it takes the rules to tell that this is an address: the suffix goes behind a short name, and what could be no
 * host may be an alias.
 */
export function needsRules(proxy: string): boolean {
  const isWhole = URL.canParse(complete(proxy.trim(), {})) && !isShortName(proxy.trim());
  return proxy !== LOCAL_PROXY && !isWhole;
}

/**
 * Whether two ways to write a cluster's address name one cluster: the same host and port, in whatever
 * scheme. The ports of HTTP and of HTTPS, which need not be written, are fronts of one cluster; so is
 * this machine under each of its names. What is no address is the same as nothing but itself.
 */
export function isSameCluster(one: string, other: string, rules: AddressRules = {}): boolean {
  if (one === other) {
    return true;
  }
  // A host may be called like the local cluster, but that is not meant then.
  if (one === LOCAL_PROXY || other === LOCAL_PROXY) {
    return false;
  }
  const front = findFront(one, rules);
  return front !== undefined && front === findFront(other, rules);
}

function findFront(proxy: string, rules: AddressRules): string | undefined {
  try {
    const url = new URL(parseProxyAddress(proxy, rules));
    return `${canonicalHost(url)}:${["80", "443"].includes(url.port) ? "" : url.port}`;
  } catch (error) {
    if (error instanceof UserError) {
      return undefined;
    }
    throw error;
  }
}

/** Whether what goes to this address stays on this machine. */
export function isLoopback({ hostname }: URL): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d+){3}$/.test(hostname);
}

/** The host of an address, without the dot that a whole name may end in; `127.0.0.1` for this machine. */
export function canonicalHost({ hostname }: URL): string {
  const host = hostname.replace(/\.$/, "");
  return host === "localhost" || host === "[::1]" ? "127.0.0.1" : host;
}

function findAddressProblem(url: URL | undefined): string | undefined {
  if (url === undefined) {
    return "it is no address";
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    return `"${url.protocol}" is neither http: nor https:`;
  }
  if (url.username !== "" || url.password !== "") {
    return "it holds credentials; the token goes into yt:token";
  }
  if (url.pathname !== "/" || url.search !== "" || url.hash !== "") {
    return "it goes on after the host";
  }
  return undefined;
}
