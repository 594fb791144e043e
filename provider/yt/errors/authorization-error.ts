import { findErrorAttribute, YtError } from "./yt-error.ts";
import type { YtErrorDetails } from "./yt-error.ts";

/** Code 901: the user is known, but not allowed to do this here. The cluster's text names user and node. */
export class AuthorizationError extends YtError {
  override readonly name: string = "AuthorizationError";
  /** The login the cluster sees; `undefined` when it does not say. */
  readonly user: string | undefined;

  constructor(details: YtErrorDetails) {
    super(details);
    const user = findErrorAttribute(details.answer, "user");
    this.user = typeof user === "string" ? user : undefined;
  }
}
