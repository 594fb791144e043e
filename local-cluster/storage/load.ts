/** Putting the committed state together from the commits on disk. */
import type { CypressNode } from "../objects/node.ts";
import { BLANK_STATE, applyChange } from "../objects/node.ts";
import { timestampNow } from "../objects/time.ts";
import type { RecordedAnswer, TrunkCommit } from "../cypress/commit.ts";
import { damagedDataError } from "./field-reader.ts";

/** The committed state. */
export interface LoadedState {
  readonly nodes: Map<string, CypressNode>;
  /** Undefined when nothing was ever committed. */
  readonly rootId: string | undefined;
  readonly sequence: number;
  readonly answers: readonly RecordedAnswer[];
}

/**
 * Applies the commits in order, and removes the nodes that are not reachable.
 *
 * @throws {UserError} when a node is missing
 */
export function loadState(
  commits: readonly (TrunkCommit & { readonly sequence: number })[],
): LoadedState {
  const nodes = new Map<string, CypressNode>();
  const answers: RecordedAnswer[] = [];
  const now = timestampNow();
  for (const commit of commits) {
    // The last use is not on disk, so that the time to live starts anew (a real cluster keeps it).
    for (const node of commit.created) {
      nodes.set(node.id, { ...node, accessTime: now });
    }
    for (const [id, change] of commit.changes) {
      const node = nodes.get(id);
      if (node === undefined) {
        throw damagedDataError(`a commit changes node ${id}, which does not exist`);
      }
      node.trunk = applyChange(node.trunk ?? BLANK_STATE, change);
    }
    if (commit.answer !== undefined) {
      answers.push(commit.answer);
    }
  }
  const root = [...nodes.values()].find((node) => node.parentId === undefined);
  if (root !== undefined) {
    removeUnreachable(nodes, root);
  }
  return { nodes, rootId: root?.id, sequence: commits.at(-1)?.sequence ?? 0, answers };
}

function removeUnreachable(nodes: Map<string, CypressNode>, root: CypressNode): void {
  const reachable = new Set<string>();
  const queue = [root.id];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    reachable.add(id);
    const node = nodes.get(id);
    if (node?.trunk === undefined) {
      throw damagedDataError(`node ${id} is missing`);
    }
    queue.push(...node.trunk.children.values());
  }
  for (const id of nodes.keys()) {
    if (!reachable.has(id)) {
      nodes.delete(id);
    }
  }
}
