/** `get`, `list` and `exists`. */
import {
  allAttributes,
  findAttributePart,
  noSuchAttribute,
  pickAttributes,
} from "../attributes/access.ts";
import type { CypressNode } from "../objects/node.ts";
import type { CypressPath } from "../cypress/path.ts";
import { findIn, noSuchKey } from "../cypress/nested.ts";
import { resolve, resolveError, resolveNode } from "../cypress/resolve.ts";
import type { FoundNode } from "../cypress/resolve.ts";
import { timestampNow } from "../objects/time.ts";
import type { View } from "../cypress/view.ts";
import type { YtError } from "../errors/yt-error.ts";
import { genericError } from "../errors/yt-error.ts";
import { assertPermission } from "../security/permission.ts";
import type { ByteString } from "../yson/byte-string.ts";
import * as yson from "../yson/value.ts";
import type { YsonValue } from "../yson/value.ts";
import { bare, noSuchMethod, single } from "./command.ts";
import type { CommandContext, Output } from "./command.ts";
import { existsObject, findObject, getObjectAttributes } from "./objects.ts";

/** `get`: a node with everything below it, or attributes. */
export function get(context: CommandContext): Output {
  const path = context.parameters.path("path");
  const names = context.parameters.attributeNames();
  const object = findObject(context, path);
  if (object !== undefined) return answer(context, getObjectAttributes(object, path));
  const view = context.view();
  const found = resolveNode(view, path, { method: "Get" });
  assertPermission(view, context.user, found.node, "read");
  found.node.accessTime = timestampNow();
  return answer(context, readFound(view, found, path, names));
}

function readFound(
  view: View,
  found: FoundNode,
  path: CypressPath,
  names: readonly ByteString[],
): YsonValue {
  switch (found.suffix.type) {
    case "none":
      return readInner(view, found, path, names);
    case "attribute":
      // Of all attributes only the named ones, where some are named: the Python client asks so.
      if (found.suffix.keys.length === 0 && names.length > 0) {
        return yson.map(pickAttributes(view, found.node, names));
      }
      return readAttribute(view, found, found.suffix.keys, path);
    case "all attributes":
    case "all children":
      throw genericError(`Unexpected "asterisk" token "*" in YPath`);
  }
}

function readInner(
  view: View,
  found: FoundNode,
  path: CypressPath,
  names: readonly ByteString[],
): YsonValue {
  const value = nodeValue(view, found.node, names);
  if (found.inner.length === 0) return value;
  const part = findIn(value, found.inner);
  if (part === undefined) throw notIn(found, path, "Get");
  return part;
}

function readAttribute(
  view: View,
  found: FoundNode,
  keys: readonly ByteString[],
  path: CypressPath,
): YsonValue {
  const [name] = keys;
  if (name === undefined) return yson.map(allAttributes(view, found.node));
  const value = findAttributePart(view, found.node, keys);
  if (value === undefined) throw resolveError(path.text, "Get", noSuchAttribute(name));
  return value;
}

/** A map shows what is in it, a scalar its value; files and the like are opaque. */
function nodeValue(view: View, node: CypressNode, names: readonly ByteString[]): YsonValue {
  const value = opaqueValue(view, node, names);
  return names.length === 0 ? value : yson.withAttributes(value, pickAttributes(view, node, names));
}

function opaqueValue(view: View, node: CypressNode, names: readonly ByteString[]): YsonValue {
  switch (node.type) {
    case "map_node": {
      const children = [...view.stateOf(node).children];
      return yson.map(
        new Map(children.map(([key, id]) => [key, nodeValue(view, view.getNode(id), names)])),
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

/** `list`: the names in a map, or of attributes. */
export function list(context: CommandContext): Output {
  const path = context.parameters.path("path");
  const view = context.view();
  const found = resolveNode(view, path, { method: "List" });
  assertPermission(view, context.user, found.node, "read");
  found.node.accessTime = timestampNow();
  return answer(context, listFound(context, view, found, path));
}

function listFound(
  context: CommandContext,
  view: View,
  found: FoundNode,
  path: CypressPath,
): YsonValue {
  if (found.suffix.type === "attribute") {
    const value = readAttribute(view, found, found.suffix.keys, path);
    return yson.list(keysOf(value, "List").map(yson.string));
  }
  if (found.suffix.type !== "none") throw genericError(`Unexpected "asterisk" token "*" in YPath`);
  if (found.node.type !== "map_node") {
    if (found.node.type === "document") {
      return yson.list(keysOf(readInner(view, found, path, []), "List").map(yson.string));
    }
    throw noSuchMethod("List", `node ${view.pathOf(found.node)} of type "${found.node.type}"`);
  }
  const names = context.parameters.attributeNames();
  const maxSize = context.parameters.findInteger("max_size") ?? Number.POSITIVE_INFINITY;
  const children = [...view.stateOf(found.node).children];
  const items = children.slice(0, Math.max(0, maxSize)).map(([key, id]) => {
    return yson.withAttributes(yson.string(key), pickAttributes(view, view.getNode(id), names));
  });
  const all = yson.list(items);
  if (items.length === children.length) return all;
  return yson.withAttributes(all, new Map([["incomplete", yson.boolean(true)]]));
}

function keysOf(value: YsonValue, method: string): ByteString[] {
  if (value.type !== "map") throw noSuchMethod(method, `a value of type "${value.type}"`);
  return [...value.entries.keys()];
}

/** `exists`: never fails for what is only missing. */
export function exists(context: CommandContext): Output {
  const path = context.parameters.path("path");
  const object = findObject(context, path);
  if (object !== undefined) return single("value", yson.boolean(existsObject(object, path)));
  const view = context.view();
  // A dangling link is not there; the link itself is, as `//link&`.
  const found = resolve(view, path, { method: "Exists" });
  return single("value", yson.boolean(found.type === "node" && existsIn(view, found)));
}

function existsIn(view: View, found: FoundNode): boolean {
  if (found.suffix.type === "attribute" && found.suffix.keys.length > 0) {
    return findAttributePart(view, found.node, found.suffix.keys) !== undefined;
  }
  if (found.inner.length === 0) return true;
  const value = view.stateOf(found.node).value;
  return value !== undefined && findIn(value, found.inner) !== undefined;
}

function answer(context: CommandContext, value: YsonValue): Output {
  const bareAnswer = context.parameters.boolean("return_only_value");
  return bareAnswer ? bare(value) : single("value", value);
}

function notIn(found: FoundNode, path: CypressPath, method: string): YtError {
  return resolveError(path.text, method, noSuchKey(found.inner.at(-1) ?? ""));
}
