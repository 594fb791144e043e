/** The user lacks the permission. */
import { YtError } from "./yt-error.ts";

/** Code 901: the user is known, but not allowed to do this here. The message names user and node. */
export class AuthorizationError extends YtError {
  override readonly name: string = "AuthorizationError";
}
