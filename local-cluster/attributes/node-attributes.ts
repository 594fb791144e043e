/**
 * Attributes of every node: `TNontemplateCypressNodeProxyBase::ListSystemAttributes` in
 * cypress_server/node_proxy_detail.cpp. There are no portals and no shards.
 */
import type { View } from "../cypress/view.ts";
import type { CypressNode } from "../objects/node.ts";
import { timestamp } from "../objects/time.ts";
import { genericError } from "../errors/yt-error.ts";
import * as yson from "../../common/yson/value.ts";
import type { YsonValue } from "../../common/yson/value.ts";
import { assertAccount } from "../security/accounts.ts";
import { lockMode, locksValue } from "./lock-attributes.ts";
import { recursiveUsageOf, usageOf, usageValue } from "./resource-usage.ts";
import { computed, constant, expectType, lazy, stored } from "./system-attribute.ts";
import type { AttributeReader, AttributeTable, SystemAttribute } from "./system-attribute.ts";

/** Those of every node, beside those of every object. */
export const NODE_ATTRIBUTES: AttributeTable = {
  parent_id: computed((view, node) => idOf(view.findParent(node))),
  external: constant(yson.boolean(false)),
  locks: lazy(locksValue),
  lock_count: computed((view, node) => yson.int64(view.objects.locks.onNode(node.id).length)),
  lock_mode: computed(lockMode),
  path: lazy((view, node) => yson.string(view.pathOf(node))),
  key: computed((_view, node) => keyOf(node)),
  expiration_time: expiration("expiration_time"),
  expiration_timeout: expiration("expiration_timeout"),
  effective_expiration: lazy((view, node) =>
    yson.map({
      time: effective(view, node, "expiration_time"),
      timeout: effective(view, node, "expiration_timeout"),
    }),
  ),
  creation_time: computed((_view, node) => yson.string(node.creationTime)),
  modification_time: computed((_view, _node, state) => yson.string(state.modificationTime)),
  access_time: computed((_view, node) => yson.string(node.accessTime)),
  access_counter: computed((_view, node) => yson.int64(node.accessCounter ?? 0)),
  touch_time: computed((_view, node) => yson.string(node.touchTime ?? node.accessTime)),
  resource_usage: computed((_view, _node, state) => usageValue(usageOf(state))),
  recursive_resource_usage: lazy((view, node) => usageValue(recursiveUsageOf(view, node))),
  account: {
    read: (view, node) => view.accountOf(node),
    validate: (value, view) => assertAccount(view, value),
    outsideTransactions: true,
  },
  opaque: {
    read: stored("opaque", yson.boolean(false)),
    validate: expectType("opaque", "boolean"),
    removable: true,
    outsideTransactions: true,
  },
  resolve_cached: constant(yson.boolean(false)),
  annotation: {
    read: (view, node) => nearest(view, node, "annotation")?.value ?? yson.entity,
    validate: (value) => {
      if (value.type !== "entity") {
        expectText(value);
      }
    },
    removable: true,
    lazy: true,
  },
  annotation_path: lazy((view, node) => {
    const found = nearest(view, node, "annotation");
    return found === undefined ? yson.entity : yson.string(view.pathOf(found.node));
  }),
};

const expectText = (value: YsonValue) => {
  if (value.type !== "string") {
    throw genericError(`Annotation must be a string, actual type "${value.type}"`);
  }
};

function keyOf(node: CypressNode): YsonValue | undefined {
  return node.parentId === undefined ? undefined : yson.string(node.key);
}

function idOf(node: CypressNode | undefined): YsonValue | undefined {
  return node === undefined ? undefined : yson.string(node.id);
}

function expiration(name: "expiration_time" | "expiration_timeout"): SystemAttribute {
  const isTime = name === "expiration_time";
  const validate = (value: YsonValue, view: View, node: CypressNode) => {
    if (node.id === view.objects.rootId) {
      throw genericError(`Cannot set "${name}" for the root`);
    }
    if (value.type === "int64" || value.type === "uint64") {
      if (value.value < 0n) {
        throw genericError(`${isTime ? "Instant" : "Duration"} cannot be negative`);
      }
      return;
    }
    if (!isTime || value.type !== "string" || Number.isNaN(Date.parse(value.value))) {
      const wanted = isTime ? "a time or a number of milliseconds" : "a number of milliseconds";
      throw genericError(`Attribute "${name}" must be ${wanted}`);
    }
  };
  const read: AttributeReader = (_view, _node, { attributes }) => {
    const value = attributes.get(name);
    const isNumber = value?.type === "int64" || value?.type === "uint64";
    return isTime && isNumber ? yson.string(timestamp(Number(value.value))) : value;
  };
  return { read, validate, removable: true };
}

/** The setting of the node or of the nearest one above it, and whose it is. */
function effective(view: View, node: CypressNode, name: string): YsonValue {
  const found = nearest(view, node, name);
  return found === undefined
    ? yson.entity
    : yson.map({ value: found.value, path: yson.string(view.pathOf(found.node)) });
}

function nearest(view: View, node: CypressNode, name: string) {
  for (let current: CypressNode | undefined = node; current !== undefined;) {
    const value = view.stateOf(current).attributes.get(name);
    if (value !== undefined && value.type !== "entity") {
      return { node: current, value };
    }
    current = view.findParent(current);
  }
  return undefined;
}
