import type { CypressNode } from "../objects/node.ts";
import type { CypressStore } from "./store.ts";

/**
 * Forgets the candidates that nothing holds any more, and what was below them. A node is held by
 * its parent in any version, and by any lock: a transaction may still read it by `#<id>`.
 */
export function collectGarbage(store: CypressStore, candidates: Iterable<string>): void {
  const queue = [...candidates];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    const node = store.nodes.get(id);
    if (node === undefined || isHeld(store, node)) continue;
    store.nodes.delete(id);
    if (node.trunk !== undefined) queue.push(...node.trunk.children.values());
    for (const transaction of store.transactions.values()) {
      const children = transaction.changes.get(id)?.children.values() ?? [];
      for (const child of children) if (child !== undefined) queue.push(child);
    }
  }
}

function isHeld(store: CypressStore, node: CypressNode): boolean {
  const { id, parentId, key } = node;
  if (parentId === undefined || store.locks.onNode(id).length > 0) return true;
  // Without its parent a node has no place in any version.
  const parent = store.nodes.get(parentId);
  if (parent === undefined) return false;
  if (parent.trunk?.children.get(key) === id) return true;
  for (const transaction of store.transactions.values()) {
    if (transaction.changes.get(parentId)?.children.get(key) === id) return true;
    if (transaction.snapshots.get(parentId)?.children.get(key) === id) return true;
  }
  return false;
}
