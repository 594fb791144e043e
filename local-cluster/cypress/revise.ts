/** The revisions that nodes get when the transaction that has worked on them is committed. */
import type { NodeChange } from "../objects/node.ts";
import type { Transaction } from "../transactions/transaction.ts";
import type { ClusterObjects } from "./cluster-objects.ts";

/**
 * The changes of a transaction as its commit merges them. The commit is a change of its own: every
 * node that the transaction has changed gets its revision (`MergeCorePrologue` in
 * cypress_server/node_detail.cpp). Unlike there, one that it has only locked keeps its own.
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
  return revised;
}
