/** How many bytes a file holds. */
import type { NodeState } from "../objects/node.ts";

/** Bytes of a file's content; 0 for what is no file. */
export function dataSize(state: NodeState): number {
  return (state.content?.chunks ?? []).reduce((sum, chunk) => sum + chunk.size, 0);
}
