/**
 * Types of the objects under `//sys` that are no nodes on a real cluster. Here they are: then they
 * are listed, read, kept on disk and addressed by `#<id>` like everything else.
 */

/**
 * Number of each type, the low 16 bits of its ids (`EObjectType` in
 * yt/client/object_client/public.h).
 */
export const SYSTEM_TYPE_NUMBER = {
  account_map: 414,
  account: 500,
  user_map: 415,
  user: 501,
  group_map: 416,
  group: 502,
  medium_map: 409,
  domestic_medium: 408,
  transaction_map: 407,
  topmost_transaction_map: 418,
  lock_map: 422,
  scheduler_pool_tree_map: 1003,
  scheduler_pool_tree: 1002,
  cluster_node_map: 807,
  data_node_map: 808,
  exec_node_map: 809,
  tablet_node_map: 810,
  host_map: 813,
  rack_map: 801,
  data_center_map: 806,
  chunk_map: 402,
  lost_chunk_map: 403,
  lost_vital_chunk_map: 413,
  chunk_list_map: 406,
  tablet_cell_map: 710,
  tablet_cell_bundle_map: 707,
  tablet_cell_bundle: 706,
  tablet_map: 703,
  tablet_action_map: 712,
  network_project_map: 426,
  portal_entrance_map: 11_002,
  portal_exit_map: 11_003,
} as const;

/** One of them. */
export type SystemType = keyof typeof SYSTEM_TYPE_NUMBER;

/** All of them. */
export const SYSTEM_TYPES: readonly SystemType[] =
  Object.keys(SYSTEM_TYPE_NUMBER).filter(isSystemType);

/** Whether a type is one of `//sys` and no node on a real cluster. */
export function isSystemType(type: string): type is SystemType {
  return type in SYSTEM_TYPE_NUMBER;
}

/** Whether nodes of the type hold others: virtual maps on a real cluster. */
export function isSystemMap(type: string): boolean {
  return isSystemType(type) && type.endsWith("_map");
}
