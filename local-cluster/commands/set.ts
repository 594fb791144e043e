/** The commands `set` and `multiset_attributes`. */
import { changeAttribute, replaceUserAttributes } from "../attributes/access.ts";
import type { Mutation } from "../cypress/mutation.ts";
import { expectMap, replacePart } from "../cypress/nested.ts";
import type { CypressNode, NodeType } from "../objects/node.ts";
import { isSystemType } from "../objects/system-types.ts";
import { parsePath } from "../cypress/path.ts";
import { resolve, resolveNode } from "../cypress/resolve.ts";
import type { FoundNode } from "../cypress/resolve.ts";
import {
  ERROR_CODE,
  YtError,
  genericError,
  notEmulatedError,
  toYtError,
} from "../errors/yt-error.ts";
import { assertPermission } from "../security/permission.ts";
import type { ByteString } from "../../common/yson/byte-string.ts";
import * as yson from "../../common/yson/value.ts";
import type { YsonValue } from "../../common/yson/value.ts";
import { noSuchMethod, emptyOutput } from "./command.ts";
import type { CommandContext, Output } from "./command.ts";
import { prepareDestination } from "./create.ts";
import { changeLiveObject, findLiveObjectAt } from "./live-objects.ts";

const MAX_STRING_LENGTH = 65_536;

/** `set`: an attribute, or a node with its value. */
export async function set(context: CommandContext): Promise<Output> {
  const value = await context.input.structured();
  const path = context.parameters.path("path");
  const view = context.view();
  const object = findLiveObjectAt(view, path);
  if (object !== undefined) {
    changeLiveObject(view, object, path, value);
    return emptyOutput();
  }
  return context.mutate((mutation) => {
    const resolved = resolve(mutation, path, { method: "Set" });
    if (resolved.type === "node") {
      context.use(resolved.node, "node");
    }
    if (resolved.suffix.type === "attribute") {
      if (resolved.type === "missing") {
        throw resolved.error;
      }
      setAttributes(context, mutation, resolved.node, resolved.suffix.keys, value);
    } else if (resolved.type === "missing") {
      const recursive = context.parameters.boolean("recursive");
      const options = { method: "Set", recursive, force: false, user: context.user };
      const { parent, key } = prepareDestination(mutation, path, options);
      createFromValue(mutation, parent, key, value, context.user);
    } else {
      setNode(context, mutation, resolved, value);
    }
    return emptyOutput();
  });
}

function setAttributes(
  context: CommandContext,
  mutation: Mutation,
  node: CypressNode,
  keys: readonly ByteString[],
  value: YsonValue,
): void {
  const [name] = keys;
  const permission = name === "acl" || name === "inherit_acl" ? "administer" : "write";
  assertPermission(mutation, context.user, node, permission);
  if (name === undefined) {
    replaceUserAttributes(mutation, node, expectMap(value, "Attributes"));
  } else {
    changeAttribute(mutation, node, keys, value, {
      recursive: context.parameters.boolean("recursive"),
    });
  }
}

function setNode(
  context: CommandContext,
  mutation: Mutation,
  { node, innerKeys }: FoundNode,
  value: YsonValue,
): void {
  assertPermission(mutation, context.user, node, "write");
  if (isSystemType(node.type)) {
    throw noSuchMethod("Set", `node ${mutation.pathOf(node)} of type "${node.type}"`);
  }
  switch (node.type) {
    case "map_node":
      setMap(context, mutation, node, value);
      return;
    case "document":
      mutation.setValue(
        node,
        innerKeys.length === 0
          ? value
          : replaceInDocument(context, mutation, node, innerKeys, value),
      );
      break;
    case "string_node":
    case "int64_node":
    case "uint64_node":
    case "double_node":
    case "boolean_node":
      assertStringLength(value);
      mutation.setValue(node, convertScalar(node.type, value));
      break;
    case "file":
    case "table":
    case "link":
      throw noSuchMethod("Set", `node ${mutation.pathOf(node)} of type "${node.type}"`);
  }
  setValueAttributes(mutation, node, value);
}

function replaceInDocument(
  context: CommandContext,
  mutation: Mutation,
  node: CypressNode,
  innerKeys: readonly ByteString[],
  value: YsonValue,
): YsonValue {
  const recursive = context.parameters.boolean("recursive");
  return replacePart(mutation.stateOf(node).value ?? yson.entity, innerKeys, value, { recursive });
}

/** Replaces all children, which needs `force` (on the cluster too: docs/yt-http-api.md, section 6). */
function setMap(
  context: CommandContext,
  mutation: Mutation,
  node: CypressNode,
  value: YsonValue,
): void {
  if (!context.parameters.boolean("force")) {
    throw genericError('"set" command without "force" flag is forbidden; use "create" instead');
  }
  const entries = expectMap(value, `Value of node ${mutation.pathOf(node)}`);
  for (const id of mutation.stateOf(node).children.values()) {
    mutation.removeNode(mutation.getNode(id), node);
  }
  for (const [key, child] of entries) {
    createFromValue(mutation, node, key, child, context.user);
  }
  setValueAttributes(mutation, node, value);
}

/** Makes a node of the type that the value has, and children for a map. */
function createFromValue(
  mutation: Mutation,
  parent: CypressNode,
  key: ByteString,
  value: YsonValue,
  user: ByteString,
): void {
  assertStringLength(value);
  const node = mutation.createNode(typeForValue(value), parent, key);
  mutation.setAttribute(node, "owner", yson.string(user));
  if (value.type !== "map") {
    mutation.setValue(node, bareValue(value));
  } else {
    for (const [name, child] of value.entries) {
      createFromValue(mutation, node, name, child, user);
    }
  }
  setValueAttributes(mutation, node, value);
}

function typeForValue(value: YsonValue): NodeType {
  switch (value.type) {
    case "entity":
      throw genericError("Entity nodes cannot be created");
    case "list":
      throw notEmulatedError('nodes of type "list_node"');
    case "map":
    case "string":
    case "int64":
    case "uint64":
    case "double":
    case "boolean":
      return `${value.type}_node`;
  }
}

/** Integers and doubles take each other's values, as JSON does not tell them apart. */
function convertScalar(type: NodeType, value: YsonValue): YsonValue {
  const wanted = type.replace("_node", "");
  if (value.type === wanted) {
    return bareValue(value);
  }
  if (value.type === "int64" || value.type === "uint64") {
    if (wanted === "double") {
      return yson.double(Number(value.value));
    }
    if (wanted === "int64" && value.value < 2n ** 63n) {
      return yson.int64(value.value);
    }
    if (wanted === "uint64" && value.value >= 0n) {
      return yson.uint64(value.value);
    }
  }
  throw genericError(`Node has invalid type: expected "${type}", actual "${value.type}_node"`);
}

function bareValue(value: YsonValue): YsonValue {
  return { ...value, attributes: undefined };
}

/** Attributes on the value become attributes of the node. */
function setValueAttributes(mutation: Mutation, node: CypressNode, value: YsonValue): void {
  if (node.type === "document") {
    return;
  }
  for (const [name, attribute] of value.attributes ?? []) {
    changeAttribute(mutation, node, [name], attribute);
  }
}

/** Limit of the cluster's masters for strings as nodes (cypress_server/config.cpp, `MaxStringNodeLength`). */
function assertStringLength(value: YsonValue): void {
  const length = value.type === "string" ? value.value.length : 0;
  if (length > MAX_STRING_LENGTH) {
    throw new YtError(
      ERROR_CODE.stringTooLong,
      `String is longer than allowed: ${length} > ${MAX_STRING_LENGTH}`,
    );
  }
}

/**
 * `multiset_attributes`: several attributes at once; the others stay. Each name is a path. As on the
 * cluster, they are set in the order of their names until one fails, and those before it stay set.
 */
export async function multisetAttributes(context: CommandContext): Promise<Output> {
  const attributes = expectMap(await context.input.structured(), "Attributes");
  const path = context.parameters.path("path");
  let failure: YtError | undefined;
  const output = context.mutate((mutation) => {
    const { node, suffix } = resolveNode(mutation, path, { method: "MultisetAttributes" });
    if (suffix.type !== "attribute") {
      throw genericError(`Path ${path.text} does not end in attributes: write "/@" after the node`);
    }
    context.use(node, "node");
    try {
      for (const [name, value] of [...attributes].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
        const keys = [...suffix.keys, ...attributeKeys(name)];
        setAttributes(context, mutation, node, keys, value);
      }
    } catch (error) {
      failure = toYtError(error);
    }
    return emptyOutput();
  });
  if (failure !== undefined) {
    throw failure;
  }
  return output;
}

/** The keys that a name like `a/b` stands for. */
function attributeKeys(name: ByteString): readonly ByteString[] {
  if (name === "") {
    throw genericError("Attribute key cannot be empty");
  }
  const { suffix } = parsePath(`//x/@${name}`);
  return suffix.type === "attribute" ? suffix.keys : [];
}
