/**
 * What is under `//sys` on every cluster (cell_master/world_initializer.cpp): virtual maps of accounts,
 * users, transactions and so on. Most are empty here: there are no machines, tablets or chunk servers.
 */
import { createId } from "../objects/ids.ts";
import type { CypressNode } from "../objects/node.ts";
import { BLANK_STATE } from "../objects/node.ts";
import { isSystemMap } from "../objects/system-types.ts";
import type { SystemType } from "../objects/system-types.ts";
import type { ClusterObjects } from "./cluster-objects.ts";
import { View } from "./view.ts";

/** Maps under `//sys`, and the objects that each has from the beginning. */
interface SystemMap {
  readonly type: SystemType | "map_node";
  /** Type of what it holds. */
  readonly itemType?: SystemType;
  readonly items?: readonly string[];
}

/** Names of accounts, users and groups: yt/client/security_client/public.cpp. */
const SYSTEM_MAPS: Readonly<Record<string, SystemMap>> = {
  accounts: {
    type: "account_map",
    itemType: "account",
    items: ["root", "sys", "tmp", "intermediate", "chunk_wise_accounting_migration", "sequoia"],
  },
  users: {
    type: "user_map",
    itemType: "user",
    items: [
      "root",
      "guest",
      "job",
      "scheduler",
      "replicator",
      "owner",
      "file_cache",
      "operations_cleaner",
      "operations_client",
      "tablet_cell_changelogger",
      "tablet_cell_snapshotter",
      "table_mount_informer",
      "alien_cell_synchronizer",
      "queue_agent",
      "tablet_balancer",
    ],
  },
  groups: {
    type: "group_map",
    itemType: "group",
    items: ["everyone", "users", "superusers"],
  },
  media: { type: "medium_map", itemType: "domestic_medium", items: ["default"] },
  pool_trees: {
    type: "scheduler_pool_tree_map",
    itemType: "scheduler_pool_tree",
    items: ["default"],
  },
  tablet_cell_bundles: {
    type: "tablet_cell_bundle_map",
    itemType: "tablet_cell_bundle",
    items: ["default"],
  },
  transactions: { type: "transaction_map" },
  topmost_transactions: { type: "topmost_transaction_map" },
  locks: { type: "lock_map" },
  chunks: { type: "chunk_map" },
  lost_chunks: { type: "lost_chunk_map" },
  lost_vital_chunks: { type: "lost_vital_chunk_map" },
  chunk_lists: { type: "chunk_list_map" },
  tablet_cells: { type: "tablet_cell_map" },
  tablets: { type: "tablet_map" },
  tablet_actions: { type: "tablet_action_map" },
  cluster_nodes: { type: "cluster_node_map" },
  data_nodes: { type: "data_node_map" },
  exec_nodes: { type: "exec_node_map" },
  tablet_nodes: { type: "tablet_node_map" },
  hosts: { type: "host_map" },
  racks: { type: "rack_map" },
  data_centers: { type: "data_center_map" },
  network_projects: { type: "network_project_map" },
  portal_entrances: { type: "portal_entrance_map" },
  portal_exits: { type: "portal_exit_map" },
  http_proxies: { type: "map_node" },
  rpc_proxies: { type: "map_node" },
  scheduler: { type: "map_node" },
  controller_agents: { type: "map_node" },
  operations: { type: "map_node" },
  primary_masters: { type: "map_node" },
  secondary_masters: { type: "map_node" },
  cypress_tokens: { type: "map_node" },
};

/**
 * Adds to the objects in memory what every cluster has. None of it goes to disk until something is
 * changed in it (`system-records.ts`), so that it may differ from release to release.
 */
export function addSystemNodes(objects: ClusterObjects): void {
  const view = new View(objects, undefined);
  const sys = view.findChild(view.root, "sys");
  if (sys?.type !== "map_node") {
    return;
  }
  for (const [name, { type, items = [], itemType = "account" }] of Object.entries(SYSTEM_MAPS)) {
    const map = view.findChild(sys, name) ?? addNode(objects, sys, name, type);
    for (const item of items) {
      if (map.type === type && view.findChild(map, item) === undefined) {
        addNode(objects, map, item, itemType);
      }
    }
  }
}

function addNode(
  objects: ClusterObjects,
  parent: CypressNode,
  key: string,
  type: SystemMap["type"],
): CypressNode {
  const { creationTime, trunk = BLANK_STATE } = parent;
  const node: CypressNode = {
    id: createId(type),
    type,
    parentId: parent.id,
    key,
    creationTime,
    trunk: { ...BLANK_STATE, modificationTime: creationTime },
    accessTime: creationTime,
    isOnlyInMemory: true,
  };
  objects.nodes.set(node.id, node);
  parent.trunk = { ...trunk, children: new Map([...trunk.children, [key, node.id]]) };
  return node;
}

/** Whether a node is one that a cluster always has: it cannot be removed. */
export function isBuiltin(view: View, node: CypressNode): boolean {
  const parent = view.findParent(node);
  if (parent === undefined) {
    return node.parentId === undefined;
  }
  const name = view.pathOf(parent);
  if (name === "/") {
    return node.key === "sys";
  }
  const items = SYSTEM_MAPS[parent.key]?.items ?? [];
  return name === "//sys"
    ? node.key in SYSTEM_MAPS
    : isSystemMap(parent.type) && items.includes(node.key);
}
