/** `yt:tokens`: a token for each of several clusters. */
import { UserError } from "../../../common/errors/user-error.ts";
import { isRecord } from "../../../common/values/is-record.ts";
import { isSameCluster } from "../proxy-address.ts";
import type { Token } from "./token.ts";

/**
 * The token for one cluster.
 *
 * @param text the setting's value: a map from clusters to tokens, as JSON
 * @param proxy the cluster, as the user named it
 * @throws {UserError} when the value is no such map; it shows nothing of it
 */
export function findClusterToken(text: string | undefined, proxy: string): Token | undefined {
  if (text === undefined || text.trim() === "") {
    return undefined;
  }
  for (const [cluster, token] of Object.entries(parseTokens(text))) {
    if (!isSameCluster(cluster, proxy)) {
      continue;
    }
    if (typeof token !== "string" || token.trim() === "") {
      throw new UserError(`Cannot use the value of "${cluster}" in yt:tokens: it is no token`);
    }
    return { text: token.trim(), origin: `"${cluster}" in yt:tokens` };
  }
  return undefined;
}

function parseTokens(text: string): Readonly<Record<string, unknown>> {
  const tokens = parseJson(text);
  if (isRecord(tokens)) {
    return tokens;
  }
  throw new UserError(
    "Cannot use yt:tokens as it is no map from clusters to tokens: set each with " +
      `"pulumi config set --secret --path 'yt:tokens["CLUSTER"]'"`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // The reason would show part of the text.
  }
}
