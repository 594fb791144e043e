/**
 * The configuration file of YTsaurus's Python client, as far as it says how to ask a cluster
 * (found and read as in `yt/wrapper/default_config.py`).
 */
import { readFile } from "node:fs/promises";
import { findFileErrorReason } from "../../../common/files/file-error-reason.ts";
import { isSystemError } from "../../../common/files/file-errors.ts";
import { UserError } from "../../../common/errors/user-error.ts";
import { isRecord } from "../../../common/values/is-record.ts";
import type { AddressRules } from "../proxy-address.ts";
import type { ClientFiles } from "./client-files.ts";

/** What is taken from the file; all of it is undefined where there is none. */
export interface ClientConfig extends ClientProfile {
  /** Absolute path. */
  readonly file: string | undefined;
  /** Those profiles of the file that do not count, but for the clusters that they name. */
  readonly otherProfiles: readonly ClientProfile[];
}

/** The settings of one profile. A file without profiles is one. */
export interface ClientProfile {
  /** `proxy/url`: the cluster that the settings are for. */
  readonly proxy: string | undefined;
  /** `token`. Never shown. */
  readonly token: string | undefined;
  /** `token_path`, as it is written. */
  readonly tokenPath: string | undefined;
  /** `proxy/enable_proxy_discovery`. */
  readonly proxyDiscovery: boolean | undefined;
  /** `proxy/default_suffix`, `proxy/prefer_https` and `proxy/aliases`. */
  readonly addressRules: AddressRules;
}

const NOTHING: ClientConfig = { file: undefined, otherProfiles: [], ...readProfile({}) };

/** For all users of a machine. */
const GLOBAL_FILE = "/etc/ytclient.conf";

/**
 * Reads the file that `YT_CONFIG_PATH` names, else `~/.yt/config`, else `/etc/ytclient.conf`: the
 * first that is there.
 *
 * @throws {UserError} when the named file cannot be read, or a file is neither YSON nor JSON
 */
export async function readClientConfig(
  environment: NodeJS.ProcessEnv,
  { resolve, inHome }: ClientFiles,
): Promise<ClientConfig> {
  const { YT_CONFIG_PATH: named = "", YT_CONFIG_PROFILE: profile } = environment;
  if (named !== "") {
    const file = resolve(named);
    return parseConfig(file, await readNamed(file), profile);
  }
  for (const file of [inHome(".yt/config"), GLOBAL_FILE]) {
    const bytes = file === undefined ? undefined : await readUnnamed(file);
    if (file !== undefined && bytes !== undefined) {
      return parseConfig(file, bytes, profile);
    }
  }
  return NOTHING;
}

async function readNamed(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    if (!isSystemError(error)) {
      throw error;
    }
    throw unreadable(file, findFileErrorReason(error) ?? error.code);
  }
}

/** Undefined also for a file that is not for this user: the client passes over it, too. */
async function readUnnamed(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    if (!isSystemError(error)) {
      throw error;
    }
    return undefined;
  }
}

async function parseConfig(
  file: string,
  bytes: Buffer,
  profile: string | undefined,
): Promise<ClientConfig> {
  const whole = await parseValue(bytes);
  if (!isRecord(whole)) {
    throw unreadable(file, "it is neither a YSON nor a JSON map");
  }
  const config = chooseProfile(whole, profile);
  if (!isRecord(config)) {
    throw unreadable(file, "it has no profile of the name in YT_CONFIG_PROFILE or default_profile");
  }
  const { profiles } = whole;
  const all = whole["config_version"] === 2 && isRecord(profiles) ? Object.values(profiles) : [];
  const others = all.filter((other) => other !== config).filter(isRecord);
  return { file, ...readProfile(config), otherProfiles: others.map(readProfile) };
}

function readProfile(profile: Readonly<Record<string, unknown>>): ClientProfile {
  const { token, token_path: tokenPath } = profile;
  const proxy = isRecord(profile["proxy"]) ? profile["proxy"] : {};
  const { url, default_suffix: suffix } = proxy;
  return {
    proxy: findText(url),
    token: findText(token),
    tokenPath: findText(tokenPath),
    proxyDiscovery: findSwitch(proxy["enable_proxy_discovery"]),
    addressRules: {
      suffix: findText(suffix),
      prefersHttps: findSwitch(proxy["prefer_https"]),
      aliases: findAliases(proxy["aliases"]),
    },
  };
}

function findText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function findSwitch(value: unknown): boolean | undefined {
  return typeof value === "boolean" ? value : undefined;
}

function findAliases(value: unknown): AddressRules["aliases"] {
  if (!isRecord(value)) {
    return undefined;
  }
  const entries = Object.entries(value);
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

/** The settings that count: in version 2 of the file they are in profiles. */
function chooseProfile(
  config: Readonly<Record<string, unknown>>,
  named: string | undefined,
): unknown {
  if (config["config_version"] !== 2) {
    return config;
  }
  const { profiles } = config;
  const profile = named ?? config["default_profile"];
  return isRecord(profiles) && typeof profile === "string" ? profiles[profile] : undefined;
}

/**
 * The aliases in `YT_PROXY_URL_ALIASING_CONFIG`.
 *
 * @throws {UserError} when it is no map
 */
export async function parseAliases(text: string): Promise<AddressRules["aliases"]> {
  const aliases = findAliases(await parseValue(Buffer.from(text)));
  if (aliases === undefined) {
    throw new UserError("Cannot use YT_PROXY_URL_ALIASING_CONFIG as it is no map in YSON or JSON");
  }
  return aliases;
}

/** The value as plain JSON; undefined when it is neither. No YSON map is JSON, so either may be tried first. */
async function parseValue(bytes: Buffer): Promise<unknown> {
  const { bytesFromBuffer } = await import("../../../common/yson/byte-string.ts");
  const { writeJson } = await import("../../../common/yson/json-writer.ts");
  const { parseYson } = await import("../../../common/yson/parser.ts");
  const { ValueSyntaxError } = await import("../../../common/yson/syntax-error.ts");
  for (const read of [
    () => writeJson(parseYson(bytesFromBuffer(bytes)), PLAIN),
    () => bytes.toString(),
  ]) {
    try {
      const value: unknown = JSON.parse(read());
      return value;
    } catch (error) {
      // Either may show a part of the file, in which there may be a token.
      if (!(error instanceof ValueSyntaxError) && !(error instanceof SyntaxError)) {
        throw error;
      }
    }
  }
  return undefined;
}

const PLAIN = { encodeUtf8: false, attributesMode: "never" } as const;

function unreadable(file: string, reason: string): UserError {
  return new UserError(`Cannot read the settings of YTsaurus's client from "${file}": ${reason}`);
}
