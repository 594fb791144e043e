import { isSameRequest } from "./lock.ts";
import type { Lock, LockRequest } from "./lock.ts";
import { findLockConflict } from "./conflict.ts";
import type { Transaction } from "../transactions/transaction.ts";

/** All locks, by node and by id. */
export class LockTable {
  readonly #byNode = new Map<string, Set<Lock>>();
  readonly #byId = new Map<string, Lock>();

  /** The locks on a node, acquired and pending, in the order in which they were asked for. */
  onNode(nodeId: string): readonly Lock[] {
    return [...(this.#byNode.get(nodeId) ?? [])];
  }

  /** Those that are in force. */
  acquiredOn(nodeId: string): readonly Lock[] {
    return this.onNode(nodeId).filter((lock) => lock.state === "acquired");
  }

  /** The lock of an id, if it is still there. */
  find(id: string): Lock | undefined {
    return this.#byId.get(id);
  }

  /** Enters a lock and gives it to its transaction. */
  add(lock: Lock): void {
    const locks = this.#byNode.get(lock.nodeId) ?? new Set();
    this.#byNode.set(lock.nodeId, locks.add(lock));
    this.#byId.set(lock.id, lock);
    lock.transaction.locks.add(lock);
  }

  /** Takes a lock away from its transaction. */
  remove(lock: Lock): void {
    const locks = this.#byNode.get(lock.nodeId);
    locks?.delete(lock);
    if (locks?.size === 0) this.#byNode.delete(lock.nodeId);
    this.#byId.delete(lock.id);
    lock.transaction.locks.delete(lock);
  }

  /** Whether no stranger's lock is in the way of a request, nor anybody waiting before it. */
  isFree(nodeId: string, requester: Transaction | undefined, request: LockRequest): boolean {
    const isPending = this.onNode(nodeId).some((lock) => lock.state === "pending");
    const conflict = findLockConflict(this.acquiredOn(nodeId), requester, request);
    return conflict === undefined ? !isPending : conflict.relation !== "concurrent";
  }

  /** Hands a lock to the parent of a committed transaction, unless that has the same already. */
  promote(lock: Lock, parent: Transaction): void {
    this.remove(lock);
    const held = this.acquiredOn(lock.nodeId).some(
      (other) => other.transaction === parent && isSameRequest(other.request, lock.request),
    );
    if (held && !lock.explicit) return;
    lock.transaction = parent;
    this.add(lock);
  }

  /**
   * The pending locks on a node that can be acquired now. They wait in line: one that still
   * cannot be had holds up those behind it.
   */
  grantable(nodeId: string): readonly Lock[] {
    const held = [...this.acquiredOn(nodeId)];
    const granted: Lock[] = [];
    for (const lock of this.onNode(nodeId)) {
      if (lock.state === "acquired") continue;
      if (findLockConflict(held, lock.transaction, lock.request) !== undefined) break;
      held.push(lock);
      granted.push(lock);
    }
    return granted;
  }
}
