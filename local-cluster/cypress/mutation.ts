/** Changing Cypress: what one command does, kept apart until all of it has succeeded. */
import { lockConflictError } from "../locks/conflict.ts";
import type { Lock, LockRequest } from "../locks/lock.ts";
import type { Transaction } from "../transactions/transaction.ts";
import type { ByteString } from "../../common/yson/byte-string.ts";
import type { YsonValue } from "../../common/yson/value.ts";
import { createId } from "../objects/ids.ts";
import type {
  Chunk,
  CypressNode,
  FileContent,
  NodeChange,
  NodeState,
  NodeType,
} from "../objects/node.ts";
import { ChangeSet } from "../objects/node.ts";
import type { ClusterObjects } from "./cluster-objects.ts";
import { timestampNow } from "../objects/time.ts";
import { View } from "./view.ts";

/** What a command has done, before it is merged into its transaction or committed. */
export interface MutationResult {
  readonly changes: ReadonlyMap<string, NodeChange>;
  readonly snapshots: ReadonlyMap<string, NodeState>;
  /** Locks that the command takes for its transaction. */
  readonly locks: readonly Lock[];
}

/**
 * One command at work: it sees its own changes, and checks locks as it goes. `CypressStore.mutate()`
 * makes it, and applies its result or discards it.
 */
export class Mutation extends View {
  readonly #changes: ChangeSet;
  readonly #snapshots: Map<string, NodeState>;
  readonly #locks: Lock[] = [];
  /** What is locked, as keys: a command may lock ten thousand nodes. */
  readonly #lockedKeys = new Set<string>();
  readonly #created: CypressNode[] = [];

  constructor(objects: ClusterObjects, transaction: Transaction | undefined) {
    const changes = new ChangeSet();
    const snapshots = new Map<string, NodeState>();
    super(objects, transaction, { changes: changes.byNode, snapshots });
    this.#changes = changes;
    this.#snapshots = snapshots;
  }

  /** What to apply when the command has succeeded. */
  get result(): MutationResult {
    return { changes: this.#changes.byNode, snapshots: this.#snapshots, locks: this.#locks };
  }

  /** Removes what a failed command has added to the objects of the cluster. */
  discard(): void {
    for (const node of this.#created) {
      this.objects.nodes.delete(node.id);
    }
  }

  /**
   * Takes a lock that a command needs for what it does. Without a transaction nothing is kept:
   * the lock would end with the command.
   *
   * @throws {YtError} code 400, 401 or 402 when another lock forbids it
   */
  lock(node: CypressNode, request: LockRequest): void {
    this.#assertNoConflict(node, request);
    if (this.transaction === undefined || this.#isHeld(node, request, this.transaction)) {
      return;
    }
    this.#addLock(node, request, this.transaction, false);
  }

  /**
   * Takes a lock that was asked for.
   *
   * @param transaction the one that the command runs in
   * @returns the lock's id
   * @throws {YtError} code 400, 401 or 402 when another lock forbids it
   */
  lockExplicitly(node: CypressNode, request: LockRequest, transaction: Transaction): string {
    this.#assertNoConflict(node, request);
    if (request.mode === "snapshot") {
      this.#snapshots.set(node.id, this.stateOf(node));
    }
    return this.#addLock(node, request, transaction, true);
  }

  /** Makes a node in a map node that has no child of this name. */
  createNode(type: NodeType, parent: CypressNode, key: ByteString, creationTime?: string) {
    const now = timestampNow();
    const node: CypressNode = {
      id: createId(type),
      type,
      parentId: parent.id,
      key,
      creationTime: creationTime ?? now,
      trunk: undefined,
      accessTime: now,
    };
    this.lock(parent, { mode: "shared", childKey: key });
    this.objects.nodes.set(node.id, node);
    this.#created.push(node);
    this.lock(node, { mode: "exclusive" });
    this.#change(parent, { children: new Map([[key, node.id]]) });
    this.#change(node, {});
    return node;
  }

  /** Removes a node from its parent, and locks everything below it. */
  removeNode(node: CypressNode, parent: CypressNode): void {
    this.lock(parent, { mode: "shared", childKey: node.key });
    for (const below of this.subtree(node)) {
      this.lock(below, { mode: "exclusive" });
    }
    this.#change(parent, { children: new Map([[node.key, undefined]]) });
  }

  /** Sets an attribute, or removes it with `undefined`. */
  setAttribute(node: CypressNode, key: ByteString, value: YsonValue | undefined): void {
    this.lock(node, { mode: "shared", attributeKey: key });
    this.#change(node, { attributes: new Map([[key, value]]) });
  }

  /** Replaces the value of a scalar, a document or a link. */
  setValue(node: CypressNode, value: YsonValue): void {
    this.lock(node, { mode: "exclusive" });
    this.#change(node, { value });
  }

  /** Replaces the content of a file. */
  setContent(node: CypressNode, content: FileContent): void {
    this.lock(node, { mode: "exclusive" });
    this.#change(node, { content });
  }

  /** Appends to the content of a file, which several transactions may do at the same time. */
  appendContent(node: CypressNode, appended: readonly Chunk[]): void {
    this.lock(node, { mode: "shared" });
    this.#change(node, { appended });
  }

  /** Gives a copied or moved node the times of its source. */
  setModificationTime(node: CypressNode, modificationTime: string): void {
    this.#change(node, { modificationTime });
  }

  #assertNoConflict(node: CypressNode, request: LockRequest): void {
    const { locks, transactions } = this.objects;
    const conflict = locks.findConflict(node.id, this.transaction?.id, request);
    if (conflict === undefined) {
      return;
    }
    const winner = transactions.get(conflict.lock.transactionId).describe();
    throw lockConflictError(conflict, request, this.pathOf(node), winner);
  }

  #isHeld(node: CypressNode, request: LockRequest, transaction: Transaction): boolean {
    return (
      this.#lockedKeys.has(lockKey(node, request)) ||
      this.objects.locks.isHeld(node.id, transaction.id, request)
    );
  }

  #addLock(
    node: CypressNode,
    request: LockRequest,
    transaction: Transaction,
    explicit: boolean,
  ): string {
    const id = createId("lock");
    this.#lockedKeys.add(lockKey(node, request));
    this.#locks.push({
      id,
      nodeId: node.id,
      request,
      explicit,
      transactionId: transaction.id,
      state: "acquired",
    });
    return id;
  }

  #change(node: CypressNode, change: Partial<NodeChange>): void {
    this.#changes.add(node.id, {
      attributes: new Map(),
      children: new Map(),
      value: undefined,
      content: undefined,
      appended: [],
      modificationTime: timestampNow(),
      revision: this.objects.nextRevision(),
      ...change,
    });
  }
}

function lockKey(node: CypressNode, request: LockRequest): string {
  return JSON.stringify([node.id, request.mode, request.childKey, request.attributeKey]);
}
