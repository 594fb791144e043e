/** Locks on nodes. A lock names its transaction by id, so that locks need to know nothing of those. */
import type { ByteString } from "../../common/yson/byte-string.ts";

/** How a node can be locked. */
export type LockMode = "exclusive" | "shared" | "snapshot";

/** What a lock is asked for. A key narrows a shared lock to one child or one attribute. */
export interface LockRequest {
  readonly mode: LockMode;
  readonly childKey?: ByteString | undefined;
  readonly attributeKey?: ByteString | undefined;
}

/** A lock on one node, acquired or waited for. */
export interface Lock {
  readonly id: string;
  readonly nodeId: string;
  readonly request: LockRequest;
  /** False for the locks that commands take by themselves. */
  readonly explicit: boolean;
  /** The live transaction that it belongs to: its parent's after a commit. */
  transactionId: string;
  state: "acquired" | "pending";
  /** ISO 8601. */
  readonly creationTime?: string;
  /** ISO 8601; undefined while it is waited for. */
  acquisitionTime?: string;
}

/** How live transactions are nested: all that the rules of locks ask about them. */
export interface TransactionNesting {
  /** The ids of a transaction and of those it is nested in, the outermost first. */
  chainOf(transactionId: string): readonly string[];
}

/** Whether two requests are for the same thing. */
export function isSameRequest(a: LockRequest, b: LockRequest): boolean {
  return a.mode === b.mode && a.childKey === b.childKey && a.attributeKey === b.attributeKey;
}
