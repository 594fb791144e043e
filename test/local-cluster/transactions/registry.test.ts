/** The registry of transactions: how they are nested, and when their time is up. */
import assert from "node:assert/strict";
import test from "node:test";
import { TransactionRegistry } from "../../../local-cluster/transactions/registry.ts";
import { Transaction } from "../../../local-cluster/transactions/transaction.ts";
import type { TransactionSettings } from "../../../local-cluster/transactions/transaction.ts";

function newTransaction(id: string, settings: Partial<TransactionSettings> = {}): Transaction {
  return new Transaction({
    id,
    parent: undefined,
    owner: "root",
    timeoutMs: undefined,
    deadline: undefined,
    attributes: new Map(),
    startTime: "",
    ...settings,
  });
}

/** A registry that notes which transactions have expired, and when. */
function newRegistry() {
  const expired: [string, number][] = [];
  const registry = new TransactionRegistry((transaction) => {
    expired.push([transaction.id, Date.now()]);
    registry.remove(transaction);
  });
  return { registry, expired };
}

test("chainOf() gives a transaction and those it is nested in, the outermost first", () => {
  const { registry } = newRegistry();
  const outer = newTransaction("outer");
  const inner = newTransaction("inner", { parent: outer });
  for (const transaction of [outer, inner]) {
    registry.add(transaction);
  }
  assert.deepEqual(registry.chainOf("inner"), ["outer", "inner"]);
  assert.deepEqual(registry.chainOf("outer"), ["outer"]);
  registry.remove(inner);
  assert.throws(() => registry.chainOf("inner"), { code: 11000 });
});

test("a transaction expires when its timeout has passed since the last ping", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: 0 });
  const { registry, expired } = newRegistry();
  const pinged = newTransaction("pinged", { timeoutMs: 1000 });
  registry.add(pinged);
  registry.add(newTransaction("left alone", { timeoutMs: 1000 }));
  registry.add(newTransaction("without timeout"));
  // In one step to the end, the clock would be at the end for all that happens on the way.
  t.mock.timers.tick(900);
  registry.ping(pinged);
  for (const step of [100, 899, 1, 5000]) {
    t.mock.timers.tick(step);
  }
  assert.deepEqual(expired, [
    ["left alone", 1000],
    ["pinged", 1900],
  ]);
});

test("a transaction expires at a deadline that is farther away than any timer can wait", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: 0 });
  const { registry, expired } = newRegistry();
  const deadline = 2 ** 31 + 500;
  registry.add(newTransaction("distant", { deadline }));
  t.mock.timers.tick(2 ** 31 - 1);
  assert.deepEqual(expired, []);
  t.mock.timers.tick(501);
  assert.deepEqual(expired, [["distant", deadline]]);
});

test("a removed transaction does not expire any more", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: 0 });
  const { registry, expired } = newRegistry();
  const finished = newTransaction("finished", { timeoutMs: 1000 });
  registry.add(finished);
  registry.remove(finished);
  t.mock.timers.tick(5000);
  assert.deepEqual(expired, []);
});
