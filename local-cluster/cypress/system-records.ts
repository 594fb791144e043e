/** What goes to disk of nodes that are in memory only: nothing, until something is changed in them. */
import type { CypressNode, NodeChange, NodeState } from "../objects/node.ts";
import { BLANK_STATE, ChangeSet } from "../objects/node.ts";

/** A step as it goes to disk. */
export interface RecordedStep {
  readonly created: readonly CypressNode[];
  readonly changes: ReadonlyMap<string, NodeChange>;
}

/**
 * Completes a step that changes nodes which are in memory only, or what they are in: such a node goes
 * to disk as a whole, and its name in what it is in.
 *
 * @returns the step, and the nodes that are in memory only no longer when it is on disk
 */
export function withNodesInMemory(
  nodes: ReadonlyMap<string, CypressNode>,
  step: RecordedStep,
): { readonly step: RecordedStep; readonly added: readonly CypressNode[] } {
  const added: CypressNode[] = [];
  const base = new ChangeSet();
  const add = (node: CypressNode | undefined) => {
    if (node?.isOnlyInMemory !== true || added.includes(node)) {
      return;
    }
    added.push(node);
    base.add(node.id, wholeChange(nodes, node.trunk ?? BLANK_STATE));
    const parent = node.parentId === undefined ? undefined : nodes.get(node.parentId);
    add(parent);
    if (parent?.trunk !== undefined) {
      const link = { ...parent.trunk, ...UNCHANGED, children: new Map([[node.key, node.id]]) };
      base.add(parent.id, link);
    }
  };
  for (const id of step.changes.keys()) {
    add(nodes.get(id));
  }
  if (added.length === 0) {
    return { step, added };
  }
  base.addAll(step.changes);
  return { step: { created: [...added, ...step.created], changes: base.byNode }, added };
}

/** The nodes as a snapshot keeps them. */
export function* nodesOnDisk(nodes: ReadonlyMap<string, CypressNode>): Generator<CypressNode> {
  const isOpen = new Set<string>();
  for (const { isOnlyInMemory, parentId } of nodes.values()) {
    if (isOnlyInMemory === true && parentId !== undefined) {
      isOpen.add(parentId);
    }
  }
  for (const node of nodes.values()) {
    if (node.isOnlyInMemory !== true) {
      const { trunk } = node;
      const isWhole = trunk === undefined || !isOpen.has(node.id);
      yield isWhole ? node : { ...node, trunk: { ...trunk, children: kept(nodes, trunk) } };
    }
  }
}

const UNCHANGED = { attributes: new Map(), value: undefined, content: undefined, appended: [] };

function wholeChange(nodes: ReadonlyMap<string, CypressNode>, state: NodeState): NodeChange {
  return { ...state, appended: [], children: kept(nodes, state) };
}

function kept(nodes: ReadonlyMap<string, CypressNode>, state: NodeState): NodeState["children"] {
  return new Map([...state.children].filter(([, id]) => nodes.get(id)?.isOnlyInMemory !== true));
}
