/** All locks of a cluster, by node, by transaction and by id, and who has to wait for whom. */
import { timestampNow } from "../objects/time.ts";
import { findLockConflict } from "./conflict.ts";
import type { LockConflict } from "./conflict.ts";
import { isSameRequest } from "./lock.ts";
import type { Lock, LockRequest, TransactionNesting } from "./lock.ts";

/** The locks that transactions hold or wait for. Unlike on the cluster, they are not counted (code 405). */
export class LockTable {
  readonly #byId = new Map<string, Lock>();
  readonly #byNode = new LockIndex();
  readonly #byTransaction = new LockIndex();
  readonly #nesting: TransactionNesting;

  /** @param nesting of the transactions that the locks belong to */
  constructor(nesting: TransactionNesting) {
    this.#nesting = nesting;
  }

  /** The locks on a node, acquired and pending, in the order in which they were asked for. */
  onNode(nodeId: string): readonly Lock[] {
    return this.#byNode.get(nodeId);
  }

  /** Those of them that are acquired. */
  acquiredOn(nodeId: string): readonly Lock[] {
    return this.onNode(nodeId).filter((lock) => lock.state === "acquired");
  }

  /** The locks of a transaction, acquired and pending, in the order in which they were asked for. */
  ofTransaction(transactionId: string): readonly Lock[] {
    return this.#byTransaction.get(transactionId);
  }

  /** All locks, in the order in which they were asked for. */
  values(): Iterable<Lock> {
    return this.#byId.values();
  }

  /** The lock of an id, if it is still there. */
  find(id: string): Lock | undefined {
    return this.#byId.get(id);
  }

  /** Whether a transaction holds a lock for the same thing on a node. */
  isHeld(nodeId: string, transactionId: string, request: LockRequest): boolean {
    return this.acquiredOn(nodeId).some(
      (lock) => lock.transactionId === transactionId && isSameRequest(lock.request, request),
    );
  }

  /** The lock that forbids a request on a node now. */
  findConflict(
    nodeId: string,
    requesterId: string | undefined,
    request: LockRequest,
  ): LockConflict | undefined {
    return findLockConflict(this.acquiredOn(nodeId), requesterId, request, this.#nesting);
  }

  /**
   * Whether a request has to wait: for any lock that forbids it, and for nothing else. Others that
   * wait already are no reason (`CreateLock` in cypress_server/cypress_manager.cpp).
   */
  mustWait(nodeId: string, requesterId: string, request: LockRequest): boolean {
    return this.findConflict(nodeId, requesterId, request) !== undefined;
  }

  /** Adds a lock. */
  add(lock: Lock): void {
    this.#byId.set(lock.id, lock);
    this.#byNode.add(lock.nodeId, lock);
    this.#byTransaction.add(lock.transactionId, lock);
  }

  /** Removes a lock. */
  remove(lock: Lock): void {
    this.#byId.delete(lock.id);
    this.#byNode.delete(lock.nodeId, lock);
    this.#byTransaction.delete(lock.transactionId, lock);
  }

  /**
   * Gives a lock to the parent of a committed transaction, unless that holds the same already. One
   * that waits keeps its place.
   */
  promote(lock: Lock, parentId: string): void {
    if (!lock.explicit && this.isHeld(lock.nodeId, parentId, lock.request)) {
      this.remove(lock);
      return;
    }
    this.#byTransaction.delete(lock.transactionId, lock);
    lock.transactionId = parentId;
    this.#byTransaction.add(parentId, lock);
  }

  /**
   * Acquires the pending locks on a node that nothing forbids any more, in the order in which they
   * were asked for; one that still has to wait holds up nobody (`CheckPendingLocks`, same file).
   */
  acquirePending(nodeId: string): void {
    for (const lock of this.onNode(nodeId)) {
      if (
        lock.state === "acquired" ||
        this.findConflict(nodeId, lock.transactionId, lock.request) !== undefined
      ) {
        continue;
      }
      lock.state = "acquired";
      lock.acquisitionTime = timestampNow();
    }
  }
}

/** Locks by what they have in common, in the order in which they were added. */
class LockIndex {
  readonly #locks = new Map<string, Set<Lock>>();

  get(key: string): readonly Lock[] {
    return [...(this.#locks.get(key) ?? [])];
  }

  add(key: string, lock: Lock): void {
    this.#locks.set(key, (this.#locks.get(key) ?? new Set()).add(lock));
  }

  delete(key: string, lock: Lock): void {
    const locks = this.#locks.get(key);
    locks?.delete(lock);
    if (locks?.size === 0) {
      this.#locks.delete(key);
    }
  }
}
