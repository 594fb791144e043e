/** The command `remove`. */
import { changeAttribute, removeUserAttributes } from "../attributes/access.ts";
import type { Mutation } from "../cypress/mutation.ts";
import { isBuiltin } from "../cypress/system-nodes.ts";
import { replacePart } from "../cypress/nested.ts";
import type { CypressNode } from "../objects/node.ts";
import { resolve } from "../cypress/resolve.ts";
import type { FoundNode } from "../cypress/resolve.ts";
import { ERROR_CODE, YtError, genericError } from "../errors/yt-error.ts";
import { assertPermission } from "../security/permission.ts";
import type { ByteString } from "../../common/yson/byte-string.ts";
import * as yson from "../../common/yson/value.ts";
import { noSuchMethod, emptyOutput } from "./command.ts";
import type { CommandContext, Output } from "./command.ts";
import { changeLiveObject, findLiveObjectAt } from "./live-objects.ts";

/** `remove`: a node, its children (`/*`), an attribute, or all user attributes (`/@*`). */
export function remove(context: CommandContext): Output {
  const path = context.parameters.path("path");
  const force = context.parameters.boolean("force");
  const view = context.view();
  const object = findLiveObjectAt(view, path);
  if (object !== undefined) {
    changeLiveObject(view, object, path, undefined);
    return emptyOutput();
  }
  return context.mutate((mutation) => {
    const resolved = resolve(mutation, path, { followLast: false, method: "Remove" });
    if (resolved.type === "missing") {
      // `force` means that it may be missing, and not "recursive" (docs/yt-http-api.md, section 6).
      if (force) {
        return emptyOutput();
      }
      throw resolved.error;
    }
    context.use(resolved.node, "node");
    removeFound(context, mutation, resolved, force);
    return emptyOutput();
  });
}

function removeFound(
  context: CommandContext,
  mutation: Mutation,
  { node, suffix, innerKeys }: FoundNode,
  force: boolean,
): void {
  switch (suffix.type) {
    case "none":
      if (innerKeys.length > 0) {
        removeInDocument(context, mutation, node, innerKeys);
      } else {
        removeWithSubtree(context, mutation, node);
      }
      return;
    case "all children":
      removeChildren(context, mutation, node);
      return;
    case "all attributes":
      assertPermission(mutation, context.user, node, "write");
      removeUserAttributes(mutation, node);
      return;
    case "attribute":
      assertPermission(mutation, context.user, node, "write");
      removeAttribute(mutation, node, suffix.keys, force);
      return;
  }
}

function removeWithSubtree(context: CommandContext, mutation: Mutation, node: CypressNode): void {
  const parent = mutation.findParent(node);
  if (parent === undefined) {
    throw genericError(`Node ${mutation.pathOf(node)} cannot be removed`);
  }
  assertRemovable(context, mutation, node, parent);
  const isEmpty = mutation.stateOf(node).children.size === 0;
  // True unless given (`TRemoveNodeOptions` in client/api/cypress_client.h).
  if (!isEmpty && !context.parameters.boolean("recursive", true)) {
    throw genericError("Cannot remove non-empty composite node");
  }
  mutation.removeNode(node, parent);
}

function removeChildren(context: CommandContext, mutation: Mutation, node: CypressNode): void {
  if (node.type !== "map_node") {
    throw noSuchMethod("Remove", `node ${mutation.pathOf(node)} of type "${node.type}"`);
  }
  for (const id of mutation.stateOf(node).children.values()) {
    const child = mutation.getNode(id);
    assertRemovable(context, mutation, child, node);
    mutation.removeNode(child, node);
  }
}

/** Needs the permission `remove` on everything that is removed, and `write` on the parent. */
function assertRemovable(
  context: CommandContext,
  mutation: Mutation,
  node: CypressNode,
  parent: CypressNode,
): void {
  assertPermission(mutation, context.user, parent, "write");
  if (isBuiltin(mutation, node)) {
    throw genericError(`Cannot remove builtin node ${mutation.pathOf(node)}`);
  }
  for (const below of mutation.subtree(node)) {
    assertPermission(mutation, context.user, below, "remove");
  }
}

function removeInDocument(
  context: CommandContext,
  mutation: Mutation,
  node: CypressNode,
  innerKeys: readonly ByteString[],
): void {
  assertPermission(mutation, context.user, node, "write");
  const value = mutation.stateOf(node).value ?? yson.entity;
  mutation.setValue(node, replacePart(value, innerKeys, undefined));
}

function removeAttribute(
  mutation: Mutation,
  node: CypressNode,
  keys: readonly ByteString[],
  force: boolean,
): void {
  if (keys.length === 0) {
    throw genericError('Path to remove ends in "/@": write "/@*" for all');
  }
  try {
    changeAttribute(mutation, node, keys, undefined);
  } catch (error) {
    const isMissing = error instanceof YtError && error.code === ERROR_CODE.resolve;
    if (!(force && isMissing)) {
      throw error;
    }
  }
}
