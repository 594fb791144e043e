/** The token is wrong, or there is none. */
import { innermostMessage, YtError } from "./yt-error.ts";
import type { YtErrorDetails } from "./yt-error.ts";

/** HTTP 401, codes 109, 110, 111 and 900: the cluster does not know who is asking. */
export class AuthenticationError extends YtError {
  override readonly name: string = "AuthenticationError";

  /** @param hasToken whether a token was sent, which decides what to tell the user */
  constructor(details: YtErrorDetails, hasToken: boolean) {
    const reason = hasToken
      ? "the token is refused: check yt:token or YT_TOKEN"
      : "the cluster wants a token: set yt:token or YT_TOKEN";
    super(
      details,
      `Cannot ${details.action} on cluster "${details.proxy}": ${reason} (${innermostMessage(details)})`,
    );
  }
}
