/** Changing Cypress: what one command does, kept apart until all of it has succeeded. */
import { lockConflictError } from "../locks/conflict.ts";
import type { Lock, LockRequest } from "../locks/lock.ts";
import type { Transaction } from "../transactions/transaction.ts";
import type { ByteString } from "../../common/yson/byte-string.ts";
import type { YsonValue } from "../../common/yson/value.ts";
import { createId } from "../objects/ids.ts";
import { isSystemType } from "../objects/system-types.ts";
import type { SystemType } from "../objects/system-types.ts";
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

/** How a command changes things. */
export interface MutationOptions {
  /**
   * Leave `modification_time` and revisions as they are.
   *
   * @default false
   */
  readonly suppressModificationTracking?: boolean;
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
  readonly #created = new Set<CypressNode>();
  readonly #options: MutationOptions;
  /** When the command was run: one time for all that it changes. */
  readonly #time = timestampNow();
  #revision: number | undefined;

  constructor(
    objects: ClusterObjects,
    transaction: Transaction | undefined,
    options: MutationOptions = {},
  ) {
    const changes = new ChangeSet();
    const snapshots = new Map<string, NodeState>();
    super(objects, transaction, { changes: changes.byNode, snapshots });
    this.#changes = changes;
    this.#snapshots = snapshots;
    this.#options = options;
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

  /** Whether this command has made the node. */
  hasMade(node: CypressNode): boolean {
    return this.#created.has(node);
  }

  /** Makes a node in a map node that has no child of this name. */
  createNode(
    type: NodeType | SystemType,
    parent: CypressNode,
    key: ByteString,
    creationTime?: string,
  ): CypressNode {
    const now = this.#time;
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
    this.#created.add(node);
    this.lock(node, { mode: "exclusive" });
    this.#changeContent(parent, { children: new Map([[key, node.id]]) });
    // Without a lock on the attribute: the node is locked as a whole.
    const attributes = isSystemType(type)
      ? new Map()
      : new Map([["account", this.accountOf(parent)]]);
    const revision = this.#nextRevision();
    this.#change(node, { attributes, attributeRevision: revision, contentRevision: revision });
    return node;
  }

  /** Removes a node from its parent, and locks everything below it. */
  removeNode(node: CypressNode, parent: CypressNode): void {
    this.lock(parent, { mode: "shared", childKey: node.key });
    for (const below of this.subtree(node)) {
      this.lock(below, { mode: "exclusive" });
    }
    this.#changeContent(parent, { children: new Map([[node.key, undefined]]) });
  }

  /** Sets an attribute, or removes it with `undefined`. */
  setAttribute(node: CypressNode, key: ByteString, value: YsonValue | undefined): void {
    this.lock(node, { mode: "shared", attributeKey: key });
    const attributeRevision = this.#nextRevision();
    this.#change(node, { attributes: new Map([[key, value]]), attributeRevision });
  }

  /** Replaces the value of a scalar, a document or a link. */
  setValue(node: CypressNode, value: YsonValue): void {
    this.lock(node, { mode: "exclusive" });
    this.#changeContent(node, { value });
  }

  /** Replaces the content of a file. */
  setContent(node: CypressNode, content: FileContent): void {
    this.lock(node, { mode: "exclusive" });
    this.#changeContent(node, { content });
  }

  /** Appends to the content of a file, which several transactions may do at the same time. */
  appendContent(node: CypressNode, appended: readonly Chunk[]): void {
    this.lock(node, { mode: "shared" });
    this.#changeContent(node, { appended });
  }

  /** Gives a copied or moved node the times of its source. */
  setModificationTime(node: CypressNode, modificationTime: string): void {
    this.#changeContent(node, { modificationTime });
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
      creationTime: this.#time,
      acquisitionTime: this.#time,
    });
    return id;
  }

  #changeContent(node: CypressNode, change: Partial<NodeChange>): void {
    this.#change(node, { ...change, contentRevision: this.#nextRevision() });
  }

  #change(node: CypressNode, change: Partial<NodeChange>): void {
    this.#changes.add(node.id, {
      attributes: new Map(),
      children: new Map(),
      value: undefined,
      content: undefined,
      appended: [],
      modificationTime: this.#time,
      revision: this.#nextRevision(),
      ...change,
      ...(this.#options.suppressModificationTracking === true ? this.#trackedOf(node) : {}),
    });
  }

  /** What a change without a trace leaves as it is; a node that the command has made has to have some. */
  #trackedOf(node: CypressNode): Partial<NodeChange> {
    if (this.hasMade(node)) {
      return {};
    }
    const { modificationTime, revision, attributeRevision, contentRevision } = this.stateOf(node);
    return { modificationTime, revision, attributeRevision, contentRevision };
  }

  /** One for all that the command changes, as on the cluster (`TObject::SetModified`). */
  #nextRevision(): number {
    this.#revision ??= this.objects.nextRevision();
    return this.#revision;
  }
}

function lockKey(node: CypressNode, request: LockRequest): string {
  return JSON.stringify([node.id, request.mode, request.childKey, request.attributeKey]);
}
