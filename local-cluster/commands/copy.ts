/** The commands `copy` and `move`. A copied file shares the chunks of its source, as on the cluster. */
import type { Mutation } from "../cypress/mutation.ts";
import type { CypressNode } from "../objects/node.ts";
import { resolve, resolveNode } from "../cypress/resolve.ts";
import { genericError } from "../errors/yt-error.ts";
import { assertPermission } from "../security/permission.ts";
import type { ByteString } from "../../common/yson/byte-string.ts";
import * as yson from "../../common/yson/value.ts";
import { fieldOutput } from "./command.ts";
import type { CommandContext, Output } from "./command.ts";
import { IGNORE_AND_FORCE, findExisting, prepareDestination } from "./create.ts";
import type { Parameters } from "./parameters.ts";
import type { CypressPath } from "../cypress/path.ts";

/** `copy`: the destination gets a new id, the source is not locked. */
export function copy(context: CommandContext): Output {
  return copyOrMove(context, "Copy");
}

/** `move`: the same, and then the source is removed. */
export function move(context: CommandContext): Output {
  return copyOrMove(context, "Move");
}

function copyOrMove(context: CommandContext, method: "Copy" | "Move"): Output {
  const { parameters, user } = context;
  const ignoreExisting = parameters.boolean("ignore_existing");
  if (ignoreExisting && method === "Move") {
    throw genericError('Node cannot be moved with "ignore_existing" option');
  }
  if (ignoreExisting && parameters.boolean("force")) {
    throw genericError(IGNORE_AND_FORCE);
  }
  return context.mutate((mutation) => {
    const destination = parameters.path("destination_path");
    const existing = ignoreExisting ? findExisting(mutation, destination, method) : undefined;
    if (existing !== undefined) {
      if (parameters.boolean("lock_existing")) {
        mutation.lock(existing, { mode: "exclusive" });
      }
      return fieldOutput("node_id", yson.string(existing.id));
    }
    const source = findSource(mutation, parameters.path("source_path"), method);
    assertPermission(mutation, user, source, "read");
    const copied = copyTo(mutation, source, destination, method, parameters, user);
    return fieldOutput("node_id", yson.string(copied.id));
  });
}

/**
 * Copies or moves a node to a path, with the options of the parameters.
 *
 * @returns the new node
 */
export function copyTo(
  mutation: Mutation,
  source: CypressNode,
  destination: CypressPath,
  method: "Copy" | "Move",
  parameters: Parameters,
  user: ByteString,
): CypressNode {
  assertNotInside(mutation, source, destination, method);
  const target = prepareDestination(mutation, destination, {
    method,
    recursive: parameters.boolean("recursive"),
    force: parameters.boolean("force"),
    user,
  });
  const preserved = readPreserved(parameters, method, user);
  const copied = cloneSubtree(mutation, source, target.parent, target.key, preserved);

  if (method === "Move") {
    removeSource(mutation, source, user);
  }
  return copied;
}

function findSource(mutation: Mutation, path: CypressPath, method: string): CypressNode {
  const { node, innerKeys, suffix } = resolveNode(mutation, path, { method });
  if (innerKeys.length > 0 || suffix.type !== "none") {
    throw genericError(`Path ${path.text} does not name a node`);
  }
  return node;
}

function assertNotInside(
  mutation: Mutation,
  source: CypressNode,
  destination: CypressPath,
  method: "Copy" | "Move",
): void {
  const resolved = resolve(mutation, destination, { followLast: false, method });
  const start = resolved.type === "node" ? resolved.node : resolved.parent;
  for (let node: CypressNode | undefined = start; node !== undefined;) {
    if (node === source && (resolved.type === "missing" || start !== source || method === "Move")) {
      const action = method === "Copy" ? "copy" : "move";
      throw genericError(`Cannot ${action} a node to its descendant`);
    }
    node = mutation.findParent(node);
  }
}

function removeSource(mutation: Mutation, source: CypressNode, user: ByteString): void {
  const parent = mutation.findParent(source);
  if (parent === undefined) {
    throw genericError(`Node ${mutation.pathOf(source)} cannot be moved`);
  }
  assertPermission(mutation, user, source, "remove");
  assertPermission(mutation, user, parent, "write");
  mutation.removeNode(source, parent);
}

/** What a new node takes over from its source. */
interface Preserved {
  readonly attribute: (name: ByteString) => boolean;
  /** Whose the new node is, unless its source's. */
  readonly owner: ByteString;
  readonly creationTime: boolean;
  readonly modificationTime: boolean;
}

function readPreserved(
  parameters: Parameters,
  method: "Copy" | "Move",
  user: ByteString,
): Preserved {
  const moved = method === "Move";
  const dropped = new Set<ByteString>();
  const dropUnless = (isPreserved: boolean, ...names: readonly string[]) => {
    if (!isPreserved) {
      for (const name of names) {
        dropped.add(name);
      }
    }
  };
  dropUnless(parameters.boolean("preserve_acl", moved), "acl", "inherit_acl");
  dropUnless(parameters.boolean("preserve_account", moved), "account");
  dropUnless(parameters.boolean("preserve_owner", moved), "owner");
  dropUnless(parameters.boolean("preserve_expiration_time"), "expiration_time");
  dropUnless(parameters.boolean("preserve_expiration_timeout"), "expiration_timeout");
  return {
    attribute: (name) => !dropped.has(name),
    owner: user,
    creationTime: parameters.boolean("preserve_creation_time", moved),
    modificationTime: parameters.boolean("preserve_modification_time", moved),
  };
}

function cloneSubtree(
  mutation: Mutation,
  source: CypressNode,
  parent: CypressNode,
  key: ByteString,
  preserved: Preserved,
): CypressNode {
  const state = mutation.stateOf(source);
  const creationTime = preserved.creationTime ? source.creationTime : undefined;
  const copied = mutation.createNode(source.type, parent, key, creationTime);
  if (!preserved.attribute("owner")) {
    mutation.setAttribute(copied, "owner", yson.string(preserved.owner));
  }
  for (const [name, value] of state.attributes) {
    if (preserved.attribute(name)) {
      mutation.setAttribute(copied, name, value);
    }
  }
  if (state.value !== undefined) {
    mutation.setValue(copied, state.value);
  }
  if (state.content !== undefined) {
    mutation.setContent(copied, state.content);
  }
  for (const [name, id] of state.children) {
    cloneSubtree(mutation, mutation.getNode(id), copied, name, preserved);
  }
  if (preserved.modificationTime) {
    mutation.setModificationTime(copied, state.modificationTime);
  }
  return copied;
}
