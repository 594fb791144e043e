/** Locks as attributes show them: `@locks` and `@lock_mode` of a node. */
import type { View } from "../cypress/view.ts";
import type { Lock } from "../locks/lock.ts";
import type { CypressNode } from "../objects/node.ts";
import * as yson from "../../common/yson/value.ts";
import type { YsonValue } from "../../common/yson/value.ts";

/** The strongest mode in which the asking transaction itself has locked the node. */
export function lockMode(view: View, node: CypressNode): YsonValue {
  const modes = new Set(
    view.objects.locks
      .acquiredOn(node.id)
      .filter((lock) => lock.transactionId === view.transaction?.id)
      .map((lock) => lock.request.mode),
  );
  const strongest = (["exclusive", "shared", "snapshot"] as const).find((mode) => modes.has(mode));
  return yson.string(strongest ?? "none");
}

/** The acquired locks of a node, and after them those that wait. */
export function locksValue(view: View, node: CypressNode): YsonValue {
  const locks = view.objects.locks.onNode(node.id);
  const inState = (state: Lock["state"]) => locks.filter((lock) => lock.state === state);
  return yson.list([...inState("acquired"), ...inState("pending")].map(lockValue));
}

/** A lock as `@locks` lists it. */
export function lockValue(lock: Lock): YsonValue {
  const { childKey, attributeKey, mode } = lock.request;
  return yson.map({
    id: yson.string(lock.id),
    state: yson.string(lock.state),
    transaction_id: yson.string(lock.transactionId),
    mode: yson.string(mode),
    ...(childKey === undefined ? {} : { child_key: yson.string(childKey) }),
    ...(attributeKey === undefined ? {} : { attribute_key: yson.string(attributeKey) }),
  });
}
