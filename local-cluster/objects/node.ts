/**
 * Nodes and their versions. A node's identity (id, type, place) never changes; its state does.
 * States are immutable values, and what a transaction has done to a node is a change that can be
 * applied to a state or merged into the change of its parent transaction.
 */
import type { ByteString } from "../../common/yson/byte-string.ts";
import type { YsonMap, YsonValue } from "../../common/yson/value.ts";
import type { SystemType } from "./system-types.ts";

/** Types of nodes that the emulator knows. A table is only a node with attributes here. */
export const NODE_TYPES = [
  "map_node",
  "file",
  "table",
  "link",
  "document",
  "string_node",
  "int64_node",
  "uint64_node",
  "double_node",
  "boolean_node",
] as const;

/** One of `NODE_TYPES`. */
export type NodeType = (typeof NODE_TYPES)[number];

/** A piece of file content in the chunk store. */
export interface Chunk {
  readonly id: string;
  /** Bytes. */
  readonly size: number;
}

/** Everything a file holds. */
export interface FileContent {
  readonly chunks: readonly Chunk[];
  /** 32 hexadecimal digits; undefined after a write that did not compute it. */
  readonly md5: string | undefined;
}

/** One version of a node. */
export interface NodeState {
  /** User attributes and those built-in ones that can be set. */
  readonly attributes: YsonMap;
  /** Name to node id; empty for everything but a map node. */
  readonly children: ReadonlyMap<ByteString, string>;
  /** Value of a scalar or a document; target path of a link. */
  readonly value: YsonValue | undefined;
  /** Present on files. */
  readonly content: FileContent | undefined;
  /** ISO 8601 with microseconds. */
  readonly modificationTime: string;
  /** The higher of the two below; grows with every change on the cluster. */
  readonly revision: number;
  /** Revision of the last change of attributes. */
  readonly attributeRevision: number;
  /** Revision of the last change of anything else. */
  readonly contentRevision: number;
}

/** What a transaction has done to one node. `undefined` in a map means "removed". */
export interface NodeChange {
  readonly attributes: ReadonlyMap<ByteString, YsonValue | undefined>;
  readonly children: ReadonlyMap<ByteString, string | undefined>;
  readonly value: YsonValue | undefined;
  /** New content as a whole. */
  readonly content: FileContent | undefined;
  /** Chunks to add to the end of the content; the content then has no md5. */
  readonly appended: readonly Chunk[];
  readonly modificationTime: string;
  readonly revision: number;
  /** Undefined when no attribute was changed; without both, as older releases wrote it, all was. */
  readonly attributeRevision?: number | undefined;
  /** Undefined when only attributes were changed. */
  readonly contentRevision?: number | undefined;
}

/** A node: what stays the same in all its versions. */
export interface CypressNode {
  readonly id: string;
  readonly type: NodeType | SystemType;
  /** The map node it was created in; undefined for the root only. */
  readonly parentId: string | undefined;
  /** Its name there. Both stay when the node is removed. */
  readonly key: ByteString;
  readonly creationTime: string;
  /** The committed version, in the cluster's word; undefined until it is committed. */
  trunk: NodeState | undefined;
  /** Last use of the node itself and not of its attributes, kept in memory only; ISO 8601. */
  accessTime: string;
  /** Last use of any kind, from which `expiration_timeout` counts; undefined: `accessTime`. */
  touchTime?: string;
  /** True for what every cluster has, as long as nobody has changed it; undefined: false. */
  isOnlyInMemory?: boolean;
  /** How often it was used since the start; undefined: never. */
  accessCounter?: number;
}

/** The version that a new node starts from. */
export const BLANK_STATE: NodeState = {
  attributes: new Map(),
  children: new Map(),
  value: undefined,
  content: undefined,
  modificationTime: "",
  revision: 0,
  attributeRevision: 0,
  contentRevision: 0,
};

/** The state after a change. */
export function applyChange(state: NodeState, change: NodeChange): NodeState {
  return {
    attributes: overlay(state.attributes, change.attributes),
    children: overlay(state.children, change.children),
    value: change.value ?? state.value,
    content: appendChunks(change.content ?? state.content, change.appended),
    modificationTime: change.modificationTime,
    ...revisionsAfter(state, change),
  };
}

function revisionsAfter(state: NodeState, change: NodeChange) {
  const { revision, attributeRevision, contentRevision } = change;
  if (attributeRevision === undefined && contentRevision === undefined) {
    return { revision, attributeRevision: revision, contentRevision: revision };
  }
  return {
    revision,
    attributeRevision: attributeRevision ?? state.attributeRevision,
    contentRevision: contentRevision ?? state.contentRevision,
  };
}

/** The changes of one transaction or command, which is the only one to add to them. */
export class ChangeSet {
  readonly #changes = new Map<string, OwnChange>();

  /** All of them, by node id. */
  get byNode(): ReadonlyMap<string, NodeChange> {
    return this.#changes;
  }

  /** Adds a change after those that are there. */
  add(nodeId: string, change: NodeChange): void {
    const own = this.#changes.get(nodeId);
    if (own === undefined) {
      const { attributes, children, ...rest } = change;
      const copied = { attributes: new Map(attributes), children: new Map(children), ...rest };
      this.#changes.set(nodeId, copied);
    } else {
      addInPlace(own, change);
    }
  }

  /** Adds all changes of another set. */
  addAll(changes: ReadonlyMap<string, NodeChange>): void {
    for (const [nodeId, change] of changes) {
      this.add(nodeId, change);
    }
  }
}

/** A change whose maps grow in place: a folder with many new children is not copied for each. */
type OwnChange = { -readonly [Field in keyof NodeChange]: NodeChange[Field] } & {
  readonly attributes: Map<ByteString, YsonValue | undefined>;
  readonly children: Map<ByteString, string | undefined>;
};

function addInPlace(own: OwnChange, change: NodeChange): void {
  for (const [key, value] of change.attributes) {
    own.attributes.set(key, value);
  }
  for (const [key, value] of change.children) {
    own.children.set(key, value);
  }
  own.value = change.value ?? own.value;
  if (change.content !== undefined) {
    own.content = change.content;
    own.appended = change.appended;
  } else if (own.content === undefined) {
    own.appended = [...own.appended, ...change.appended];
  } else {
    own.content = appendChunks(own.content, change.appended);
  }
  own.modificationTime = change.modificationTime;
  own.revision = change.revision;
  own.attributeRevision = change.attributeRevision ?? own.attributeRevision;
  own.contentRevision = change.contentRevision ?? own.contentRevision;
}

function appendChunks(
  content: FileContent | undefined,
  appended: readonly Chunk[],
): FileContent | undefined {
  if (appended.length === 0) {
    return content;
  }
  return { chunks: [...(content?.chunks ?? []), ...appended], md5: undefined };
}

/** Shares the base when nothing changes: states of large folders are not copied for nothing. */
function overlay<T>(
  base: ReadonlyMap<ByteString, T>,
  changes: ReadonlyMap<ByteString, T | undefined>,
): ReadonlyMap<ByteString, T> {
  if (changes.size === 0) {
    return base;
  }
  const result = new Map(base);
  for (const [key, value] of changes) {
    if (value === undefined) {
      result.delete(key);
    } else {
      result.set(key, value);
    }
  }
  return result;
}
