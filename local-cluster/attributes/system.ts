/** The built-in attributes that a node has, by its type. Anything else is an attribute of its user's. */
import type { CypressNode } from "../objects/node.ts";
import { isSystemMap, isSystemType } from "../objects/system-types.ts";
import type { View } from "../cypress/view.ts";
import type { ByteString } from "../../common/yson/byte-string.ts";
import * as yson from "../../common/yson/value.ts";
import type { YsonMap } from "../../common/yson/value.ts";
import { CHUNK_OWNER_ATTRIBUTES, FILE_ATTRIBUTES, LINK_ATTRIBUTES } from "./content-attributes.ts";
import { NODE_ATTRIBUTES } from "./node-attributes.ts";
import { OBJECT_ATTRIBUTES } from "./object-attributes.ts";
import { SYSTEM_OBJECT_ATTRIBUTES } from "./security-attributes.ts";
import { INHERITABLE_ATTRIBUTES } from "./storage-settings.ts";
import { computed, lazy } from "./system-attribute.ts";
import type { AttributeTable, SystemAttribute } from "./system-attribute.ts";
import { TABLE_ATTRIBUTES } from "./tables.ts";
import { childCount } from "./virtual-children.ts";

/** Lists of attributes, which need to know all the others. */
const LISTS: AttributeTable = {
  user_attribute_keys: computed((view, node) => yson.strings(userAttributes(view, node).keys())),
  opaque_attribute_keys: lazy((_view, node) =>
    yson.strings(
      [...systemAttributes(node)].flatMap(([name, { lazy: isLazy }]) =>
        isLazy === true ? [name] : [],
      ),
    ),
  ),
  user_attributes: lazy((view, node) => yson.map(userAttributes(view, node))),
};

const COUNT: AttributeTable = { count: computed(childCount) };

const TABLES = new Map<CypressNode["type"], ReadonlyMap<ByteString, SystemAttribute>>();

/** The built-in attribute of a name, or undefined for any other name. */
export function findSystemAttribute(
  node: CypressNode,
  name: ByteString,
): SystemAttribute | undefined {
  return systemAttributes(node).get(name);
}

/** All built-in attributes of a node, by name. */
export function systemAttributes(node: CypressNode): ReadonlyMap<ByteString, SystemAttribute> {
  const known = TABLES.get(node.type);
  if (known !== undefined) {
    return known;
  }
  const parts = [OBJECT_ATTRIBUTES, NODE_ATTRIBUTES, ...ownTables(node.type), LISTS];
  const table = new Map(parts.flatMap((part) => Object.entries(part)));
  TABLES.set(node.type, table);
  return table;
}

/** Attributes that are not built in. */
export function userAttributes(view: View, node: CypressNode): YsonMap {
  const system = systemAttributes(node);
  return new Map([...view.stateOf(node).attributes].filter(([name]) => !system.has(name)));
}

function ownTables(type: CypressNode["type"]): readonly AttributeTable[] {
  if (isSystemType(type)) {
    return isSystemMap(type) ? [COUNT] : [SYSTEM_OBJECT_ATTRIBUTES[type] ?? {}];
  }
  switch (type) {
    case "map_node":
      return [COUNT, INHERITABLE_ATTRIBUTES];
    case "file":
      return [CHUNK_OWNER_ATTRIBUTES, FILE_ATTRIBUTES];
    case "table":
      return [CHUNK_OWNER_ATTRIBUTES, TABLE_ATTRIBUTES];
    case "link":
      return [LINK_ATTRIBUTES];
    case "document":
    case "string_node":
    case "int64_node":
    case "uint64_node":
    case "double_node":
    case "boolean_node":
      return [];
  }
}
