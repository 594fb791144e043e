/** The table of locks: who holds what, who waits for whom, and what a parent inherits. */
import assert from "node:assert/strict";
import test from "node:test";
import type { Lock, LockRequest } from "../../../local-cluster/locks/lock.ts";
import { LockTable } from "../../../local-cluster/locks/lock-table.ts";

const EXCLUSIVE: LockRequest = { mode: "exclusive" };
const SHARED: LockRequest = { mode: "shared" };

/** A table for transactions of which none is nested in another one but `child` in `parent`. */
function newTable(): LockTable {
  return new LockTable({ chainOf: (id) => (id === "child" ? ["parent", "child"] : [id]) });
}

/** Adds a lock on the one node of these tests. */
function add(table: LockTable, transactionId: string, fields: Partial<Lock> = {}): Lock {
  const lock: Lock = {
    id: `lock of ${transactionId}`,
    nodeId: "node",
    request: EXCLUSIVE,
    explicit: true,
    transactionId,
    state: "acquired",
    ...fields,
  };
  table.add(lock);
  return lock;
}

const ids = (locks: readonly Lock[]) => locks.map(({ id }) => id);

test("LockTable finds a lock by node, by transaction and by id until it is removed", () => {
  const table = newTable();
  const first = add(table, "a", { id: "1" });
  add(table, "b", { id: "2", state: "pending" });
  add(table, "a", { id: "3", nodeId: "other" });
  assert.deepEqual(ids(table.onNode("node")), ["1", "2"]);
  assert.deepEqual(ids(table.acquiredOn("node")), ["1"]);
  assert.deepEqual(ids(table.ofTransaction("a")), ["1", "3"]);
  assert.equal(table.find("1"), first);
  table.remove(first);
  assert.deepEqual(ids(table.onNode("node")), ["2"]);
  assert.deepEqual(ids(table.ofTransaction("a")), ["3"]);
  assert.equal(table.find("1"), undefined);
});

test("mustWait() is for locks that forbid the request, and not for others that wait", () => {
  const table = newTable();
  assert.equal(table.mustWait("node", "a", EXCLUSIVE), false);
  add(table, "a", { request: SHARED });
  assert.equal(table.mustWait("node", "b", EXCLUSIVE), true);
  assert.equal(table.mustWait("node", "b", SHARED), false);
  add(table, "b", { state: "pending" });
  assert.equal(table.mustWait("node", "c", SHARED), false);
});

test("mustWait() is also for a lock of the same transaction", () => {
  const table = newTable();
  add(table, "a", { request: { mode: "snapshot" } });
  assert.equal(table.mustWait("node", "a", EXCLUSIVE), true);
});

test("acquirePending() tries each in the order in which they were asked for", () => {
  const table = newTable();
  const holder = add(table, "a", { request: SHARED });
  const exclusive = add(table, "b", { state: "pending" });
  const shared = add(table, "c", { request: SHARED, state: "pending" });
  const states = () => [exclusive.state, shared.state];
  table.acquirePending("node");
  assert.deepEqual(states(), ["pending", "acquired"]);
  table.remove(holder);
  table.acquirePending("node");
  assert.deepEqual(states(), ["pending", "acquired"]);
  table.remove(shared);
  table.acquirePending("node");
  assert.deepEqual(states(), ["acquired", "acquired"]);
});

test("acquirePending() acquires all that get along with each other", () => {
  const table = newTable();
  const waiting = ["a", "b"].map((id) => add(table, id, { request: SHARED, state: "pending" }));
  table.acquirePending("node");
  assert.deepEqual(
    waiting.map(({ state }) => state),
    ["acquired", "acquired"],
  );
});

test("promote() gives a lock to the parent", () => {
  const table = newTable();
  table.promote(add(table, "child", { id: "1" }), "parent");
  assert.deepEqual(ids(table.ofTransaction("child")), []);
  assert.deepEqual(ids(table.ofTransaction("parent")), ["1"]);
  assert.equal(table.find("1")?.transactionId, "parent");
});

test("promote() drops what the parent holds already, but no lock that somebody has asked for", () => {
  const table = newTable();
  add(table, "parent", { id: "1", explicit: false });
  table.promote(add(table, "child", { id: "2", explicit: false }), "parent");
  assert.deepEqual(ids(table.onNode("node")), ["1"]);
  table.promote(add(table, "child", { id: "3" }), "parent");
  assert.deepEqual(ids(table.onNode("node")), ["1", "3"]);
  table.promote(add(table, "child", { id: "4", explicit: false, request: SHARED }), "parent");
  assert.deepEqual(ids(table.onNode("node")), ["1", "3", "4"]);
});
