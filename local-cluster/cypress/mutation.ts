import { findLockConflict, lockConflictError } from "../locks/conflict.ts";
import type { Lock, LockRequest } from "../locks/lock.ts";
import { isSameRequest } from "../locks/lock.ts";
import type { Transaction } from "../transactions/transaction.ts";
import type { ByteString } from "../yson/byte-string.ts";
import type { YsonValue } from "../yson/value.ts";
import { createId } from "../objects/ids.ts";
import type { Chunk, CypressNode, FileContent, NodeChange, NodeState, NodeType } from "../objects/node.ts";
import { ChangeSet } from "../objects/node.ts";
import type { CypressStore } from "./store.ts";
import { timestampNow } from "../objects/time.ts";
import { View } from "./view.ts";

/** A lock that the command takes for its transaction if it succeeds. */
export interface LockGrant {
  readonly id: string;
  readonly node: CypressNode;
  readonly request: LockRequest;
  readonly explicit: boolean;
}

/** What a command has done, before it is merged into its transaction or committed. */
export interface MutationResult {
  readonly changes: ReadonlyMap<string, NodeChange>;
  readonly snapshots: ReadonlyMap<string, NodeState>;
  readonly grants: readonly LockGrant[];
}

/**
 * One command at work: it sees its own changes, takes locks as it goes, and leaves no trace when
 * it fails half-way. `CypressStore.mutate()` makes it and applies it.
 */
export class Mutation extends View {
  readonly #changes: ChangeSet;
  readonly #snapshots: Map<string, NodeState>;
  readonly #grants: LockGrant[] = [];
  readonly #granted = new Set<string>();
  readonly #created: CypressNode[] = [];

  constructor(store: CypressStore, transaction: Transaction | undefined) {
    const changes = new ChangeSet();
    const snapshots = new Map<string, NodeState>();
    super(store, transaction, { changes: changes.byNode, snapshots });
    this.#changes = changes;
    this.#snapshots = snapshots;
  }

  /** What there is to apply. */
  get result(): MutationResult {
    return { changes: this.#changes.byNode, snapshots: this.#snapshots, grants: this.#grants };
  }

  /** Takes back what a failed command has left outside itself. */
  discard(): void {
    for (const node of this.#created) this.store.nodes.delete(node.id);
  }

  /** The locks that forbid a request on a node now. */
  findConflict(node: CypressNode, request: LockRequest) {
    const held = this.store.locks.acquiredOn(node.id);
    return findLockConflict(held, this.transaction, request);
  }

  /**
   * Takes a lock that a command needs for what it does. Without a transaction nothing is kept:
   * the lock would end with the command.
   *
   * @throws {YtError} code 400, 401 or 402 when somebody's lock forbids it
   */
  lock(node: CypressNode, request: LockRequest): void {
    const conflict = this.findConflict(node, request);
    if (conflict !== undefined) throw lockConflictError(conflict, request, this.pathOf(node));
    if (this.transaction === undefined || this.#holds(node, request)) return;
    this.#granted.add(grantKey(node, request));
    this.#grants.push({ id: createId("lock"), node, request, explicit: false });
  }

  /** Takes a lock that was asked for; only inside a transaction. @returns the lock's id */
  lockExplicitly(node: CypressNode, request: LockRequest): string {
    const conflict = this.findConflict(node, request);
    if (conflict !== undefined) throw lockConflictError(conflict, request, this.pathOf(node));
    const id = createId("lock");
    this.#grants.push({ id, node, request, explicit: true });
    if (request.mode === "snapshot") this.#snapshots.set(node.id, this.stateOf(node));
    return id;
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
    this.store.nodes.set(node.id, node);
    this.#created.push(node);
    this.lock(node, { mode: "exclusive" });
    this.#change(parent, { children: new Map([[key, node.id]]) });
    this.#change(node, {});
    return node;
  }

  /** Takes a node out of its parent, locking everything below it. */
  removeNode(node: CypressNode, parent: CypressNode): void {
    this.lock(parent, { mode: "shared", childKey: node.key });
    for (const below of this.subtree(node)) this.lock(below, { mode: "exclusive" });
    this.#change(parent, { children: new Map([[node.key, undefined]]) });
  }

  /** Sets an attribute, or takes it away with `undefined`. */
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

  /** Adds to the content of a file, beside others who may be adding too. */
  appendContent(node: CypressNode, appended: readonly Chunk[]): void {
    this.lock(node, { mode: "shared" });
    this.#change(node, { appended });
  }

  /** Gives a copied or moved node the times of its source. */
  setModificationTime(node: CypressNode, modificationTime: string): void {
    this.#change(node, { modificationTime });
  }

  #holds(node: CypressNode, request: LockRequest): boolean {
    const isIt = (lock: Lock) =>
      lock.transaction === this.transaction && isSameRequest(lock.request, request);
    return (
      this.#granted.has(grantKey(node, request)) || this.store.locks.acquiredOn(node.id).some(isIt)
    );
  }

  #change(node: CypressNode, change: Partial<NodeChange>): void {
    this.#changes.add(node.id, {
      attributes: new Map(),
      children: new Map(),
      value: undefined,
      content: undefined,
      appended: [],
      modificationTime: timestampNow(),
      revision: this.store.nextRevision(),
      ...change,
    });
  }
}

function grantKey(node: CypressNode, request: LockRequest): string {
  return JSON.stringify([node.id, request.mode, request.childKey, request.attributeKey]);
}
