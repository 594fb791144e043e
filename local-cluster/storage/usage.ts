/** Which chunks are in use. */
import type { Chunk, FileContent } from "../objects/node.ts";
import type { ClusterObjects } from "../cypress/cluster-objects.ts";

/** The ids of the chunks that any version of any node refers to. */
export function usedChunks(objects: ClusterObjects): ReadonlySet<string> {
  const used = new Set<string>();
  const add = (chunks: readonly Chunk[]) => {
    for (const chunk of chunks) {
      used.add(chunk.id);
    }
  };
  const addContent = (content: FileContent | undefined) => add(content?.chunks ?? []);
  for (const node of objects.nodes.values()) {
    addContent(node.trunk?.content);
  }
  for (const transaction of objects.transactions.values()) {
    for (const state of transaction.snapshots.values()) {
      addContent(state.content);
    }
    for (const change of transaction.changes.values()) {
      addContent(change.content);
      add(change.appended);
    }
  }
  return used;
}
