/** No answer came: nobody listens, the connection broke, or the time was over. */
import type { Remedy } from "../exchange-error.ts";
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
  /** What may help. @default "time" */
  readonly remedy?: Remedy;
  /** The data proxy that was asked, when the cluster has named another address than its own. */
  readonly dataProxy?: string | undefined;
  readonly path?: string | undefined;
}

/** No answer: the connection could not be made, broke, or nothing came in time. */
export class UnreachableError extends YtError {
  override readonly name: string = "UnreachableError";
  readonly errno: string;
  readonly neverConnected: boolean;
  readonly remedy: Remedy;
  readonly dataProxy: string | undefined;

  constructor(details: UnreachableDetails) {
    const { action, proxy, reason, errno, path, neverConnected, dataProxy } = details;
    const { remedy = "time" } = details;
    const who =
      dataProxy === undefined
        ? `cluster "${proxy}"`
        : `data proxy "${dataProxy}", which "/hosts" of cluster "${proxy}" names,`;
    super(
      { action, proxy, path, answer: makeErrorNode(TRANSPORT_ERROR_CODE, reason) },
      `Cannot ${action} as ${who} does not answer: ${reason} (${errno})${advise(details)}`,
      "proxy",
    );
    this.errno = errno;
    this.neverConnected = neverConnected;
    this.remedy = remedy;
    this.dataProxy = dataProxy;
  }
}

function advise({ neverConnected, remedy = "time", dataProxy }: UnreachableDetails): string {
  const isOutOfReach = neverConnected || remedy !== "time";
  if (dataProxy !== undefined && isOutOfReach) {
    return ": where data proxies are out of reach, set yt:proxyDiscovery to false, or YT_USE_HOSTS to 0";
  }
  if (remedy === "says") {
    return "";
  }
  if (isOutOfReach) {
    return `: set its address with "ytcode config set yt:proxy HOST:PORT" or YT_PROXY`;
  }
  return dataProxy === undefined
    ? `: check the address in yt:proxy or YT_PROXY, or try again later`
    : ": try again later";
}
