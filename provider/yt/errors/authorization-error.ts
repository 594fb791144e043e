/** The cluster knows who asks, and refuses. */
import { YtError } from "./yt-error.ts";

/** Code 901: the user is known, but not allowed to do this here. The cluster's text names user and node. */
export class AuthorizationError extends YtError {
  override readonly name: string = "AuthorizationError";
}
