/** Which nodes expire when, by their attributes and by their last use. */
import assert from "node:assert/strict";
import test from "node:test";
import { removeExpired } from "../../../local-cluster/cypress/expiration.ts";
import { CypressStore } from "../../../local-cluster/cypress/store.ts";
import { View } from "../../../local-cluster/cypress/view.ts";
import type { CypressNode } from "../../../local-cluster/objects/node.ts";
import { timestamp } from "../../../local-cluster/objects/time.ts";
import { Transaction } from "../../../local-cluster/transactions/transaction.ts";
import * as yson from "../../../common/yson/value.ts";
import type { YsonValue } from "../../../common/yson/value.ts";

/** A store in memory with nothing but a root. */
function newStore(): CypressStore {
  const root: CypressNode = {
    id: "root",
    type: "map_node",
    parentId: undefined,
    key: "",
    creationTime: timestamp(0),
    trunk: undefined,
    accessTime: timestamp(0),
  };
  const log = { append: () => undefined, compactIfLarge: () => undefined };
  const store = new CypressStore(new Map([["root", root]]), "root", log, () => undefined);
  store.mutate(undefined, (mutation) => mutation.setAttribute(root, "made", yson.entity));
  return store;
}

/** Makes a node that was last used at a time, in milliseconds since 1970. */
function make(
  store: CypressStore,
  name: string,
  attributes: Readonly<Record<string, YsonValue>>,
  usedAt = 0,
): CypressNode {
  return store.mutate(undefined, (mutation) => {
    const node = mutation.createNode("map_node", mutation.root, name, timestamp(0));
    for (const [key, value] of Object.entries(attributes)) {
      mutation.setAttribute(node, key, value);
    }
    node.accessTime = timestamp(usedAt);
    return node;
  });
}

function names(store: CypressStore): readonly string[] {
  const view = new View(store.objects, undefined);
  return [...view.stateOf(view.root).children.keys()];
}

/** What is left at a time. */
function leftAt(store: CypressStore, now: number): readonly string[] {
  removeExpired(store, now);
  return names(store);
}

test("removeExpired() removes a node at its expiration_time, a number or a text", () => {
  const store = newStore();
  make(store, "number", { expiration_time: yson.int64(1000) });
  make(store, "text", { expiration_time: yson.string(timestamp(2000)) });
  make(store, "never", {});
  assert.deepEqual(leftAt(store, 999), ["number", "text", "never"]);
  assert.deepEqual(leftAt(store, 1000), ["text", "never"]);
  assert.deepEqual(leftAt(store, 2000), ["never"]);
});

test("removeExpired() counts expiration_timeout from the last use", () => {
  const store = newStore();
  make(store, "unused", { expiration_timeout: yson.int64(1000) });
  make(store, "used", { expiration_timeout: yson.int64(1000) }, 500);
  assert.deepEqual(leftAt(store, 1000), ["used"]);
  assert.deepEqual(leftAt(store, 1499), ["used"]);
  assert.deepEqual(leftAt(store, 1500), []);
});

test("removeExpired() goes by what comes first when a node has both", () => {
  const store = newStore();
  const [sooner, later] = [yson.int64(1000), yson.int64(3000)];
  make(store, "time", { expiration_time: sooner, expiration_timeout: later });
  make(store, "timeout", { expiration_time: later, expiration_timeout: sooner });
  assert.deepEqual(leftAt(store, 1000), []);
});

test("removeExpired() leaves a locked node for later, and goes on with the others", () => {
  const store = newStore();
  const expired = { expiration_time: yson.int64(1000) };
  const locked = make(store, "locked", expired);
  make(store, "free", expired);
  const transaction = new Transaction({
    id: "transaction",
    parent: undefined,
    owner: "root",
    timeoutMs: undefined,
    deadline: undefined,
    attributes: new Map(),
    startTime: "",
  });
  store.objects.transactions.add(transaction);
  store.mutate(transaction, (mutation) => mutation.lock(locked, { mode: "shared" }));
  assert.deepEqual(leftAt(store, 1000), ["locked"]);
  store.abort(transaction);
  assert.deepEqual(leftAt(store, 1000), []);
});
