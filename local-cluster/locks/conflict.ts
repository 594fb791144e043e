/**
 * The rules of section 8 of the reference (on the cluster: `DoCheckLock` in cypress_manager.cpp)
 * as one function without effects.
 */
import { ERROR_CODE, YtError } from "../errors/yt-error.ts";
import type { Transaction } from "../transactions/transaction.ts";
import { chainOf, isSameOrAncestor } from "../transactions/transaction.ts";
import type { ByteString } from "../yson/byte-string.ts";
import type { Lock, LockMode, LockRequest } from "./lock.ts";

/** Who is in the way, and in what relation to who asks. */
export interface LockConflict {
  readonly relation: "same" | "parent" | "descendant" | "concurrent";
  readonly lock: Lock;
}

/**
 * The lock that forbids the request, if there is one; the first rule that applies decides.
 *
 * @param held the locks that have been acquired on the node
 * @param requester undefined for a command without transaction
 */
export function findLockConflict(
  held: readonly Lock[],
  requester: Transaction | undefined,
  request: LockRequest,
): LockConflict | undefined {
  const own = held.filter((lock) => lock.transaction === requester);
  const ownSnapshot = own.find((lock) => lock.request.mode === "snapshot");
  if (ownSnapshot !== undefined) {
    return request.mode === "snapshot" ? undefined : { relation: "same", lock: ownSnapshot };
  }
  if (request.mode === "snapshot") return findSnapshotConflict(held, requester);
  const ancestors = chainOf(requester?.parent);
  const parentSnapshot = held.find(
    (lock) => lock.request.mode === "snapshot" && ancestors.includes(lock.transaction),
  );
  if (parentSnapshot !== undefined) return { relation: "parent", lock: parentSnapshot };
  const concurrent = held.find(
    (lock) => isConcurrent(lock.transaction, requester) && excludes(lock.request, request),
  );
  return concurrent === undefined ? undefined : { relation: "concurrent", lock: concurrent };
}

function findSnapshotConflict(
  held: readonly Lock[],
  requester: Transaction | undefined,
): LockConflict | undefined {
  if (requester === undefined) return undefined;
  const writers = held.filter((lock) => lock.request.mode !== "snapshot");
  const own = writers.find((lock) => lock.transaction === requester);
  if (own !== undefined) return { relation: "same", lock: own };
  const descendant = writers.find((lock) => isSameOrAncestor(requester, lock.transaction));
  return descendant === undefined ? undefined : { relation: "descendant", lock: descendant };
}

/** Descendants are concurrent; for a command without transaction everybody is. */
function isConcurrent(holder: Transaction, requester: Transaction | undefined): boolean {
  return requester === undefined || !isSameOrAncestor(holder, requester);
}

/** Whether a lock of a concurrent transaction forbids the request. */
function excludes(held: LockRequest, asked: LockRequest): boolean {
  if (held.mode === "snapshot") return false;
  if (held.mode === "exclusive" || asked.mode === "exclusive") return true;
  const sameChild = asked.childKey !== undefined && asked.childKey === held.childKey;
  const sameAttribute =
    asked.attributeKey !== undefined && asked.attributeKey === held.attributeKey;
  return sameChild || sameAttribute;
}

/** The cluster's error for a conflict. @param path of the node, as the requester sees it */
export function lockConflictError(
  conflict: LockConflict,
  request: LockRequest,
  path: ByteString,
): YtError {
  const { relation, lock } = conflict;
  const holder = lock.transaction.id;
  const taken = (text: string) => takenMessage(request.mode, path, lock.request.mode, text);
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
        taken(`taken by descendant transaction ${holder}`),
      );
    case "concurrent":
      return new YtError(
        ERROR_CODE.concurrentTransactionLockConflict,
        keyMessage(lock, request, path) ?? taken(`taken by concurrent transaction ${holder}`),
        { attributes: { winner_transaction: lock.transaction.describe() } },
      );
  }
}

function takenMessage(asked: LockMode, path: ByteString, held: LockMode, how: string): ByteString {
  return `Cannot take "${asked}" lock for node ${path} since "${held}" lock is ${how}`;
}

/** Two shared locks can only meet in a key, which the message then names. */
function keyMessage(lock: Lock, request: LockRequest, path: ByteString): ByteString | undefined {
  if (lock.request.mode !== "shared" || request.mode !== "shared") return undefined;
  const [kind, key] =
    request.childKey === undefined
      ? ["attribute", request.attributeKey]
      : ["child", request.childKey];
  return (
    `Cannot take lock for ${kind} "${key}" of node ${path} ` +
    `since this ${kind} is locked by concurrent transaction ${lock.transaction.id}`
  );
}
