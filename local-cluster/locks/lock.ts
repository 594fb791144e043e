import type { Transaction } from "../transactions/transaction.ts";
import type { ByteString } from "../yson/byte-string.ts";

/** How a node can be locked. */
export type LockMode = "exclusive" | "shared" | "snapshot";

/** What a lock is asked for. A key narrows a shared lock to one child or one attribute. */
export interface LockRequest {
  readonly mode: LockMode;
  readonly childKey?: ByteString | undefined;
  readonly attributeKey?: ByteString | undefined;
}

/** A lock on one node, taken or waited for. */
export interface Lock {
  readonly id: string;
  readonly nodeId: string;
  readonly request: LockRequest;
  /** False for the locks that commands take by themselves. */
  readonly explicit: boolean;
  /** Moves to the parent when the transaction commits. */
  transaction: Transaction;
  state: "acquired" | "pending";
}

/** Whether two requests are for the same thing. */
export function isSameRequest(a: LockRequest, b: LockRequest): boolean {
  return a.mode === b.mode && a.childKey === b.childKey && a.attributeKey === b.attributeKey;
}
