/** The revisions that nodes get when the transaction that has worked on them is committed. */
import type { NodeChange } from "../objects/node.ts";
import type { Transaction } from "../transactions/transaction.ts";
import type { ClusterObjects } from "./cluster-objects.ts";

/**
 * The changes of a transaction as its commit merges them. The commit is a change of its own: every
 * node that the transaction has changed, or only locked (but for snapshots), gets its revision
 * (`MergeCorePrologue` in cypress_server/node_detail.cpp).
 */
export function revisedChanges(
  objects: ClusterObjects,
  transaction: Transaction,
): ReadonlyMap<string, NodeChange> {
  const revision = objects.nextRevision();
  const revisions = { revision, attributeRevision: revision, contentRevision: revision };
  const revised = new Map<string, NodeChange>();
  for (const [nodeId, change] of transaction.changes) {
    revised.set(nodeId, { ...change, ...revisions });
  }
  if (transaction.parent !== undefined) {
    return revised;
  }
  for (const { nodeId, state, request } of objects.locks.ofTransaction(transaction.id)) {
    const trunk = objects.nodes.get(nodeId)?.trunk;
    const isBranched = state === "acquired" && request.mode !== "snapshot";
    if (isBranched && trunk !== undefined && !revised.has(nodeId)) {
      const { modificationTime } = trunk;
      revised.set(nodeId, { ...UNCHANGED, modificationTime, ...revisions });
    }
  }
  return revised;
}

const UNCHANGED = {
  attributes: new Map(),
  children: new Map(),
  value: undefined,
  content: undefined,
  appended: [],
};
