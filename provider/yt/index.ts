/** A client for the HTTP API of YTsaurus clusters, as far as publication needs it. */
export { findAccess } from "./access/find-access.ts";
export type { AskedCluster, ClusterAccess } from "./access/find-access.ts";
export type { Token } from "./access/token.ts";
export { createYtClient } from "./client.ts";
export type { ClientTimeouts, YtClientOptions } from "./client.ts";
export type * from "./client-types.ts";
export type { Clock } from "./clock.ts";
export { connectToCluster, localClusterDirectory } from "./connect.ts";
export type { ConnectOptions, StartLocalCluster } from "./connect.ts";
export * from "./errors/index.ts";
export { findValue } from "./find-value.ts";
export { isSameCluster, LOCAL_PROXY, parseProxyAddress } from "./proxy-address.ts";
export { together } from "./together.ts";
export { createSha256Meter } from "./transferred.ts";
export { withSignal } from "./with-signal.ts";
export { withTransaction } from "./transaction.ts";
export type { TransactionOptions, YtTransaction } from "./transaction.ts";
export {
  assertNodePath,
  attributeYPath,
  canonicalYPath,
  escapeYPathLiteral,
  findNodePathProblem,
  joinYPath,
  parentYPath,
  splitYPath,
} from "./ypath.ts";
