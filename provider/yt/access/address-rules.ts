/** How addresses of clusters are read here: settings of the stack, then of YTsaurus's own clients, in their order. */
import { UserError } from "../../../common/errors/user-error.ts";
import type { AddressRules } from "../proxy-address.ts";
import type { AccessSources } from "./access-sources.ts";
import { nonEmpty, parseSwitch } from "./access-sources.ts";
import { parseAliases, readClientConfig } from "./client-config.ts";
import type { ClientConfig } from "./client-config.ts";
import { clientFiles } from "./client-files.ts";

/**
 * Looks the rules up.
 *
 * @throws {UserError} for a setting or a file that is there and cannot be used
 */
export async function findAddressRules(sources: AccessSources): Promise<AddressRules> {
  const files = clientFiles(sources.environment, sources.directory);
  return addressRules(sources, await readClientConfig(sources.environment, files));
}

/** The rules, with the client's configuration read. See {@link findAddressRules}. */
export async function addressRules(
  { config, environment }: AccessSources,
  clientConfig: ClientConfig,
): Promise<AddressRules> {
  const aliases = nonEmpty(environment["YT_PROXY_URL_ALIASING_CONFIG"]);
  const fromFile = clientConfig.addressRules;
  return {
    suffix:
      parseSuffix(config?.("yt:proxySuffix")) ??
      nonEmpty(environment["YT_PROXY_SUFFIX"]) ??
      fromFile.suffix,
    prefersHttps:
      parseSwitch("YT_PREFER_HTTPS", environment["YT_PREFER_HTTPS"], "0", "1") ??
      fromFile.prefersHttps,
    aliases: aliases === undefined ? fromFile.aliases : await parseAliases(aliases),
  };
}

/** @throws {UserError} when names would grow together with it */
function parseSuffix(value: string | undefined): string | undefined {
  const suffix = nonEmpty(value);
  if (suffix === undefined || /^[.-]/.test(suffix)) {
    return suffix;
  }
  throw new UserError(`Cannot use "${suffix}" as yt:proxySuffix: write ".${suffix}"`);
}
