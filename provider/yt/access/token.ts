/** A cluster's token, where it is from, and what no token can be. */
import { UserError } from "../../../common/errors/user-error.ts";

/** A token. Never stored, never shown. */
export interface Token {
  readonly text: string;
  /** Where it was found, for messages: `YT_TOKEN`, or a file's path in quotes. */
  readonly origin: string;
  /** All the places to look at, where it could have been found in others. @default the origin */
  readonly places?: string | undefined;
}

/** Where a stack's own token is set; what a program hands in without a word is taken for that. */
export const STACK_TOKEN_PLACES = "yt:token or YT_TOKEN";

/** Where to look at a token, to follow "check". */
export function placesOf({ origin, places }: Token): string {
  return places ?? origin;
}

/**
 * Refuses what can be no token, before it is sent: visible ASCII is all there is in one, as
 * YTsaurus's Python client has it (`yt/wrapper/http_helpers.py`), and a header takes no more.
 *
 * @param token without white space at its ends
 * @param cluster as the user named it
 * @throws {UserError} that names the place, but shows nothing of the token
 */
export function assertToken(token: Token, cluster: string): void {
  const problem = findTokenProblem(token.text);
  if (problem === undefined) {
    return;
  }
  const places = placesOf(token);
  const origin = places === token.origin ? "" : ` (it is from ${token.origin})`;
  throw new UserError(
    `Cannot ask cluster "${cluster}": the token ${problem}: check ${places}${origin}`,
  );
}

function findTokenProblem(text: string): string | undefined {
  const [, scheme] = /^(OAuth|Bearer)\s/i.exec(text) ?? [];
  if (scheme !== undefined) {
    return `begins with "${scheme} ", which is no part of it`;
  }
  const position = Array.from(text).findIndex((character) => !/^[!-~]$/.test(character));
  return position === -1
    ? undefined
    : `has a character that no token has (at position ${position + 1})`;
}
