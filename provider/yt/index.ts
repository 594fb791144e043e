/** A client for the HTTP API of YTsaurus clusters, as far as publication needs it. */
export { createYtClient } from "./client.ts";
export type { ClientTimeouts, YtClientOptions } from "./client.ts";
export type * from "./client-types.ts";
export type { Clock } from "./clock.ts";
export { connectToCluster, LOCAL_PROXY, localClusterDirectory } from "./connect.ts";
export type { ConnectOptions, StartLocalCluster } from "./connect.ts";
export * from "./errors/index.ts";
export { findValue } from "./find-value.ts";
export { parseProxyAddress } from "./proxy-address.ts";
export { withTransaction } from "./transaction.ts";
export type { TransactionOptions, YtTransaction } from "./transaction.ts";
export {
  assertNodePath,
  attributeYPath,
  escapeYPathLiteral,
  findNodePathProblem,
  joinYPath,
  parentYPath,
  splitYPath,
} from "./ypath.ts";
