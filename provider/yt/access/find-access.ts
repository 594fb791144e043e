/**
 * How a cluster is to be asked: the token that is for it, and whether its data proxies are.
 * Settings of a stack come first, then what YTsaurus's own clients go by, in their order
 * (Python's: `yt/wrapper/default_config.py`, and `get_token` in `http_helpers.py`).
 */
import { isSameCluster, LOCAL_PROXY } from "../proxy-address.ts";
import type { AddressRules } from "../proxy-address.ts";
import { nonEmpty, parseSwitch } from "./access-sources.ts";
import type { AccessSources } from "./access-sources.ts";
import { addressRules } from "./address-rules.ts";
import { readClientConfig } from "./client-config.ts";
import type { ClientConfig, ClientProfile } from "./client-config.ts";
import { clientFiles } from "./client-files.ts";
import type { ClientFiles } from "./client-files.ts";
import { findClusterToken, isTokenMap } from "./cluster-tokens.ts";
import { parseDataProxies } from "./data-proxies.ts";
import { readTokenFile } from "./token-file.ts";
import { STACK_TOKEN_PLACES } from "./token.ts";
import type { Token } from "./token.ts";

/** The cluster to be asked. */
export interface AskedCluster {
  /** As the user named it. */
  readonly proxy: string;
  /** The stack's or the command's own; a promotion's source, or a place that was left, may be another. @default this one */
  readonly ownProxy?: string | undefined;
}

/** How a cluster is to be asked. */
export interface ClusterAccess {
  /** How its address is read. */
  readonly rules: AddressRules;
  /** Whether it is the stack's or the command's own. */
  readonly isOwn: boolean;
  /** Undefined when no token is for it. */
  readonly token: Token | undefined;
  /** Whether file content goes to the data proxies that the cluster names. @default true */
  readonly proxyDiscovery?: boolean | undefined;
  /** Whose hosts may have the token beside those of the address: see `isHostOfCluster`. @default nobody's */
  readonly dataProxies?: readonly string[] | undefined;
}

/**
 * Looks all settings up that say how to ask a cluster. A token that names no cluster is for the
 * own one, and goes to no other; one of YTsaurus's own clients also for the cluster in `YT_PROXY`.
 * The local cluster wants none.
 *
 * @throws {UserError} for a setting or a file that is there and cannot be used
 */
export async function findAccess(
  cluster: AskedCluster,
  sources: AccessSources,
): Promise<ClusterAccess> {
  if (cluster.proxy === LOCAL_PROXY) {
    return { token: undefined, rules: {}, isOwn: true };
  }
  const { config, environment, directory } = sources;
  const { proxy, ownProxy = proxy } = cluster;
  const files = clientFiles(environment, directory);
  const clientConfig = await readClientConfig(environment, files);
  const rules = await addressRules(sources, clientConfig);
  const isOwn = isSameCluster(proxy, ownProxy, rules);
  return {
    rules,
    isOwn,
    token: await findToken(proxy, isOwn, rules, sources, clientConfig, files),
    proxyDiscovery: findProxyDiscovery(sources, clientConfig),
    dataProxies: parseDataProxies(config?.("yt:dataProxies")),
  };
}

async function findToken(
  proxy: string,
  isOwn: boolean,
  rules: AddressRules,
  { config, environment }: AccessSources,
  clientConfig: ClientConfig,
  { resolve, inHome }: ClientFiles,
): Promise<Token | undefined> {
  const own = config?.("yt:token");
  const forCluster =
    findClusterToken("yt:tokens", config?.("yt:tokens"), proxy, rules) ??
    (isTokenMap(own) ? findClusterToken("yt:token", own, proxy, rules) : undefined);
  if (forCluster !== undefined) {
    return forCluster;
  }
  // What YTsaurus's own clients would send there is for it, too.
  const { YT_PROXY: clientsProxy } = environment;
  const isClients = clientsProxy !== undefined && isSameCluster(proxy, clientsProxy, rules);
  const isKnown = isOwn || isClients;
  const places = config === undefined ? undefined : STACK_TOKEN_PLACES;
  const profiles = profilesFor(proxy, isKnown, rules, clientConfig);
  const inProfile = profiles.find(({ token }) => nonEmpty(token) !== undefined)?.token;
  const given =
    (isOwn && !isTokenMap(own) ? namedToken(own, "yt:token", places) : undefined) ??
    (isKnown ? namedToken(environment["YT_TOKEN"], "YT_TOKEN", places) : undefined) ??
    namedToken(inProfile, `"token" in "${clientConfig.file}"`);
  if (given !== undefined) {
    return given;
  }
  const tokenPath =
    (isKnown ? nonEmpty(environment["YT_TOKEN_PATH"]) : undefined) ??
    profiles.find((profile) => profile.tokenPath !== undefined)?.tokenPath;
  if (tokenPath !== undefined) {
    return readTokenFile(resolve(tokenPath), { mayBeMissing: false });
  }
  const file = isKnown ? inHome(".yt/token") : undefined;
  return file === undefined ? undefined : readTokenFile(file, { mayBeMissing: true });
}

/** Where the client's configuration holds a token for the cluster: one that names another's is not for it. */
function profilesFor(
  proxy: string,
  isKnown: boolean,
  rules: AddressRules,
  clientConfig: ClientConfig,
): readonly ClientProfile[] {
  const names = (profile: ClientProfile): boolean =>
    profile.proxy !== undefined && isSameCluster(profile.proxy, proxy, rules);
  const counts = names(clientConfig) || (isKnown && clientConfig.proxy === undefined);
  return [...(counts ? [clientConfig] : []), ...clientConfig.otherProfiles.filter(names)];
}

function namedToken(text: string | undefined, origin: string, places?: string): Token | undefined {
  const token = nonEmpty(text);
  return token === undefined ? undefined : { text: token, origin, places };
}

/** @throws {UserError} for a setting that is neither */
function findProxyDiscovery(
  { config, environment }: AccessSources,
  clientConfig: ClientConfig,
): boolean | undefined {
  return (
    parseSwitch("yt:proxyDiscovery", config?.("yt:proxyDiscovery"), "false", "true") ??
    parseSwitch("YT_USE_HOSTS", environment["YT_USE_HOSTS"], "0", "1") ??
    clientConfig.proxyDiscovery
  );
}
