/** A node is in the way. */
import { YtError } from "./yt-error.ts";

/** Code 501: there is a node at the path already. */
export class AlreadyExistsError extends YtError {
  override readonly name: string = "AlreadyExistsError";
}
