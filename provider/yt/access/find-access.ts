/**
 * How a cluster is to be asked: the token that is for it, and whether its data proxies are.
 * Settings of a stack come first, then what YTsaurus's own clients go by, in their order
 * (Python's: `yt/wrapper/default_config.py`, and `get_token` in `http_helpers.py`).
 */
import { UserError } from "../../../common/errors/user-error.ts";
import { LOCAL_PROXY } from "../proxy-address.ts";
import { readClientConfig } from "./client-config.ts";
import type { ClientConfig } from "./client-config.ts";
import { clientFiles } from "./client-files.ts";
import type { ClientFiles } from "./client-files.ts";
import { findClusterToken } from "./cluster-tokens.ts";
import { readTokenFile } from "./token-file.ts";
import { STACK_TOKEN_PLACES } from "./token.ts";
import type { Token } from "./token.ts";

/** The cluster to be asked. */
export interface AskedCluster {
  /** As the user named it. */
  readonly proxy: string;
  /** Whether it is the stack's or the command's own; a promotion's source may be another. */
  readonly isOwn: boolean;
}

/** How a cluster is to be asked. */
export interface ClusterAccess {
  /** Undefined when no token is for it. */
  readonly token: Token | undefined;
  /** Whether file content goes to the data proxies that the cluster names. @default true */
  readonly proxyDiscovery?: boolean | undefined;
}

/** Where settings come from. */
export interface AccessSources {
  /** Looks a key of a stack's configuration up; secrets come as plain text. @default there is no stack */
  readonly config?: (key: string) => string | undefined;
  readonly environment: NodeJS.ProcessEnv;
  /** Relative paths of files in the environment start here. */
  readonly directory: string;
}

/**
 * Looks all settings up that say how to ask a cluster. A token that names no cluster is for the
 * own one, and goes to no other. The local cluster wants none.
 *
 * @throws {UserError} for a setting or a file that is there and cannot be used
 */
export async function findAccess(
  cluster: AskedCluster,
  sources: AccessSources,
): Promise<ClusterAccess> {
  if (cluster.proxy === LOCAL_PROXY) {
    return { token: undefined };
  }
  const { environment, directory } = sources;
  const files = clientFiles(environment, directory);
  const clientConfig = await readClientConfig(environment, files);
  return {
    token: await findToken(cluster, sources, clientConfig, files),
    proxyDiscovery: findProxyDiscovery(sources, clientConfig),
  };
}

async function findToken(
  { proxy, isOwn }: AskedCluster,
  { config, environment }: AccessSources,
  clientConfig: ClientConfig,
  { resolve, inHome }: ClientFiles,
): Promise<Token | undefined> {
  const forCluster = findClusterToken(config?.("yt:tokens"), proxy);
  if (forCluster !== undefined || !isOwn) {
    return forCluster;
  }
  const places = config === undefined ? undefined : STACK_TOKEN_PLACES;
  const given =
    namedToken(config?.("yt:token"), "yt:token", places) ??
    namedToken(environment["YT_TOKEN"], "YT_TOKEN", places) ??
    namedToken(clientConfig.token, `"token" in "${clientConfig.file}"`);
  if (given !== undefined) {
    return given;
  }
  const tokenPath = nonEmpty(environment["YT_TOKEN_PATH"]) ?? clientConfig.tokenPath;
  if (tokenPath !== undefined) {
    return readTokenFile(resolve(tokenPath), { mayBeMissing: false });
  }
  const file = inHome(".yt/token");
  return file === undefined ? undefined : readTokenFile(file, { mayBeMissing: true });
}

function namedToken(text: string | undefined, origin: string, places?: string): Token | undefined {
  const token = text?.trim() ?? "";
  return token === "" ? undefined : { text: token, origin, places };
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

function parseSwitch(
  name: string,
  value: string | undefined,
  off: string,
  on: string,
): boolean | undefined {
  const text = nonEmpty(value);
  if (text === undefined || text === on || text === off) {
    return text === undefined ? undefined : text === on;
  }
  throw new UserError(`Cannot use "${text}" as ${name}: write ${off} or ${on}`);
}

function nonEmpty(text: string | undefined): string | undefined {
  const trimmed = text?.trim();
  return trimmed === "" ? undefined : trimmed;
}
