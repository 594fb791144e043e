/**
 * What nodes and accounts use, as `SerializeRichClusterResources` in security_server/cluster_resources.cpp
 * shows it. Disk space counts every replica, though the emulator keeps one. The memory of masters, of
 * which there are none, is a guess of the right order.
 */
import type { View } from "../cypress/view.ts";
import type { CypressNode, NodeState } from "../objects/node.ts";
import * as yson from "../../common/yson/value.ts";
import type { YsonValue } from "../../common/yson/value.ts";
import { dataSize } from "./data-size.ts";

/** What is counted. */
export interface ResourceUsage {
  readonly nodeCount: number;
  readonly chunkCount: number;
  /** Bytes, of all replicas. */
  readonly diskSpace: number;
  /** Bytes. */
  readonly masterMemory: number;
}

const NOTHING: ResourceUsage = { nodeCount: 0, chunkCount: 0, diskSpace: 0, masterMemory: 0 };
const MEMORY_OF_NODE = 512;
const MEMORY_OF_CHUNK = 256;

/** What a node uses itself. */
export function usageOf(state: NodeState): ResourceUsage {
  const chunkCount = state.content?.chunks.length ?? 0;
  return {
    nodeCount: 1,
    chunkCount,
    diskSpace: dataSize(state) * replicasOf(state),
    masterMemory: MEMORY_OF_NODE + MEMORY_OF_CHUNK * chunkCount,
  };
}

/** What a node and everything below it use. */
export function recursiveUsageOf(view: View, node: CypressNode): ResourceUsage {
  return sumOf(Array.from(view.subtree(node), (below) => usageOf(view.stateOf(below))));
}

/** What everything that is charged to an account uses; only what is committed counts. */
export function usageOfAccount(view: View, account: string): ResourceUsage {
  const charged: NodeState[] = [];
  for (const node of view.objects.nodes.values()) {
    const name = view.accountOf(node);
    if (node.trunk !== undefined && name.type === "string" && name.value === account) {
      charged.push(node.trunk);
    }
  }
  return usageTogether(charged);
}

/**
 * What nodes of one account use: a chunk that several of them share counts once, with the most replicas that one of
 * them wants (`test_disk_space_limits4` and `5` in tests/integration/master/test_accounts.py).
 */
export function usageTogether(states: readonly NodeState[]): ResourceUsage {
  const spaces = new Map<string, number>();
  for (const state of states) {
    const replicas = replicasOf(state);
    for (const { id, size } of state.content?.chunks ?? []) {
      spaces.set(id, Math.max(spaces.get(id) ?? 0, size * replicas));
    }
  }
  return {
    nodeCount: states.length,
    chunkCount: spaces.size,
    diskSpace: [...spaces.values()].reduce((sum, space) => sum + space, 0),
    masterMemory: MEMORY_OF_NODE * states.length + MEMORY_OF_CHUNK * spaces.size,
  };
}

/** As attributes of nodes show it. */
export function usageValue(usage: ResourceUsage): YsonValue {
  const { nodeCount, chunkCount, diskSpace, masterMemory } = usage;
  const ofChunks = chunkCount * MEMORY_OF_CHUNK;
  return yson.map({
    node_count: yson.int64(nodeCount),
    chunk_count: yson.int64(chunkCount),
    disk_space_per_medium: yson.map(diskSpace === 0 ? {} : { default: yson.int64(diskSpace) }),
    disk_space: yson.int64(diskSpace),
    chunk_host_cell_master_memory: yson.int64(ofChunks),
    master_memory: yson.int64(masterMemory),
    detailed_master_memory: yson.map({
      nodes: yson.int64(masterMemory - ofChunks),
      chunks: yson.int64(ofChunks),
      attributes: yson.int64(0),
      tablets: yson.int64(0),
      schemas: yson.int64(0),
    }),
    tablet_count: yson.int64(0),
    tablet_static_memory: yson.int64(0),
  });
}

/** An erasure codec keeps no whole replicas: what parity takes is left out. */
function replicasOf({ attributes }: NodeState): number {
  const codec = attributes.get("erasure_codec");
  const factor = attributes.get("replication_factor");
  if (codec?.type === "string" && codec.value !== "none") {
    return 1;
  }
  return factor?.type === "int64" || factor?.type === "uint64" ? Number(factor.value) : 3;
}

/** All of them together. */
export function sumOf(usages: readonly ResourceUsage[]): ResourceUsage {
  return usages.reduce(
    (sum, usage) => ({
      nodeCount: sum.nodeCount + usage.nodeCount,
      chunkCount: sum.chunkCount + usage.chunkCount,
      diskSpace: sum.diskSpace + usage.diskSpace,
      masterMemory: sum.masterMemory + usage.masterMemory,
    }),
    NOTHING,
  );
}
