/** There is no node at the path. */
import { YtError } from "./yt-error.ts";

/** Code 500: the path names no node (or goes through something that has no children). */
export class ResolveError extends YtError {
  override readonly name: string = "ResolveError";
}
