/** Settings that come from outside the arguments: Pulumi's configuration and the environment. */
import type { FindModules } from "../pipeline/python/python-modules.ts";
import type { AskedCluster, ClusterAccess } from "../yt/access/find-access.ts";
import type { StartLocalCluster } from "../yt/connect.ts";
import { isSameCluster, LOCAL_PROXY } from "../yt/proxy-address.ts";
import type { Clock } from "../yt/clock.ts";
import type { AddressRules } from "../yt/proxy-address.ts";
import type { ClaimedFolders } from "./claimed-folders.ts";
import type { PreviewNotes } from "./preview/notes.ts";

/** A setting of the stack that says which sources it takes. */
export type SourceRule = "requirePromotion" | "allowDirty";

/** What the user has configured. */
interface ConfiguredSettings {
  /** `yt:proxy`, else `YT_PROXY`. */
  readonly proxy: string | undefined;
  /** What set the proxy, for messages. */
  readonly proxySetting?: "yt:proxy" | "YT_PROXY";
  /**
   * How to ask a cluster, with which token, from `yt:tokens`, `yt:token`, `yt:proxyDiscovery`, `yt:dataProxies` and
   * where YTsaurus's own clients look. Nothing of it is read before a cluster is asked.
   */
  readonly findAccess?: (cluster: AskedCluster) => Promise<ClusterAccess>;
  /**
   * How addresses are read: `yt:proxySuffix`, and what YTsaurus's own clients go by. Looked up once;
   * nothing of it is read before it is wanted. @default as they are written
   */
  readonly findAddressRules?: () => Promise<AddressRules>;
  /** Looks a rule up as it is written, in the project's namespace and in `yt`. @default none is set */
  readonly findSourceRule?: (name: SourceRule, project: string) => string | undefined;
  /**
   * Whether previews read from clusters, or from local builds, what nothing here remembers, to count the lines that
   * change: `YTCODE_DIFF`, which the stack commands set for `--diff`. @default false
   */
  readonly readsEarlier?: boolean;
  /** Absolute path of the folder that the program runs in: relative pipeline paths start there. */
  readonly projectDirectory: string;
}

/** What the provider was configured with, and what it was given to work with. */
export interface ProviderSettings extends ConfiguredSettings {
  /** A token for the cluster in `proxy`, for programs that have one. @default what `findAccess` finds */
  readonly token?: string | undefined;
  /** Stops whatever is asked of a cluster when aborted. @default nothing does */
  readonly signal?: AbortSignal | undefined;
  /** By which what failed waits to be tried again. @default the system's */
  readonly clock?: Clock;
  /** For the proxy `"local"`. */
  readonly startLocalCluster: StartLocalCluster;
  /** Finds Python modules for all pipelines. @default a search for each pipeline */
  readonly findModules?: FindModules;
  /** Where the resources of this run publish. @default that is not compared */
  readonly claimedFolders?: ClaimedFolders;
  /** What this run has found and said. @default nothing is kept */
  readonly notes?: PreviewNotes;
}

/**
 * Reads the settings.
 *
 * @param config looks a key of Pulumi's configuration up; secrets come as plain text
 */
export function readSettings(
  config: (key: string) => string | undefined,
  environment: NodeJS.ProcessEnv,
  projectDirectory: string,
): ConfiguredSettings {
  const configuredProxy = firstText(config("yt:proxy"));
  const sources = { config, environment, directory: projectDirectory };
  let addressRules: Promise<AddressRules> | undefined;
  const proxy = firstText(configuredProxy, environment["YT_PROXY"]);
  // What is set beside a proxy is for that cluster: a resource may name another, or have been on one.
  const own = proxy === LOCAL_PROXY ? undefined : proxy;
  return {
    proxy,
    proxySetting: configuredProxy === undefined ? "YT_PROXY" : "yt:proxy",
    projectDirectory,
    readsEarlier: ["1", "true"].includes(environment["YTCODE_DIFF"] ?? ""),
    findSourceRule: (name, project) =>
      firstText(config(`${project}:${name}`), config(`yt:${name}`)),
    findAccess: async (cluster) => {
      const { findAccess } = await import("../cluster.ts");
      return findAccess({ ...cluster, ownProxy: own ?? cluster.ownProxy }, sources);
    },
    findAddressRules: async () => {
      const { findAddressRules } = await import("../yt/access/address-rules.ts");
      addressRules ??= findAddressRules(sources);
      return addressRules;
    },
  };
}

/**
 * Whether two ways to write a cluster's address name one cluster; see `isSameCluster`. Settings are
 * read only where it depends on them.
 *
 * @throws {UserError} for a setting or a file of YTsaurus's client that cannot be used
 */
export async function namesSameCluster(
  one: string,
  other: string,
  { findAddressRules }: Pick<ProviderSettings, "findAddressRules">,
): Promise<boolean> {
  if (one === other || one === LOCAL_PROXY || other === LOCAL_PROXY) {
    return one === other;
  }
  return isSameCluster(one, other, await findAddressRules?.());
}

function firstText(...candidates: readonly (string | undefined)[]): string | undefined {
  return candidates.find((candidate) => candidate !== undefined && candidate.trim() !== "");
}
