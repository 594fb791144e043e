/** What maps under `//sys` hold that is in no tree: the live transactions and locks, by their ids. */
import type { View } from "../cypress/view.ts";
import type { CypressNode, NodeState } from "../objects/node.ts";
import * as yson from "../../common/yson/value.ts";
import type { YsonMap, YsonValue } from "../../common/yson/value.ts";
import { lockAttributes, transactionAttributes } from "./live-object-attributes.ts";

/** The ids in such a map; undefined for every other node. */
export function virtualChildren(view: View, node: CypressNode): readonly string[] | undefined {
  const { transactions, locks } = view.objects;
  if (node.type === "transaction_map") {
    return Array.from(transactions.values(), ({ id }) => id);
  }
  if (node.type === "topmost_transaction_map") {
    return [...transactions.values()].flatMap(({ id, parent }) =>
      parent === undefined ? [id] : [],
    );
  }
  return node.type === "lock_map" ? Array.from(locks.values(), ({ id }) => id) : undefined;
}

/** How many children a map has. */
export function childCount(view: View, node: CypressNode, state: NodeState): YsonValue {
  return yson.int64(virtualChildren(view, node)?.length ?? state.children.size);
}

/** The attributes of a live transaction or lock. */
export function findLiveObject(view: View, id: string): YsonMap | undefined {
  const transaction = view.objects.transactions.find(id);
  if (transaction !== undefined) {
    return transactionAttributes(view, transaction);
  }
  const lock = view.objects.locks.find(id);
  return lock === undefined ? undefined : lockAttributes(lock);
}
