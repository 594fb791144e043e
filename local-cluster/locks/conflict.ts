/**
 * Which locks exclude each other: the rules of docs/yt-http-api.md, section 8 (on the cluster:
 * `DoCheckLock` in cypress_manager.cpp), as one function without effects.
 */
import { ERROR_CODE, YtError } from "../errors/yt-error.ts";
import type { ByteString } from "../../common/yson/byte-string.ts";
import type { YsonValue } from "../../common/yson/value.ts";
import type { Lock, LockMode, LockRequest, TransactionNesting } from "./lock.ts";

/** The lock that forbids a request, and how its transaction is related to the one that asks. */
export interface LockConflict {
  readonly relation: "same" | "parent" | "descendant" | "concurrent";
  readonly lock: Lock;
}

/**
 * The lock that forbids the request, if there is one; the first rule that applies decides.
 *
 * @param held the locks that have been acquired on the node
 * @param requesterId the transaction that asks; undefined for a command without one
 */
export function findLockConflict(
  held: readonly Lock[],
  requesterId: string | undefined,
  request: LockRequest,
  nesting: TransactionNesting,
): LockConflict | undefined {
  const own = held.filter((lock) => lock.transactionId === requesterId);
  const ownSnapshot = own.find((lock) => lock.request.mode === "snapshot");
  if (ownSnapshot !== undefined) {
    return request.mode === "snapshot" ? undefined : { relation: "same", lock: ownSnapshot };
  }
  if (request.mode === "snapshot") {
    return findSnapshotConflict(held, requesterId, nesting);
  }
  const chain = requesterId === undefined ? [] : nesting.chainOf(requesterId);
  const parentSnapshot = held.find(
    (lock) => lock.request.mode === "snapshot" && chain.includes(lock.transactionId),
  );
  if (parentSnapshot !== undefined) {
    return { relation: "parent", lock: parentSnapshot };
  }
  // Descendants are concurrent; for a command without transaction everybody is.
  const concurrent = held.find(
    (lock) => !chain.includes(lock.transactionId) && excludes(lock.request, request),
  );
  return concurrent === undefined ? undefined : { relation: "concurrent", lock: concurrent };
}

function findSnapshotConflict(
  held: readonly Lock[],
  requesterId: string | undefined,
  nesting: TransactionNesting,
): LockConflict | undefined {
  if (requesterId === undefined) {
    return undefined;
  }
  const writers = held.filter((lock) => lock.request.mode !== "snapshot");
  const own = writers.find((lock) => lock.transactionId === requesterId);
  if (own !== undefined) {
    return { relation: "same", lock: own };
  }
  const descendant = writers.find((lock) =>
    nesting.chainOf(lock.transactionId).includes(requesterId),
  );
  return descendant === undefined ? undefined : { relation: "descendant", lock: descendant };
}

/** Whether a lock of a concurrent transaction forbids the request. */
function excludes(held: LockRequest, asked: LockRequest): boolean {
  if (held.mode === "snapshot") {
    return false;
  }
  if (held.mode === "exclusive" || asked.mode === "exclusive") {
    return true;
  }
  const sameChild = asked.childKey !== undefined && asked.childKey === held.childKey;
  const sameAttribute =
    asked.attributeKey !== undefined && asked.attributeKey === held.attributeKey;
  return sameChild || sameAttribute;
}

/**
 * The cluster's error for a conflict.
 *
 * @param path of the node, as the requester sees it
 * @param winner the transaction that holds the lock, as the error describes it
 */
export function lockConflictError(
  conflict: LockConflict,
  request: LockRequest,
  path: ByteString,
  winner: YsonValue,
): YtError {
  const { relation, lock } = conflict;
  const holder = lock.transactionId;
  const taken = (how: string) => takenMessage(request.mode, path, lock.request.mode, how);
  switch (relation) {
    case "same":
      return new YtError(
        ERROR_CODE.sameTransactionLockConflict,
        taken(`already taken by same transaction ${holder}`),
      );
    case "parent":
      return new YtError(
        ERROR_CODE.sameTransactionLockConflict,
        taken(`already taken by parent transaction ${holder}`),
      );
    case "descendant":
      return new YtError(
        ERROR_CODE.descendantTransactionLockConflict,
        taken("already taken by a descendant transaction"),
      );
    case "concurrent":
      return new YtError(
        ERROR_CODE.concurrentTransactionLockConflict,
        keyMessage(request, path, holder) ?? taken(`taken by concurrent transaction ${holder}`),
        { attributes: { winner_transaction: winner } },
      );
  }
}

function takenMessage(asked: LockMode, path: ByteString, held: LockMode, how: string): ByteString {
  return `Cannot take "${asked}" lock for node ${path} since "${held}" lock is ${how}`;
}

/** A request for a child or an attribute is refused in its name, whatever the other lock is for. */
function keyMessage(
  request: LockRequest,
  path: ByteString,
  holder: string,
): ByteString | undefined {
  const { childKey, attributeKey } = request;
  if (childKey === undefined && attributeKey === undefined) {
    return undefined;
  }
  const kind = childKey === undefined ? "attribute" : "child";
  return (
    `Cannot take lock for ${kind} "${childKey ?? attributeKey}" of node ${path} ` +
    `since this ${kind} is locked by concurrent transaction ${holder}`
  );
}
