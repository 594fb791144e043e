/** Removing nodes that have expired. */
import type { YsonValue } from "../../common/yson/value.ts";
import type { CypressNode } from "../objects/node.ts";
import type { CypressStore } from "./store.ts";

/**
 * Removes the nodes whose `expiration_time` has come, or which nobody has used for their
 * `expiration_timeout`. A node that a transaction has locked stays until the lock ends
 * (on the cluster too: docs/yt-http-api.md, section 7).
 *
 * @param now milliseconds since 1970
 */
export function removeExpired(store: CypressStore, now: number): void {
  for (const node of store.objects.nodes.values()) {
    const isLocked = store.objects.locks.acquiredOn(node.id).length > 0;
    const expiresAt = expirationOf(node, isLocked);
    if (expiresAt === undefined || expiresAt > now) {
      continue;
    }
    try {
      store.mutate(undefined, (mutation) => {
        const parent = mutation.findParent(node);
        if (parent !== undefined) {
          mutation.removeNode(node, parent);
        }
      });
    } catch {
      // A lock or a full disk is in the way. No request waits for this, and the next look tries again.
    }
  }
}

/**
 * When a node expires, in milliseconds since 1970; undefined: never. While any lock is on it, also a
 * snapshot lock, its timeout does not count (`IsNodeLocked` in cypress_server/expiration_tracker.cpp).
 */
function expirationOf(node: CypressNode, isLocked: boolean): number | undefined {
  const attributes = node.trunk?.attributes;
  const time = millisecondsOf(attributes?.get("expiration_time"));
  const timeout = isLocked ? undefined : millisecondsOf(attributes?.get("expiration_timeout"));
  const unusedUntil =
    timeout === undefined ? undefined : Date.parse(node.touchTime ?? node.accessTime) + timeout;
  if (time === undefined || unusedUntil === undefined) {
    return time ?? unusedUntil;
  }
  return Math.min(time, unusedUntil);
}

/** A time, or a number of milliseconds. */
function millisecondsOf(value: YsonValue | undefined): number | undefined {
  if (value?.type === "int64" || value?.type === "uint64") {
    return Number(value.value);
  }
  return value?.type === "string" ? Date.parse(value.value) : undefined;
}
