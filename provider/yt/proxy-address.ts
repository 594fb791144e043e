/** The address of a cluster, as users write it. */
import { UserError } from "../../common/errors/user-error.ts";

/** The proxy name that stands for the local cluster inside this process. */
export const LOCAL_PROXY = "local";

/**
 * Parses the address of a cluster.
 *
 * | form | address |
 * | --- | --- |
 * | `http://host:port`, `https://host` | as it is |
 * | `host.domain`, `host:port` | `http://` in front |
 * | `word` | `http://word` |
 *
 * YTsaurus's own clients turn a bare word such as `hahn` into `hahn.yt.yandex-team.ru`; that is
 * right inside one company only, so here it is a host name like any other (Docker and
 * `/etc/hosts` have such names).
 *
 * @param proxy what `proxy`, `yt:proxy` or `YT_PROXY` holds
 * @returns the address without path and trailing slash: `http://host:port`
 * @throws {UserError} when it is none of these forms
 */
export function parseProxyAddress(proxy: string): string {
  const text = proxy.trim();
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const url = URL.canParse(withScheme) ? new URL(withScheme) : undefined;
  const problem = text === "" ? "it is empty" : findAddressProblem(url);
  if (url === undefined || problem !== undefined) {
    // Credentials must not be shown in a message, so what precedes an "@" is left out.
    const shown = text.replace(/\/\/[^/]*@/, "//…@").replace(/^[^/]*@/, "…@");
    throw new UserError(
      `Cannot use "${shown}" as a cluster's proxy: ${problem ?? "it is no address"}: ` +
        `write HOST, HOST:PORT, http://HOST:PORT or https://HOST`,
      { argument: "proxy" },
    );
  }
  return url.origin;
}

/**
 * Whether two ways to write a cluster's address name the same host and port, in whatever scheme.
 * What is no address is the same as nothing but itself.
 */
export function isSameCluster(one: string, other: string): boolean {
  if (one === other) {
    return true;
  }
  // A host may be called like the local cluster, but that is not meant then.
  if (one === LOCAL_PROXY || other === LOCAL_PROXY) {
    return false;
  }
  const host = findHost(one);
  return host !== undefined && host === findHost(other);
}

function findHost(proxy: string): string | undefined {
  try {
    return new URL(parseProxyAddress(proxy)).host;
  } catch (error) {
    if (error instanceof UserError) {
      return undefined;
    }
    throw error;
  }
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
