/**
 * Attributes of accounts, users and groups, and of what else is under `//sys`: `ListSystemAttributes`
 * in security_server/account_proxy.cpp, user_proxy.cpp, group_proxy.cpp.
 */
import type { View } from "../cypress/view.ts";
import type { CypressNode, NodeState } from "../objects/node.ts";
import type { SystemType } from "../objects/system-types.ts";
import * as yson from "../../common/yson/value.ts";
import { asBoolean } from "../../common/yson/value.ts";
import type { YsonValue } from "../../common/yson/value.ts";
import { isOverLimit } from "../security/quota.ts";
import type { LimitedResource } from "../security/quota.ts";
import { usageOfAccount, usageValue } from "./resource-usage.ts";
import { assertMayBeBanned } from "../security/users.ts";
import { computed, constant, expectType, lazy, setting, stored } from "./system-attribute.ts";
import type { AttributeTable } from "./system-attribute.ts";

const NAME: AttributeTable = { name: computed((_view, node) => yson.string(node.key)) };

const accountUsage = computed((view, node) => usageValue(usageOfAccount(view, node.key)));

const ACCOUNT: AttributeTable = {
  ...NAME,
  parent_name: {
    read: (_view, node, state) =>
      node.key === "root"
        ? undefined
        : (state.attributes.get("parent_name") ?? yson.string("root")),
    validate: () => undefined,
  },
  resource_usage: accountUsage,
  committed_resource_usage: accountUsage,
  recursive_resource_usage: accountUsage,
  recursive_committed_resource_usage: accountUsage,
  resource_limits: setting("resource_limits", "map", defaultLimits()),
  violated_resource_limits: lazy(violatedLimits),
  recursive_violated_resource_limits: lazy(violatedLimits),
  total_children_resource_limits: lazy(() => limits(0)),
  allow_children_limit_overcommit: setting(
    "allow_children_limit_overcommit",
    "boolean",
    yson.boolean(false),
  ),
  merge_job_rate_limit: constant(yson.int64(0)),
  allow_using_chunk_merger: setting("allow_using_chunk_merger", "boolean", yson.boolean(false)),
};

const MEMBER: AttributeTable = {
  member_of: computed((view, node) => yson.strings(groupsOf(view, node))),
  member_of_closure: lazy((view, node) => yson.strings(groupsOf(view, node))),
};

const USER: AttributeTable = {
  ...NAME,
  ...MEMBER,
  banned: {
    read: stored("banned", yson.boolean(false)),
    validate: (value, _view, { key }) => {
      expectType("banned", "boolean")(value);
      if (asBoolean(value) === true) {
        assertMayBeBanned(key);
      }
    },
  },
  read_request_rate_limit: setting("read_request_rate_limit", "int64", yson.int64(100)),
  write_request_rate_limit: setting("write_request_rate_limit", "int64", yson.int64(100)),
  request_queue_size_limit: setting("request_queue_size_limit", "int64", yson.int64(100)),
  usable_accounts: lazy((view) => yson.strings(namesIn(view, "accounts"))),
  usable_network_projects: lazy(() => yson.list([])),
  usable_tablet_cell_bundles: lazy((view) => yson.strings(namesIn(view, "tablet_cell_bundles"))),
  password_revision: constant(yson.uint64(0)),
  last_seen_time: computed((_view, node) => yson.string(node.creationTime)),
};

const GROUP: AttributeTable = {
  ...NAME,
  ...MEMBER,
  members: computed((view, node) => yson.strings(membersOf(view, node))),
};

const MEDIUM: AttributeTable = {
  ...NAME,
  index: constant(yson.int64(0)),
  priority: constant(yson.int64(0)),
  transient: constant(yson.boolean(false)),
  cache: constant(yson.boolean(false)),
  domestic: constant(yson.boolean(true)),
  config: { read: stored("config", yson.map({})), validate: () => undefined },
};

/** By type of object. */
export const SYSTEM_OBJECT_ATTRIBUTES: Readonly<Partial<Record<SystemType, AttributeTable>>> = {
  account: ACCOUNT,
  user: USER,
  group: GROUP,
  domestic_medium: MEDIUM,
  scheduler_pool_tree: NAME,
  tablet_cell_bundle: NAME,
};

/** Enough for anything: only limits that somebody has set are held (`security/quota.ts`). */
function defaultLimits(): YsonValue {
  return limits(10 ** 15);
}

function limits(count: number): YsonValue {
  const number = yson.int64(count);
  return yson.map({
    node_count: number,
    chunk_count: number,
    tablet_count: number,
    tablet_static_memory: number,
    disk_space_per_medium: yson.map(count === 0 ? {} : { default: number }),
    disk_space: number,
    master_memory: yson.map({ total: number, chunk_host: number, per_cell: yson.map({}) }),
  });
}

function violatedLimits(view: View, node: CypressNode, state: NodeState): YsonValue {
  const usage = usageOfAccount(view, node.key);
  const limit = state.attributes.get("resource_limits");
  const isOver = (resource: LimitedResource) =>
    yson.boolean(isOverLimit(usage[resource], limit, resource));
  return yson.map({
    node_count: isOver("nodeCount"),
    chunk_count: isOver("chunkCount"),
    disk_space: isOver("diskSpace"),
    tablet_count: yson.boolean(false),
    tablet_static_memory: yson.boolean(false),
    master_memory: yson.boolean(false),
  });
}

/** Everybody is in `everyone` and all but guests in `users`; who is a superuser is not emulated. */
function membersOf(view: View, group: CypressNode): string[] {
  if (group.key === "everyone") {
    return namesIn(view, "users");
  }
  return group.key === "users" ? namesIn(view, "users").filter((name) => name !== "guest") : [];
}

function groupsOf(view: View, member: CypressNode): string[] {
  return namesIn(view, "groups").filter((name) => {
    const group = findIn(view, "groups", name);
    return group !== undefined && membersOf(view, group).includes(member.key);
  });
}

function namesIn(view: View, map: string): string[] {
  const sys = view.findChild(view.root, "sys");
  const found = sys === undefined ? undefined : view.findChild(sys, map);
  return found === undefined ? [] : [...view.stateOf(found).children.keys()];
}

function findIn(view: View, map: string, name: string): CypressNode | undefined {
  const sys = view.findChild(view.root, "sys");
  const found = sys === undefined ? undefined : view.findChild(sys, map);
  return found === undefined ? undefined : view.findChild(found, name);
}
