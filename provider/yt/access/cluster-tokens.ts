/** `yt:tokens`, or `yt:token` as a map: a token for each of several clusters. */
import { UserError } from "../../../common/errors/user-error.ts";
import { isRecord } from "../../../common/values/is-record.ts";
import { isSameCluster } from "../proxy-address.ts";
import type { AddressRules } from "../proxy-address.ts";
import type { Token } from "./token.ts";

/** Whether the value of `yt:token` is a map, or meant as one: no token begins like that. */
export function isTokenMap(text: string | undefined): boolean {
  return text?.trimStart().startsWith("{") === true;
}

/**
 * The token for one cluster.
 *
 * @param setting its name, for messages
 * @param text the setting's value: a map from clusters to tokens, as JSON
 * @param proxy the cluster, as the user named it
 * @throws {UserError} when the value is no such map; it shows nothing of it
 */
export function findClusterToken(
  setting: "yt:tokens" | "yt:token",
  text: string | undefined,
  proxy: string,
  rules: AddressRules,
): Token | undefined {
  if (text === undefined || text.trim() === "") {
    return undefined;
  }
  const entries = Object.entries(parseTokens(setting, text));
  const [cluster, token] =
    entries.find(([name]) => name === proxy) ??
    entries.find(([name]) => isSameCluster(name, proxy, rules)) ??
    [];
  if (cluster === undefined) {
    return undefined;
  }
  if (typeof token !== "string" || token.trim() === "") {
    throw new UserError(`Cannot use the value of "${cluster}" in ${setting}: it is no token`);
  }
  return { text: token.trim(), origin: `"${cluster}" in ${setting}` };
}

function parseTokens(setting: string, text: string): Readonly<Record<string, unknown>> {
  const tokens = parseJson(text);
  if (isRecord(tokens)) {
    return tokens;
  }
  throw new UserError(
    `Cannot use ${setting} as it is no map from clusters to tokens: set each with ` +
      `"ytcode config set --secret --path '${setting}["CLUSTER"]'"`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // The reason would show part of the text.
  }
}
