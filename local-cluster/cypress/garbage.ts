/** Removing nodes from memory that no version of Cypress has any more. */
import type { CypressNode } from "../objects/node.ts";
import type { ClusterObjects } from "./cluster-objects.ts";

/**
 * Removes those of the candidates that nothing refers to any more, and what was below them. A node
 * is referred to by its parent in any version, and by any lock: a transaction may still read it by
 * `#<id>`.
 */
export function collectGarbage(objects: ClusterObjects, candidates: Iterable<string>): void {
  const queue = [...candidates];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    const node = objects.nodes.get(id);
    if (node === undefined || isReferenced(objects, node)) {
      continue;
    }
    objects.nodes.delete(id);
    if (node.trunk !== undefined) {
      queue.push(...node.trunk.children.values());
    }
    for (const transaction of objects.transactions.values()) {
      const children = transaction.changes.get(id)?.children.values() ?? [];
      for (const child of children) {
        if (child !== undefined) {
          queue.push(child);
        }
      }
    }
  }
}

function isReferenced(objects: ClusterObjects, node: CypressNode): boolean {
  const { id, parentId, key } = node;
  if (parentId === undefined || objects.locks.onNode(id).length > 0) {
    return true;
  }
  // Without its parent a node has no place in any version.
  const parent = objects.nodes.get(parentId);
  if (parent === undefined) {
    return false;
  }
  if (parent.trunk?.children.get(key) === id) {
    return true;
  }
  for (const transaction of objects.transactions.values()) {
    if (transaction.changes.get(parentId)?.children.get(key) === id) {
      return true;
    }
    if (transaction.snapshots.get(parentId)?.children.get(key) === id) {
      return true;
    }
  }
  return false;
}
