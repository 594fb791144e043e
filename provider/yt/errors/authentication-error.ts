/** The token is wrong, or there is none. */
import { innermostMessage, YtError } from "./yt-error.ts";
import type { YtErrorDetails } from "./yt-error.ts";

/** What to tell the user of a token. */
export interface TokenUse {
  /** Whether one was sent. */
  readonly isSent: boolean;
  /** Where to set it, or to look at it. */
  readonly places: string;
}

/** HTTP 401, codes 109, 110, 111 and 900: the cluster does not know who is asking. */
export class AuthenticationError extends YtError {
  override readonly name: string = "AuthenticationError";
  /** Whether a token was sent. */
  readonly isTokenSent: boolean;

  constructor(details: YtErrorDetails, { isSent, places }: TokenUse) {
    const reason = isSent
      ? `the token is refused: check ${places}`
      : `the cluster wants a token: set ${places}`;
    super(
      details,
      `Cannot ${details.action} on cluster "${details.proxy}": ${reason} (${innermostMessage(details)})`,
    );
    this.isTokenSent = isSent;
  }
}
