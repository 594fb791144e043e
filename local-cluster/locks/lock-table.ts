/** All locks of a cluster, by node, by transaction and by id, and who has to wait for whom. */
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
   * Whether a request has to wait: for a lock of a concurrent transaction, or for others that wait
   * already. A conflict with a lock of its own family never ends, so that is not waited for.
   */
  mustWait(nodeId: string, requesterId: string, request: LockRequest): boolean {
    const conflict = this.findConflict(nodeId, requesterId, request);
    if (conflict !== undefined) {
      return conflict.relation === "concurrent";
    }
    return this.onNode(nodeId).some((lock) => lock.state === "pending");
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

  /** Gives a lock to the parent of a committed transaction, unless that holds the same already. */
  promote(lock: Lock, parentId: string): void {
    this.remove(lock);
    if (!lock.explicit && this.isHeld(lock.nodeId, parentId, lock.request)) {
      return;
    }
    this.add({ ...lock, transactionId: parentId });
  }

  /**
   * Acquires the pending locks on a node that nothing forbids any more, in the order in which they
   * were asked for: one that still has to wait holds up those behind it.
   */
  acquirePending(nodeId: string): void {
    for (const lock of this.onNode(nodeId)) {
      if (lock.state === "acquired") {
        continue;
      }
      if (this.findConflict(nodeId, lock.transactionId, lock.request) !== undefined) {
        return;
      }
      lock.state = "acquired";
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
