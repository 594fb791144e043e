/** The one way to change what is on the cluster: commands, commits and aborts, all or nothing. */
import type { Lock } from "../locks/lock.ts";
import type { CypressNode, NodeChange } from "../objects/node.ts";
import { BLANK_STATE, applyChange } from "../objects/node.ts";
import { TransactionRegistry } from "../transactions/registry.ts";
import { assertQuota } from "../security/quota.ts";
import type { Transaction } from "../transactions/transaction.ts";
import { ClusterObjects } from "./cluster-objects.ts";
import type { CommitLog, RecordedAnswer } from "./commit.ts";
import { collectGarbage } from "./garbage.ts";
import { Mutation } from "./mutation.ts";
import type { MutationOptions } from "./mutation.ts";
import { revisedChanges } from "./revise.ts";
import { withNodesInMemory } from "./system-records.ts";

/** Changes the objects of a cluster, and keeps what is committed. */
export class CypressStore {
  readonly objects: ClusterObjects;
  readonly #log: CommitLog;
  readonly #onChunksFreed: () => void;

  /**
   * @param nodes the committed nodes
   * @param onChunksFreed called when chunks of files may have become unused
   */
  constructor(
    nodes: Map<string, CypressNode>,
    rootId: string,
    log: CommitLog,
    onChunksFreed: () => void,
  ) {
    const transactions = new TransactionRegistry((transaction) => this.abort(transaction));
    this.objects = new ClusterObjects(nodes, rootId, transactions);
    this.#log = log;
    this.#onChunksFreed = onChunksFreed;
  }

  /**
   * Runs one command that changes something: all of it, or nothing. It joins the transaction, or
   * is committed at once when there is none.
   *
   * @param recordAnswer what to keep on disk beside the change, for repeated requests
   * @throws {YtError} code 902 when an account would use more than its limits allow
   * @throws {Error} what the command throws, or the error of the system that keeps the commit from the disk
   */
  mutate<T>(
    transaction: Transaction | undefined,
    command: (mutation: Mutation) => T,
    recordAnswer?: (result: T) => RecordedAnswer | undefined,
    options?: MutationOptions,
  ): T {
    const mutation = new Mutation(this.objects, transaction, options);
    try {
      const result = command(mutation);
      assertQuota(mutation);
      const { changes, snapshots, locks } = mutation.result;
      if (transaction === undefined) {
        this.#commitToTrunk(changes, recordAnswer?.(result));
      } else {
        transaction.changeSet.addAll(changes);
        for (const [id, state] of snapshots) {
          transaction.snapshots.set(id, state);
        }
        for (const lock of locks) {
          this.objects.locks.add(lock);
        }
      }
      return result;
    } catch (error) {
      mutation.discard();
      throw error;
    }
  }

  /** Merges a transaction's changes into its parent or the trunk. Live children are aborted. */
  commit(transaction: Transaction, answer?: RecordedAnswer): void {
    for (const child of transaction.children) {
      this.abort(child);
    }
    const parent = transaction.parent;
    const changes = revisedChanges(this.objects, transaction);
    if (parent === undefined) {
      this.#commitToTrunk(changes, answer);
    } else {
      parent.changeSet.addAll(changes);
    }
    this.#finish(transaction, parent);
  }

  /** Drops a transaction's changes, and those of its children. */
  abort(transaction: Transaction): void {
    for (const child of transaction.children) {
      this.abort(child);
    }
    this.#finish(transaction, undefined);
  }

  /** Removes locks of a transaction before it ends. */
  unlock(transaction: Transaction, locks: Iterable<Lock>): void {
    const nodeIds = new Set<string>();
    for (const lock of locks) {
      nodeIds.add(lock.nodeId);
      if (lock.request.mode === "snapshot") {
        transaction.snapshots.delete(lock.nodeId);
      }
      this.objects.locks.remove(lock);
    }
    this.#releaseNodes(nodeIds);
  }

  /** On disk first: when that fails, nothing has happened. */
  #commitToTrunk(
    changes: ReadonlyMap<string, NodeChange>,
    answer: RecordedAnswer | undefined,
  ): void {
    if (changes.size === 0 && answer === undefined) {
      return;
    }
    const changed = [...changes].flatMap(([id, change]) => {
      const node = this.objects.nodes.get(id);
      return node === undefined ? [] : [{ node, change }];
    });
    const created = changed.map(({ node }) => node).filter((node) => node.trunk === undefined);
    const existing = new Map(changed.map(({ node, change }) => [node.id, change]));
    const { step, added } = withNodesInMemory(this.objects.nodes, { created, changes: existing });
    this.#log.append({ ...step, answer });
    for (const node of added) {
      node.isOnlyInMemory = false;
    }
    const detached = new Set<string>(created.map((node) => node.id));
    for (const { node, change } of changed) {
      for (const key of change.children.keys()) {
        const old = node.trunk?.children.get(key);
        if (old !== undefined) {
          detached.add(old);
        }
      }
      node.trunk = applyChange(node.trunk ?? BLANK_STATE, change);
    }
    collectGarbage(this.objects, detached);
    this.#onChunksFreed();
    this.#log.compactIfLarge();
  }

  /** @param promoteTo the transaction that inherits the locks */
  #finish(transaction: Transaction, promoteTo: Transaction | undefined): void {
    const { transactions, locks } = this.objects;
    transactions.remove(transaction);
    const nodeIds = new Set<string>();
    for (const lock of locks.ofTransaction(transaction.id)) {
      nodeIds.add(lock.nodeId);
      const inherited = lock.request.mode !== "snapshot";
      if (promoteTo !== undefined && inherited) {
        locks.promote(lock, promoteTo.id);
      } else {
        locks.remove(lock);
      }
    }
    for (const change of transaction.changes.values()) {
      for (const id of change.children.values()) {
        if (id !== undefined) {
          nodeIds.add(id);
        }
      }
    }
    this.#releaseNodes(nodeIds);
    this.#onChunksFreed();
    for (const dependent of transactions.values()) {
      if (dependent.settings.prerequisites?.includes(transaction.id) === true) {
        this.abort(dependent);
      }
    }
  }

  /** Lets others have nodes on which locks have ended, or removes the nodes that nothing needs. */
  #releaseNodes(nodeIds: Iterable<string>): void {
    for (const nodeId of nodeIds) {
      this.objects.locks.acquirePending(nodeId);
    }
    collectGarbage(this.objects, nodeIds);
  }
}
