/** Reading Cypress: the versions of nodes that a transaction sees. */
import { chainOf } from "../transactions/transaction.ts";
import type { Transaction } from "../transactions/transaction.ts";
import type { ByteString } from "../../common/yson/byte-string.ts";
import * as yson from "../../common/yson/value.ts";
import type { YsonValue } from "../../common/yson/value.ts";
import type { CypressNode, NodeChange, NodeState } from "../objects/node.ts";
import { BLANK_STATE, applyChange } from "../objects/node.ts";
import { escapeKey } from "./path.ts";
import type { ClusterObjects } from "./cluster-objects.ts";

/** Changes on top of the committed state: of one transaction, or of one command. */
export interface Layer {
  readonly changes: ReadonlyMap<string, NodeChange>;
  /** Versions kept by snapshot locks: they hide the committed one and the layers below. */
  readonly snapshots: ReadonlyMap<string, NodeState>;
}

/**
 * Cypress as one transaction sees it: committed state, then what its ancestors did, then what it
 * did itself. A node that a transaction has under a snapshot lock stays as it was.
 */
export class View {
  readonly objects: ClusterObjects;
  readonly transaction: Transaction | undefined;
  readonly #layers: readonly Layer[];

  /** @param ownLayer what the command at work has done so far, as the topmost layer */
  constructor(objects: ClusterObjects, transaction: Transaction | undefined, ownLayer?: Layer) {
    this.objects = objects;
    this.transaction = transaction;
    this.#layers = [...chainOf(transaction), ...(ownLayer === undefined ? [] : [ownLayer])];
  }

  /** The root map node. */
  get root(): CypressNode {
    return this.getNode(this.objects.rootId);
  }

  /** The node of an id, or undefined when this view does not see it. */
  findNode(id: string): CypressNode | undefined {
    const node = this.objects.nodes.get(id);
    return node !== undefined && this.#isVisible(node) ? node : undefined;
  }

  /** @throws {Error} when there is none, which for an id from a list of children is a defect of ours */
  getNode(id: string): CypressNode {
    const node = this.objects.nodes.get(id);
    if (node === undefined) {
      throw new Error(`Node ${id} is listed but missing`);
    }
    return node;
  }

  /** The version of a node that this view sees. */
  stateOf(node: CypressNode): NodeState {
    let state = node.trunk ?? BLANK_STATE;
    for (const layer of this.#layers) {
      state = layer.snapshots.get(node.id) ?? state;
      const change = layer.changes.get(node.id);
      if (change !== undefined) {
        state = applyChange(state, change);
      }
    }
    return state;
  }

  /** The child of a map node. It does not put all children together, which is slow for large maps. */
  findChild(node: CypressNode, key: ByteString): CypressNode | undefined {
    const id = this.#findChildId(node, key);
    return id === undefined ? undefined : this.getNode(id);
  }

  /** The parent, or undefined for the root and for a node that was removed. */
  findParent(node: CypressNode): CypressNode | undefined {
    if (node.parentId === undefined) {
      return undefined;
    }
    const parent = this.findNode(node.parentId);
    if (parent === undefined) {
      return undefined;
    }
    return this.#findChildId(parent, node.key) === node.id ? parent : undefined;
  }

  /** The path of a node; `#<id>` for one that was removed. */
  pathOf(node: CypressNode): ByteString {
    if (node.parentId === undefined) {
      return "/";
    }
    const parent = this.findParent(node);
    return parent === undefined ? `#${node.id}` : childPath(this.pathOf(parent), node.key);
  }

  /** The account that a node is charged to. What was made by older releases goes by what it is in. */
  accountOf(node: CypressNode): YsonValue {
    for (let current: CypressNode | undefined = node; current !== undefined;) {
      const account = this.stateOf(current).attributes.get("account");
      if (account !== undefined) {
        return account;
      }
      if (current.parentId === this.objects.rootId && current.key === "tmp") {
        return yson.string("tmp");
      }
      current =
        current.parentId === undefined ? undefined : this.objects.nodes.get(current.parentId);
    }
    return yson.string("sys");
  }

  /** The node and everything below it, parents first. */
  *subtree(node: CypressNode): Generator<CypressNode> {
    yield node;
    for (const id of this.stateOf(node).children.values()) {
      yield* this.subtree(this.getNode(id));
    }
  }

  #isVisible(node: CypressNode): boolean {
    return node.trunk !== undefined || this.#layers.some((layer) => layer.changes.has(node.id));
  }

  #findChildId(node: CypressNode, key: ByteString): string | undefined {
    for (const layer of this.#layers.toReversed()) {
      const children = layer.changes.get(node.id)?.children;
      if (children?.has(key) === true) {
        return children.get(key);
      }
      const snapshot = layer.snapshots.get(node.id);
      if (snapshot !== undefined) {
        return snapshot.children.get(key);
      }
    }
    return node.trunk?.children.get(key);
  }
}

/** The path of a child: the root's own path, `/`, is the first slash of its children's. */
export function childPath(parentPath: ByteString, key: ByteString): ByteString {
  return `${parentPath}/${escapeKey(key)}`;
}
