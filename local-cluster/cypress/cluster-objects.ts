/** The objects of a cluster as they are in memory: what views read, and what changes are applied to. */
import { LockTable } from "../locks/lock-table.ts";
import type { CypressNode } from "../objects/node.ts";
import type { TransactionRegistry } from "../transactions/registry.ts";

/** Nodes, transactions and locks. Only `CypressStore` and the command at work change them. */
export class ClusterObjects {
  /** Every node that some version of Cypress has, by id. */
  readonly nodes: Map<string, CypressNode>;
  readonly rootId: string;
  readonly transactions: TransactionRegistry;
  readonly locks: LockTable;
  #revision: number;

  constructor(nodes: Map<string, CypressNode>, rootId: string, transactions: TransactionRegistry) {
    this.nodes = nodes;
    this.rootId = rootId;
    this.transactions = transactions;
    this.locks = new LockTable(transactions);
    this.#revision = 0;
    for (const { trunk } of nodes.values()) {
      this.#revision = Math.max(this.#revision, trunk?.revision ?? 0);
    }
  }

  /** A number higher than any before. */
  nextRevision(): number {
    this.#revision += 1;
    return this.#revision;
  }
}
