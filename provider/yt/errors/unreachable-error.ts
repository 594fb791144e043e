/** No answer came: nobody listens, the connection broke, or the time was over. */
import { makeErrorNode, TRANSPORT_ERROR_CODE, YtError } from "./yt-error.ts";

/** What is known about a request that got no answer. */
export interface UnreachableDetails {
  readonly action: string;
  readonly proxy: string;
  /** In words: `connection to localhost:1 refused`. */
  readonly reason: string;
  /** System's name of the failure: `ECONNREFUSED`, `ENOTFOUND`, `ETIMEDOUT`, … */
  readonly errno: string;
  /** The connection was never made, so the cluster cannot have seen the request. */
  readonly neverConnected: boolean;
  readonly path?: string | undefined;
}

/** No answer: the connection could not be made, broke, or nothing came in time. */
export class UnreachableError extends YtError {
  override readonly name: string = "UnreachableError";
  readonly errno: string;
  readonly neverConnected: boolean;

  constructor(details: UnreachableDetails) {
    const { action, proxy, reason, errno, path, neverConnected } = details;
    const advice = neverConnected
      ? `set its address with "pulumi config set yt:proxy HOST:PORT" or YT_PROXY`
      : `check the address in yt:proxy or YT_PROXY, or try again later`;
    super(
      { action, proxy, path, answer: makeErrorNode(TRANSPORT_ERROR_CODE, reason) },
      `Cannot ${action} as cluster "${proxy}" does not answer: ${reason} (${errno}): ${advice}`,
      "proxy",
    );
    this.errno = errno;
    this.neverConnected = neverConnected;
  }
}
