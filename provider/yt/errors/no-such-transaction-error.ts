/** A transaction of the request is over. */
import { YtError } from "./yt-error.ts";

/**
 * Code 11000: a transaction of the request is over: committed, aborted, or not pinged in time.
 * Often wrapped in a code 500 "Error resolving path", so it is looked for before that one.
 */
export class NoSuchTransactionError extends YtError {
  override readonly name: string = "NoSuchTransactionError";
}
