/** The commands `get`, `list` and `exists`. */
import {
  allAttributes,
  findAttribute,
  findAttributePart,
  noSuchAttribute,
  pickAttributes,
} from "../attributes/access.ts";
import { findLiveObject, virtualChildren } from "../attributes/virtual-children.ts";
import type { CypressNode } from "../objects/node.ts";
import { isIssuedId } from "../objects/ids.ts";
import { isSystemMap, isSystemType } from "../objects/system-types.ts";
import type { CypressPath } from "../cypress/path.ts";
import { findPart, noSuchKey } from "../cypress/nested.ts";
import { resolve, resolveError, resolveNode } from "../cypress/resolve.ts";
import type { FoundNode } from "../cypress/resolve.ts";
import type { View } from "../cypress/view.ts";
import type { YtError } from "../errors/yt-error.ts";
import { genericError } from "../errors/yt-error.ts";
import { assertPermission } from "../security/permission.ts";
import type { ByteString } from "../../common/yson/byte-string.ts";
import * as yson from "../../common/yson/value.ts";
import type { YsonMap, YsonValue } from "../../common/yson/value.ts";
import { valueOutput, noSuchMethod, fieldOutput } from "./command.ts";
import type { CommandContext, Output } from "./command.ts";
import { existsInLiveObject, findLiveObjectAt, getOfLiveObject } from "./live-objects.ts";

/** `get`: a node with everything below it, or attributes. */
export function get(context: CommandContext): Output {
  const path = context.parameters.path("path");
  const names = context.parameters.attributeNames();
  const view = context.view();
  const object = findLiveObjectAt(view, path);
  if (object !== undefined) {
    return readOutput(context, getOfLiveObject(object, path));
  }
  const found = resolveNode(view, path, { method: "Get" });
  assertPermission(view, context.user, found.node, "read");
  context.use(found.node, usedPart(found));
  return readOutput(context, readFound(view, found, path, names));
}

function readFound(
  view: View,
  found: FoundNode,
  path: CypressPath,
  names: readonly ByteString[],
): YsonValue {
  switch (found.suffix.type) {
    case "none":
      return readNodeOrPart(view, found, path, names);
    case "attribute":
      // The Python client asks for some attributes as `get //x/@` with their names.
      if (found.suffix.keys.length === 0 && names.length > 0) {
        return yson.map(pickAttributes(view, found.node, names));
      }
      return readAttribute(view, found, found.suffix.keys, path);
    case "all attributes":
    case "all children":
      throw genericError(`Unexpected "asterisk" token "*" in YPath`);
  }
}

function readNodeOrPart(
  view: View,
  found: FoundNode,
  path: CypressPath,
  names: readonly ByteString[],
): YsonValue {
  const value = nodeValue(view, found.node, names);
  if (found.innerKeys.length === 0) {
    return value;
  }
  const part = findPart(value, found.innerKeys);
  if (part === undefined) {
    throw missingPartError(found, path, "Get");
  }
  return part;
}

function readAttribute(
  view: View,
  found: FoundNode,
  keys: readonly ByteString[],
  path: CypressPath,
): YsonValue {
  const [name] = keys;
  if (name === undefined) {
    return yson.map(allAttributes(view, found.node));
  }
  const value = findAttributePart(view, found.node, keys);
  if (value === undefined) {
    const isThere = findAttribute(view, found.node, name) !== undefined;
    const error = isThere ? noSuchKey(keys.slice(1).join("/")) : noSuchAttribute(name);
    throw resolveError(path.text, "Get", error);
  }
  return value;
}

/** A map node is read with its children, a scalar by its value; files and links are entities. */
function nodeValue(view: View, node: CypressNode, names: readonly ByteString[]): YsonValue {
  const value = opaqueValue(view, node, names);
  return names.length === 0 ? value : yson.withAttributes(value, pickAttributes(view, node, names));
}

function opaqueValue(view: View, node: CypressNode, names: readonly ByteString[]): YsonValue {
  if (isSystemType(node.type)) {
    return systemMapValue(view, node, names);
  }
  switch (node.type) {
    case "map_node": {
      const children = [...view.stateOf(node).children];
      return yson.map(
        new Map(children.map(([key, id]) => [key, childValue(view, view.getNode(id), names)])),
      );
    }
    case "file":
    case "table":
    case "link":
      return yson.entity;
    case "document":
    case "string_node":
    case "int64_node":
    case "uint64_node":
    case "double_node":
    case "boolean_node":
      return view.stateOf(node).value ?? yson.entity;
  }
}

/** What is below a node that is read: maps under `//sys`, and what is called opaque, are not opened. */
function childValue(view: View, node: CypressNode, names: readonly ByteString[]): YsonValue {
  const opaque = findAttribute(view, node, "opaque");
  if (isSystemType(node.type) || (opaque?.type === "boolean" && opaque.value)) {
    return yson.withAttributes(yson.entity, pickAttributes(view, node, names));
  }
  return nodeValue(view, node, names);
}

function systemMapValue(view: View, node: CypressNode, names: readonly ByteString[]): YsonValue {
  const items = isSystemMap(node.type) ? [...childItems(view, node, names)] : undefined;
  return items === undefined
    ? yson.entity
    : yson.map(
        new Map(
          items.map(([key, attributes]) => [key, yson.withAttributes(yson.entity, attributes)]),
        ),
      );
}

/** The names of the children of a map, and those of their attributes that are asked for. */
function* childItems(
  view: View,
  node: CypressNode,
  names: readonly ByteString[],
): Generator<[ByteString, YsonMap]> {
  const ids = virtualChildren(view, node);
  if (ids === undefined) {
    for (const [key, id] of view.stateOf(node).children) {
      yield [key, pickAttributes(view, view.getNode(id), names)];
    }
    return;
  }
  for (const id of ids) {
    const attributes = names.length === 0 ? undefined : findLiveObject(view, id);
    yield [id, new Map([...(attributes ?? [])].filter(([name]) => names.includes(name)))];
  }
}

/**
 * `list`: the names of children, or of attributes. Here they come in the order in which they were
 * made; the cluster gives no order (docs/yt-http-api.md, section 6).
 */
export function list(context: CommandContext): Output {
  const path = context.parameters.path("path");
  const view = context.view();
  const object = findLiveObjectAt(view, path);
  if (object !== undefined) {
    return readOutput(context, yson.strings(keysOf(getOfLiveObject(object, path), "List")));
  }
  const found = resolveNode(view, path, { method: "List" });
  assertPermission(view, context.user, found.node, "read");
  context.use(found.node, usedPart(found));
  return readOutput(context, listFound(context, view, found, path));
}

function listFound(
  context: CommandContext,
  view: View,
  found: FoundNode,
  path: CypressPath,
): YsonValue {
  if (found.suffix.type === "attribute") {
    const value = readAttribute(view, found, found.suffix.keys, path);
    return yson.strings(keysOf(value, "List"));
  }
  if (found.suffix.type !== "none") {
    throw genericError(`Unexpected "asterisk" token "*" in YPath`);
  }
  if (found.node.type !== "map_node" && !isSystemMap(found.node.type)) {
    if (found.node.type === "document") {
      return yson.strings(keysOf(readNodeOrPart(view, found, path, []), "List"));
    }
    throw noSuchMethod("List", `node ${view.pathOf(found.node)} of type "${found.node.type}"`);
  }
  const names = context.parameters.attributeNames();
  const maxSize = context.parameters.findInteger("max_size") ?? Number.POSITIVE_INFINITY;
  const items: YsonValue[] = [];
  let isComplete = true;
  for (const [key, attributes] of childItems(view, found.node, names)) {
    if (items.length >= maxSize) {
      isComplete = false;
      break;
    }
    items.push(yson.withAttributes(yson.string(key), attributes));
  }
  const all = yson.list(items);
  if (isComplete) {
    return all;
  }
  return yson.withAttributes(all, new Map([["incomplete", yson.boolean(true)]]));
}

function keysOf(value: YsonValue, method: string): ByteString[] {
  if (value.type !== "map") {
    throw noSuchMethod(method, `a value of type "${value.type}"`);
  }
  return [...value.entries.keys()];
}

/** `exists`: a missing path is an answer and no error. */
export function exists(context: CommandContext): Output {
  const path = context.parameters.path("path");
  const view = context.view();
  const object = findLiveObjectAt(view, path);
  if (object !== undefined) {
    return fieldOutput("value", yson.boolean(existsInLiveObject(object, path)));
  }
  if (path.objectId !== undefined && isGone(view, path.objectId)) {
    return fieldOutput("value", yson.boolean(false));
  }
  // False for a link to nothing; the link itself, `//link&`, exists.
  const found = resolve(view, path, { method: "Exists" });
  if (found.type === "missing") {
    return fieldOutput("value", yson.boolean(false));
  }
  context.use(found.node, "attributes or existence");
  return fieldOutput("value", yson.boolean(existsIn(view, found)));
}

/** Whether the cluster may have issued the id, and has nothing of it; others are an error. */
function isGone(view: View, id: string): boolean {
  return isIssuedId(id) && !view.objects.nodes.has(id);
}

function existsIn(view: View, found: FoundNode): boolean {
  if (found.suffix.type === "attribute" && found.suffix.keys.length > 0) {
    return findAttributePart(view, found.node, found.suffix.keys) !== undefined;
  }
  if (found.innerKeys.length === 0) {
    return true;
  }
  const value = view.stateOf(found.node).value;
  return value !== undefined && findPart(value, found.innerKeys) !== undefined;
}

function usedPart({ suffix }: FoundNode): "node" | "attributes or existence" {
  return suffix.type === "attribute" ? "attributes or existence" : "node";
}

function readOutput(context: CommandContext, value: YsonValue): Output {
  const onlyValue = context.parameters.boolean("return_only_value");
  return onlyValue ? valueOutput(value) : fieldOutput("value", value);
}

function missingPartError(found: FoundNode, path: CypressPath, method: string): YtError {
  return resolveError(path.text, method, noSuchKey(found.innerKeys.at(-1) ?? ""));
}
