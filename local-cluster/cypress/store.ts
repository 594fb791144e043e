import { LockTable } from "../locks/lock-table.ts";
import type { Lock } from "../locks/lock.ts";
import type { LockGrant } from "./mutation.ts";
import { Mutation } from "./mutation.ts";
import type { Transaction } from "../transactions/transaction.ts";
import { TransactionRegistry } from "../transactions/registry.ts";
import type { YsonValue } from "../yson/value.ts";
import { collectGarbage } from "./garbage.ts";
import type { CypressNode, NodeChange } from "../objects/node.ts";
import { BLANK_STATE, applyChange } from "../objects/node.ts";

/** An answer that a repeated request must get again, also after a restart. */
export interface RecordedAnswer {
  readonly mutationId: string;
  readonly answer: YsonValue;
}

/** One atomic step of the committed state, as it goes to disk. */
export interface TrunkCommit {
  /** Nodes that are committed for the first time. */
  readonly created: readonly CypressNode[];
  readonly changes: ReadonlyMap<string, NodeChange>;
  /** What the command that made this step answers, if it may be repeated. */
  readonly answer: RecordedAnswer | undefined;
}

/** Where committed state is kept. */
export interface CommitLog {
  /** Returns when the step can no longer be lost. */
  append(commit: TrunkCommit): void;
  /** Called when the step is part of the state that others see. */
  tidy(): void;
}

/** Everything on the cluster: nodes, locks, transactions, and the one way to change them. */
export class CypressStore {
  readonly nodes: Map<string, CypressNode>;
  readonly rootId: string;
  readonly locks = new LockTable();
  readonly transactions = new TransactionRegistry((transaction) => this.abort(transaction));
  readonly #log: CommitLog;
  readonly #onContentFreed: () => void;
  #revision: number;

  /** @param onContentFreed called when chunks may have become unused */
  constructor(
    nodes: Map<string, CypressNode>,
    rootId: string,
    log: CommitLog,
    onContentFreed: () => void,
  ) {
    this.nodes = nodes;
    this.rootId = rootId;
    this.#log = log;
    this.#onContentFreed = onContentFreed;
    this.#revision = Math.max(0, ...[...nodes.values()].map((node) => node.trunk?.revision ?? 0));
  }

  /** A number higher than any before. */
  nextRevision(): number {
    this.#revision += 1;
    return this.#revision;
  }

  /**
   * Runs one command that changes something: all of it, or nothing. It joins the transaction, or
   * is committed at once when there is none.
   *
   * @param recordAnswer what to keep on disk beside the change, for repeated requests
   */
  mutate<T>(
    transaction: Transaction | undefined,
    command: (mutation: Mutation) => T,
    recordAnswer?: (result: T) => RecordedAnswer | undefined,
  ): T {
    const mutation = new Mutation(this, transaction);
    try {
      const result = command(mutation);
      const { changes, snapshots, grants } = mutation.result;
      if (transaction === undefined) {
        this.#commitToTrunk(changes, recordAnswer?.(result));
      } else {
        transaction.ownChanges.addAll(changes);
        for (const [id, state] of snapshots) transaction.snapshots.set(id, state);
        for (const grant of grants) this.#grant(transaction, grant);
      }
      return result;
    } catch (error) {
      mutation.discard();
      throw error;
    }
  }

  /** Makes a transaction's work its parent's, or everybody's. Live children are aborted. */
  commit(transaction: Transaction, answer?: RecordedAnswer): void {
    for (const child of transaction.children) this.abort(child);
    const parent = transaction.parent;
    if (parent === undefined) this.#commitToTrunk(transaction.changes, answer);
    else parent.ownChanges.addAll(transaction.changes);
    this.#finish(transaction, parent);
  }

  /** Takes a transaction's work back, and that of its children. */
  abort(transaction: Transaction): void {
    for (const child of transaction.children) this.abort(child);
    this.#finish(transaction, undefined);
  }

  /** Takes away an explicit lock before its transaction ends. */
  unlock(locks: Iterable<Lock>): void {
    const nodeIds = new Set<string>();
    for (const lock of locks) {
      nodeIds.add(lock.nodeId);
      if (lock.request.mode === "snapshot") lock.transaction.snapshots.delete(lock.nodeId);
      this.locks.remove(lock);
    }
    this.#grantPending(nodeIds);
    this.#collect(nodeIds);
  }

  #grant(transaction: Transaction, grant: LockGrant): void {
    this.locks.add({
      id: grant.id,
      nodeId: grant.node.id,
      request: grant.request,
      explicit: grant.explicit,
      transaction,
      state: "acquired",
    });
  }

  /** On disk first: when that fails, nothing has happened. */
  #commitToTrunk(
    changes: ReadonlyMap<string, NodeChange>,
    answer: RecordedAnswer | undefined,
  ): void {
    if (changes.size === 0 && answer === undefined) return;
    const touched = [...changes].flatMap(([id, change]) => {
      const node = this.nodes.get(id);
      return node === undefined ? [] : [{ node, change }];
    });
    const created = touched.map(({ node }) => node).filter((node) => node.trunk === undefined);
    const live = new Map(touched.map(({ node, change }) => [node.id, change]));
    this.#log.append({ created, changes: live, answer });
    const detached = new Set<string>(created.map((node) => node.id));
    for (const { node, change } of touched) {
      for (const key of change.children.keys()) {
        const old = node.trunk?.children.get(key);
        if (old !== undefined) detached.add(old);
      }
      node.trunk = applyChange(node.trunk ?? BLANK_STATE, change);
    }
    this.#collect(detached);
    this.#onContentFreed();
    this.#log.tidy();
  }

  #finish(transaction: Transaction, heir: Transaction | undefined): void {
    this.transactions.remove(transaction);
    const touched = new Set<string>();
    for (const lock of transaction.locks) {
      touched.add(lock.nodeId);
      const inherited =
        heir !== undefined && lock.state === "acquired" && lock.request.mode !== "snapshot";
      if (inherited) this.locks.promote(lock, heir);
      else this.locks.remove(lock);
    }
    for (const change of transaction.changes.values()) {
      for (const id of change.children.values()) if (id !== undefined) touched.add(id);
    }
    this.#grantPending(touched);
    this.#collect(touched);
    this.#onContentFreed();
  }

  #grantPending(nodeIds: Iterable<string>): void {
    for (const nodeId of nodeIds) {
      for (const lock of this.locks.grantable(nodeId)) lock.state = "acquired";
    }
  }

  #collect(candidates: Iterable<string>): void {
    collectGarbage(this, candidates);
  }
}
