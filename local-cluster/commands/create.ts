/** The command `create`, and making nodes for other commands. */
import { changeAttribute } from "../attributes/access.ts";
import { inheritedSettings } from "../attributes/storage-settings.ts";
import type { Mutation } from "../cypress/mutation.ts";
import { EMPTY_MD5 } from "./md5.ts";
import type { CypressNode, NodeType } from "../objects/node.ts";
import { NODE_TYPES } from "../objects/node.ts";
import { isSystemType } from "../objects/system-types.ts";
import type { CypressPath } from "../cypress/path.ts";
import { resolve } from "../cypress/resolve.ts";
import type { MissingNode } from "../cypress/resolve.ts";
import { ERROR_CODE, YtError, genericError, notEmulatedError } from "../errors/yt-error.ts";
import { assertPermission } from "../security/permission.ts";
import type { ByteString } from "../../common/yson/byte-string.ts";
import * as yson from "../../common/yson/value.ts";
import type { YsonMap, YsonValue } from "../../common/yson/value.ts";
import { fieldOutput } from "./command.ts";
import type { CommandContext, Output } from "./command.ts";
import { createObject, isObjectType } from "./create-object.ts";

/** Why two options are refused together. */
export const IGNORE_AND_FORCE =
  'Cannot specify both "ignore_existing" and "force" options simultaneously';

/** `create`: makes a node; with `ignore_existing` it may be there already. */
export function create(context: CommandContext): Output {
  const { parameters } = context;
  const typeName = parameters.string("type");
  if (isObjectType(typeName)) {
    return createObject(context, typeName);
  }
  const type = nodeType(typeName);
  const options: DestinationOptions = {
    method: "Create",
    recursive: parameters.boolean("recursive"),
    force: parameters.boolean("force"),
    user: context.user,
  };
  const ignoreExisting = parameters.boolean("ignore_existing");
  if (ignoreExisting && options.force) {
    throw genericError(IGNORE_AND_FORCE);
  }
  return context.mutate((mutation) => {
    const path = parameters.path("path");
    const existing = ignoreExisting ? findExisting(mutation, path, options.method) : undefined;
    if (existing !== undefined) {
      const ignoreType = parameters.boolean("ignore_type_mismatch");
      if (existing.type !== type && !ignoreType) {
        throw typeMismatch(mutation, existing, type);
      }
      if (parameters.boolean("lock_existing")) {
        mutation.lock(existing, { mode: "exclusive" });
      }
      return fieldOutput("node_id", yson.string(existing.id));
    }
    const node = createAt(mutation, path, type, options);
    initialize(mutation, node, context.user, parameters.map("attributes"));
    return fieldOutput("node_id", yson.string(node.id));
  });
}

/** How the destination of a new node is prepared. */
export interface DestinationOptions {
  readonly method: string;
  /** Make the map nodes above it that are missing. */
  readonly recursive: boolean;
  /** Replace what is there. */
  readonly force: boolean;
  readonly user: ByteString;
}

/**
 * Makes a node at a path, as yet without attributes and content.
 *
 * @throws {YtError} code 501 when something is there (without `force`), 500 when a node above it
 * is missing (without `recursive`), 901 and 402 as for any change
 */
export function createAt(
  mutation: Mutation,
  path: CypressPath,
  type: NodeType,
  options: DestinationOptions,
  creationTime?: string,
): CypressNode {
  const { parent, key } = prepareDestination(mutation, path, options);
  return mutation.createNode(type, parent, key, creationTime);
}

/** Prepares a path for a new node: makes its parents, and removes what is there. */
export function prepareDestination(
  mutation: Mutation,
  path: CypressPath,
  options: DestinationOptions,
): { readonly parent: CypressNode; readonly key: ByteString } {
  if (path.suffix.type !== "none") {
    throw genericError(`Path ${path.text} does not name a node`);
  }
  const resolved = resolve(mutation, path, { followLast: false, method: options.method });
  if (resolved.type === "missing") {
    return prepareMissingDestination(mutation, resolved, options);
  }
  if (resolved.innerKeys.length > 0) {
    throw notEmulatedError(`${options.method} inside a document`);
  }
  const parent = mutation.findParent(resolved.node);
  if (!options.force) {
    throw alreadyExists(mutation, resolved.node);
  }
  if (parent === undefined) {
    throw genericError("Node / cannot be replaced");
  }
  assertPermission(mutation, options.user, resolved.node, "remove");
  assertPermission(mutation, options.user, parent, "write");
  mutation.removeNode(resolved.node, parent);
  return { parent, key: resolved.node.key };
}

function prepareMissingDestination(
  mutation: Mutation,
  resolved: MissingNode,
  options: DestinationOptions,
) {
  if (resolved.parent.type !== "map_node") {
    throw resolved.error;
  }
  if (resolved.keys.length > 1 && !options.recursive) {
    throw resolved.error;
  }
  assertPermission(mutation, options.user, resolved.parent, "write");
  let parent = resolved.parent;
  for (const key of resolved.keys.slice(0, -1)) {
    assertKey(mutation, parent, key);
    parent = mutation.createNode("map_node", parent, key);
    mutation.setAttribute(parent, "owner", yson.string(options.user));
  }
  const key = resolved.keys.at(-1) ?? "";
  assertKey(mutation, parent, key);
  return { parent, key };
}

const MAX_KEY_LENGTH = 4096;
const MAX_CHILDREN = 50_000;

/** Limits of the cluster's masters (docs/yt-http-api.md, section 7). */
function assertKey(mutation: Mutation, parent: CypressNode, key: ByteString): void {
  if (key.length > MAX_KEY_LENGTH) {
    throw new YtError(
      ERROR_CODE.keyTooLong,
      `Map node key is longer than allowed: ${key.length} > ${MAX_KEY_LENGTH}`,
    );
  }
  if (mutation.stateOf(parent).children.size >= MAX_CHILDREN) {
    throw new YtError(
      ERROR_CODE.tooManyChildren,
      `Too many children for node ${mutation.pathOf(parent)}: limit ${MAX_CHILDREN}`,
    );
  }
}

/** Gives a new node its owner, the content it starts with, and the attributes asked for. */
export function initialize(
  mutation: Mutation,
  node: CypressNode,
  user: ByteString,
  attributes: YsonMap,
): void {
  mutation.setAttribute(node, "owner", yson.string(user));
  if (node.type === "file") {
    mutation.setContent(node, { chunks: [], md5: EMPTY_MD5 });
  }
  const { value, rest } = initialValue(node.type, attributes);
  inheritSettings(mutation, node, rest);
  if (value !== undefined) {
    mutation.setValue(node, value);
  }
  for (const [name, attribute] of rest) {
    changeAttribute(mutation, node, [name], attribute);
  }
}

/** Some types take their value as an attribute of `create`. */
function initialValue(
  type: CypressNode["type"],
  attributes: YsonMap,
): { readonly value: YsonValue | undefined; readonly rest: YsonMap } {
  const rest = new Map(attributes);
  const take = (name: string) => {
    const value = rest.get(name);
    rest.delete(name);
    return value;
  };
  if (isSystemType(type)) {
    return { value: undefined, rest };
  }
  switch (type) {
    case "map_node":
    case "file":
    case "table":
      return { value: undefined, rest };
    case "link": {
      const target = take("target_path");
      if (target === undefined) {
        throw genericError('Attribute "target_path" is missing');
      }
      return { value: target, rest };
    }
    case "document":
      return { value: take("value") ?? yson.entity, rest };
    case "string_node":
      return { value: yson.string(""), rest };
    case "int64_node":
      return { value: yson.int64(0), rest };
    case "uint64_node":
      return { value: yson.uint64(0), rest };
    case "double_node":
      return { value: yson.double(0), rest };
    case "boolean_node":
      return { value: yson.boolean(false), rest };
  }
}

/** Files and tables keep how they are stored, as the folders above them say. */
function inheritSettings(mutation: Mutation, node: CypressNode, given: YsonMap): void {
  const parent = mutation.findParent(node);
  if (parent === undefined || (node.type !== "file" && node.type !== "table")) {
    return;
  }
  for (const [name, value] of inheritedSettings(mutation, parent)) {
    if (!given.has(name)) {
      mutation.setAttribute(node, name, value);
    }
  }
}

/** The node at a path, which may be a link itself. */
export function findExisting(
  mutation: Mutation,
  path: CypressPath,
  method: string,
): CypressNode | undefined {
  const resolved = resolve(mutation, path, { followLast: false, method });
  return resolved.type === "node" ? resolved.node : undefined;
}

/** @throws {YtError} for a type that is not emulated */
function nodeType(name: ByteString): NodeType {
  const type = NODE_TYPES.find((known) => known === name);
  if (type === undefined) {
    throw notEmulatedError(`nodes of type "${name}"`);
  }
  return type;
}

/** The error of making a node where one is. */
export function alreadyExists(mutation: Mutation, node: CypressNode): YtError {
  return new YtError(ERROR_CODE.alreadyExists, `Node ${mutation.pathOf(node)} already exists`);
}

function typeMismatch(mutation: Mutation, node: CypressNode, type: NodeType): YtError {
  return new YtError(
    ERROR_CODE.alreadyExists,
    `${mutation.pathOf(node)} already exists and has type "${node.type}" ` +
      `while node of "${type}" type is about to be created`,
  );
}
