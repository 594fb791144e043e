/** Reading the attributes of transactions and locks, as `#<id>/@name`. */
import { findPart } from "../cypress/nested.ts";
import type { CypressPath } from "../cypress/path.ts";
import { resolveError } from "../cypress/resolve.ts";
import { timestamp } from "../objects/time.ts";
import { genericError } from "../errors/yt-error.ts";
import { noSuchAttribute } from "../attributes/access.ts";
import { lockValue } from "../attributes/system.ts";
import type { Lock } from "../locks/lock.ts";
import type { Transaction } from "../transactions/transaction.ts";
import * as yson from "../../common/yson/value.ts";
import type { YsonMap, YsonValue } from "../../common/yson/value.ts";
import type { CommandContext } from "./command.ts";

/** Attributes of a transaction or of a lock. */
export type ObjectAttributes = YsonMap;

/** The attributes of the transaction or lock that a path starts at, if it starts at one. */
export function findObjectAttributes(
  context: CommandContext,
  path: CypressPath,
): ObjectAttributes | undefined {
  if (path.objectId === undefined || path.steps.length > 0) {
    return undefined;
  }
  const { transactions, locks } = context.cluster.objects;
  const transaction = transactions.find(path.objectId);
  if (transaction !== undefined) {
    return transactionAttributes(transaction, locks.ofTransaction(transaction.id));
  }
  const lock = locks.find(path.objectId);
  return lock === undefined ? undefined : lockAttributes(lock);
}

/** The attribute that a path names. */
export function getObjectAttribute(object: ObjectAttributes, path: CypressPath): YsonValue {
  if (path.suffix.type !== "attribute") {
    throw genericError(`Only attributes of ${path.text} can be read`);
  }
  const value = findPart(yson.map(object), path.suffix.keys);
  if (value !== undefined) {
    return value;
  }
  throw resolveError(path.text, "Get", noSuchAttribute(path.suffix.keys[0] ?? ""));
}

/** Whether the attribute that a path names is there. */
export function hasObjectAttribute(object: ObjectAttributes, path: CypressPath): boolean {
  if (path.suffix.type !== "attribute") {
    return path.suffix.type === "none";
  }
  return findPart(yson.map(object), path.suffix.keys) !== undefined;
}

function transactionAttributes(transaction: Transaction, locks: readonly Lock[]): ObjectAttributes {
  const { settings } = transaction;
  const { timeoutMs, deadline, parent } = settings;
  return new Map<string, YsonValue>([
    ["id", yson.string(transaction.id)],
    ["type", yson.string("transaction")],
    ["owner", yson.string(settings.owner)],
    ["start_time", yson.string(settings.startTime)],
    ["last_ping_time", yson.string(timestamp(transaction.lastPingTime))],
    ["parent_id", yson.string(parent?.id ?? "0-0-0-0")],
    ...(timeoutMs === undefined ? [] : [["timeout", yson.int64(timeoutMs)] as const]),
    ...(deadline === undefined ? [] : [["deadline", yson.string(timestamp(deadline))] as const]),
    ["lock_ids", yson.list(locks.map((lock) => yson.string(lock.id)))],
    [
      "nested_transaction_ids",
      yson.list([...transaction.children].map((child) => yson.string(child.id))),
    ],
    ...transaction.attributes,
  ]);
}

function lockAttributes(lock: Lock): ObjectAttributes {
  const value = lockValue(lock);
  const entries = value.type === "map" ? value.entries : new Map<string, YsonValue>();
  return new Map([
    ...entries,
    ["type", yson.string("lock")],
    ["node_id", yson.string(lock.nodeId)],
  ]);
}
