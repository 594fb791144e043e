/**
 * Attributes of transactions and locks: `ListSystemAttributes` in transaction_server/transaction_proxy.cpp
 * and cypress_server/lock_proxy.cpp. What is counted by cell has one cell here.
 */
import { View } from "../cypress/view.ts";
import type { Lock } from "../locks/lock.ts";
import { CELL_TAG, NULL_ID } from "../objects/ids.ts";
import { timestamp } from "../objects/time.ts";
import type { Transaction } from "../transactions/transaction.ts";
import { chainOf } from "../transactions/transaction.ts";
import * as yson from "../../common/yson/value.ts";
import type { YsonMap, YsonValue } from "../../common/yson/value.ts";
import { lockValue } from "./lock-attributes.ts";
import { sumOf, usageOf, usageValue } from "./resource-usage.ts";
import type { ResourceUsage } from "./resource-usage.ts";

/** All attributes of a transaction, also those of its user. */
export function transactionAttributes(view: View, transaction: Transaction): YsonMap {
  const { settings, children } = transaction;
  const { deadline, parent } = settings;
  const { timeoutMs } = transaction;
  const locks = view.objects.locks.ofTransaction(transaction.id);
  const lockedNodes = new Set(locks.map(({ nodeId }) => nodeId));
  const staged = [...transaction.changes.keys()].filter(
    (id) => view.objects.nodes.get(id)?.trunk === undefined,
  );
  return new Map<string, YsonValue>([
    ...commonAttributes(
      transaction.id,
      parent === undefined ? "transaction" : "nested_transaction",
    ),
    ["owner", yson.string(settings.owner)],
    ["acl", yson.list([])],
    ["inherit_acl", yson.boolean(true)],
    ["effective_acl", yson.list([])],
    ["user_attribute_keys", yson.strings(transaction.attributes.keys())],
    ["user_attributes", yson.map(transaction.attributes)],
    ["state", yson.string("active")],
    ["replicated_to_cell_tags", yson.list([])],
    ["externalized_to_cell_tags", yson.list([])],
    ...(timeoutMs === undefined ? [] : [["timeout", yson.int64(timeoutMs)] as const]),
    ["last_ping_time", yson.string(timestamp(transaction.lastPingTime))],
    ["parent_id", yson.string(parent?.id ?? NULL_ID)],
    ["start_time", yson.string(settings.startTime)],
    ["nested_transaction_ids", yson.strings(Array.from(children, ({ id }) => id))],
    ["staged_object_ids", inCell(yson.list([]))],
    ["exported_objects", inCell(yson.list([]))],
    ["exported_object_count", yson.int64(0)],
    ["imported_object_ids", inCell(yson.list([]))],
    ["imported_object_count", yson.int64(0)],
    ["staged_node_ids", inCell(yson.strings(staged))],
    ["branched_node_ids", inCell(yson.strings(lockedNodes))],
    ["locked_node_ids", inCell(yson.strings(lockedNodes))],
    ["lock_ids", inCell(yson.strings(locks.map(({ id }) => id)))],
    ["recursive_lock_count", inCell(yson.int64(recursiveLockCount(view, transaction)))],
    ["resource_usage", usageByAccount(transaction, view, staged)],
    ["multicell_resource_usage", inCell(usageByAccount(transaction, view, staged))],
    ["account_resource_usage_lease_ids", yson.list([])],
    ["prerequisite_transaction_ids", yson.strings(settings.prerequisites ?? [])],
    ["dependent_transaction_ids", yson.strings(dependents(view, transaction.id))],
    ...(deadline === undefined ? [] : [["deadline", yson.string(timestamp(deadline))] as const]),
    ["depth", yson.int64(chainOf(transaction).length - 1)],
    ["cypress_transaction", yson.boolean(true)],
    ...transaction.attributes,
  ]);
}

/** All attributes of a lock. */
export function lockAttributes(lock: Lock): YsonMap {
  const value = lockValue(lock);
  const entries = value.type === "map" ? value.entries : new Map<string, YsonValue>();
  const { creationTime, acquisitionTime } = lock;
  return new Map([
    ...commonAttributes(lock.id, "lock"),
    ...entries,
    ["implicit", yson.boolean(!lock.explicit)],
    ["node_id", yson.string(lock.nodeId)],
    ...(creationTime === undefined ? [] : [["creation_time", yson.string(creationTime)] as const]),
    ...(acquisitionTime === undefined
      ? []
      : [["acquisition_time", yson.string(acquisitionTime)] as const]),
  ]);
}

function commonAttributes(id: string, type: string): readonly (readonly [string, YsonValue])[] {
  return [
    ["id", yson.string(id)],
    ["type", yson.string(type)],
    ["builtin", yson.boolean(false)],
    ["ref_counter", yson.int64(1)],
    ["ephemeral_ref_counter", yson.int64(0)],
    ["weak_ref_counter", yson.int64(0)],
    ["foreign", yson.boolean(false)],
    ["native_cell_tag", yson.uint64(CELL_TAG)],
    ["life_stage", yson.string("creation_committed")],
  ];
}

function inCell(value: YsonValue): YsonValue {
  return yson.map({ [CELL_TAG]: value });
}

function recursiveLockCount(view: View, transaction: Transaction): number {
  let count = view.objects.locks.ofTransaction(transaction.id).length;
  for (const child of transaction.children) {
    count += recursiveLockCount(view, child);
  }
  return count;
}

/** What the nodes that the transaction has made use; reads see them as it does. */
function usageByAccount(
  transaction: Transaction,
  view: View,
  staged: readonly string[],
): YsonValue {
  const inside = new View(view.objects, transaction);
  const byAccount = new Map<string, ResourceUsage[]>();
  for (const id of staged) {
    const node = inside.findNode(id);
    const account = node === undefined ? undefined : inside.accountOf(node);
    if (node !== undefined && account?.type === "string") {
      const usages = byAccount.get(account.value) ?? [];
      byAccount.set(account.value, [...usages, usageOf(inside.stateOf(node))]);
    }
  }
  return yson.map(
    new Map([...byAccount].map(([name, usages]) => [name, usageValue(sumOf(usages))])),
  );
}

function dependents(view: View, id: string): string[] {
  return [...view.objects.transactions.values()].flatMap((other) =>
    other.settings.prerequisites?.includes(id) === true ? [other.id] : [],
  );
}
