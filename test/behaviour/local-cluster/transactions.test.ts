/** Transactions over HTTP: isolation, nesting, commit and abort, timeouts. */
import assert from "node:assert/strict";
import test from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { startTestCluster } from "../../tools/local-cluster.ts";

test("nobody outside sees what a transaction does until the outermost commit", async (t) => {
  const cluster = await startTestCluster(t);
  await cluster.run("create", { type: "file", path: "//tmp/old" });
  const outer = await cluster.begin();
  const inner = await cluster.begin({ transaction_id: outer });
  const inside = { transaction_id: inner };
  await cluster.run("create", { type: "file", path: "//tmp/f", ...inside });
  await cluster.write("//tmp/f", "content", inside);
  await cluster.run("set", { path: "//tmp/@x", ...inside }, "1");
  await cluster.run("remove", { path: "//tmp/old", ...inside });

  assert.deepEqual(await cluster.get("//tmp", inside), { f: null });
  assert.equal(await cluster.read("//tmp/f", inside), "content");
  const id = await cluster.get("//tmp/f/@id", inside);
  for (const outside of [{}, { transaction_id: outer }]) {
    assert.deepEqual(await cluster.get("//tmp", outside), { old: null });
    const exists = await cluster.run("exists", { path: "//tmp/@x", ...outside });
    assert.deepEqual(exists, { value: false });
    // Names are isolated, ids are not.
    assert.equal(await cluster.get(`#${String(id)}/@type`, outside), "file");
  }
  await cluster.run("commit_transaction", inside);
  assert.deepEqual(await cluster.get("//tmp", { transaction_id: outer }), { f: null });
  assert.deepEqual(await cluster.get("//tmp"), { old: null });
  await cluster.run("commit_transaction", { transaction_id: outer });
  assert.deepEqual(await cluster.get("//tmp"), { f: null });
  assert.equal(await cluster.read("//tmp/f"), "content");
  assert.equal(await cluster.get("//tmp/@x"), 1);
});

test("abort takes everything back", async (t) => {
  const cluster = await startTestCluster(t);
  await cluster.run("create", { type: "file", path: "//tmp/f" });
  await cluster.write("//tmp/f", "old");
  const transaction = await cluster.begin();
  const inside = { transaction_id: transaction };
  await cluster.write("//tmp/f", "new", inside);
  await cluster.run("create", { type: "file", path: "//tmp/g", ...inside });
  const id = await cluster.get("//tmp/g/@id", inside);
  await cluster.run("abort_transaction", inside);
  assert.deepEqual(await cluster.get("//tmp"), { f: null });
  assert.equal(await cluster.read("//tmp/f"), "old");
  assert.deepEqual(await cluster.get("//tmp/f/@locks"), []);
  assert.equal((await cluster.fail("get", { path: `#${String(id)}/@id` })).code, 500);
});

test("a transaction sees what others commit on nodes that it has not touched", async (t) => {
  const cluster = await startTestCluster(t);
  const transaction = await cluster.begin();
  const inside = { transaction_id: transaction };
  await cluster.run("create", { type: "map_node", path: "//tmp/mine", ...inside });
  await cluster.run("create", { type: "map_node", path: "//tmp/theirs" });
  await cluster.run("set", { path: "//tmp/@theirs" }, "1");
  assert.deepEqual(Object(await cluster.get("//tmp", inside)), { mine: {}, theirs: {} });
  assert.equal(await cluster.get("//tmp/@theirs", inside), 1);
});

test("commit aborts children that are still alive", async (t) => {
  const cluster = await startTestCluster(t);
  const parent = await cluster.begin();
  const child = await cluster.begin({ transaction_id: parent });
  await cluster.run("create", { type: "file", path: "//tmp/f", transaction_id: child });
  await cluster.run("create", { type: "file", path: "//tmp/g", transaction_id: parent });
  await cluster.run("commit_transaction", { transaction_id: parent });
  assert.deepEqual(await cluster.get("//tmp"), { g: null });
  assert.equal((await cluster.fail("ping_transaction", { transaction_id: child })).code, 11000);
});

test("a finished transaction can be aborted again but not committed or pinged", async (t) => {
  const cluster = await startTestCluster(t);
  const transaction = await cluster.begin();
  await cluster.run("commit_transaction", { transaction_id: transaction });
  for (const command of ["commit_transaction", "ping_transaction"]) {
    const error = await cluster.fail(command, { transaction_id: transaction });
    assert.deepEqual([error.code, error.message], [11000, `No such transaction ${transaction}`]);
  }
  await cluster.run("abort_transaction", { transaction_id: transaction });
});

test("a command in a dead transaction hides code 11000 under a resolve error", async (t) => {
  const cluster = await startTestCluster(t);
  const transaction = await cluster.begin();
  await cluster.run("abort_transaction", { transaction_id: transaction });
  const error = await cluster.fail("get", { path: "//tmp", transaction_id: transaction });
  assert.deepEqual([error.code, error.message], [500, "Error resolving path //tmp"]);
  assert.equal(error.inner_errors[0]?.code, 11000);
  assert.equal(
    (await cluster.fail("exists", { path: "//x", transaction_id: transaction })).code,
    500,
  );
});

test("the null transaction is none", async (t) => {
  const cluster = await startTestCluster(t);
  const none = { transaction_id: "0-0-0-0" };
  await cluster.run("create", { type: "file", path: "//tmp/f", ...none });
  assert.deepEqual(await cluster.get("//tmp"), { f: null });
  await cluster.begin(none);
});

test("a transaction that nobody pings ends, with its locks and children", async (t) => {
  const cluster = await startTestCluster(t);
  const kept = await cluster.begin({ timeout: 60_000 });
  const parent = await cluster.begin({ timeout: 1000 });
  const child = await cluster.begin({ timeout: 60_000, transaction_id: parent });
  await cluster.run("lock", { path: "//tmp", transaction_id: child });
  while (Object(await cluster.run("exists", { path: `#${parent}` })).value === true) {
    await delay(20);
  }
  assert.equal((await cluster.fail("ping_transaction", { transaction_id: child })).code, 11000);
  await cluster.run("create", { type: "file", path: "//tmp/f" });
  await cluster.run("ping_transaction", { transaction_id: kept });
});

test("a ping puts the end off, and reaches the ancestors only when asked to", async (t) => {
  const cluster = await startTestCluster(t);
  const parent = await cluster.begin({ timeout: 60_000 });
  const child = await cluster.begin({ timeout: 60_000, transaction_id: parent });
  const pinged = (id: string) => cluster.get(`#${id}/@last_ping_time`);
  const before = await pinged(parent);
  const ping = { transaction_id: child };
  let moved = await pinged(child);
  const first = moved;
  while (moved === first) {
    await cluster.run("ping_transaction", ping);
    moved = await pinged(child);
  }
  assert.equal(await pinged(parent), before);
  await cluster.run("ping_transaction", { ...ping, ping_ancestor_transactions: true });
  assert.notEqual(await pinged(parent), before);
});

test("a deadline ends a transaction however often it is pinged", async (t) => {
  const cluster = await startTestCluster(t);
  const deadline = new Date(Date.now() + 50).toISOString();
  const transaction = await cluster.begin({ deadline, timeout: 60_000 });
  let code: number | undefined;
  while (code === undefined) {
    const answer = await cluster.raw("/api/v4/ping_transaction", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ transaction_id: transaction }),
    });
    if (answer.status !== 200) {
      code = JSON.parse(answer.body.toString()).code;
    }
  }
  assert.equal(code, 11000);
  assert.ok(Date.now() >= Date.parse(deadline));
});

test("a transaction's attributes are read at its id", async (t) => {
  const cluster = await startTestCluster(t);
  const parent = await cluster.begin({ attributes: { title: "Работа" }, timeout: 10 ** 9 });
  const child = await cluster.begin({ transaction_id: parent });
  assert.equal(await cluster.get(`#${parent}/@title`), "Работа");
  assert.equal(await cluster.get(`#${parent}/@timeout`), 3_600_000);
  assert.equal(await cluster.get(`#${child}/@timeout`), 15_000);
  assert.equal(await cluster.get(`#${child}/@parent_id`), parent);
  assert.deepEqual(await cluster.get(`#${parent}/@nested_transaction_ids`), [child]);
});

test("transactions are not nested deeper than 32", async (t) => {
  const cluster = await startTestCluster(t);
  let id = await cluster.begin();
  for (let depth = 1; depth < 32; depth += 1) {
    id = await cluster.begin({ transaction_id: id });
  }
  const error = await cluster.fail("start_transaction", { transaction_id: id });
  assert.equal(error.message, "Transaction depth limit reached: limit is 32");
});

test("two transactions that add to one folder both get their way", async (t) => {
  const cluster = await startTestCluster(t);
  const [first, second] = [await cluster.begin(), await cluster.begin()];
  await cluster.run("create", { type: "file", path: "//tmp/a", transaction_id: first });
  await cluster.run("create", { type: "file", path: "//tmp/b", transaction_id: second });
  const error = await cluster.fail("create", {
    type: "file",
    path: "//tmp/a",
    transaction_id: second,
  });
  assert.equal(error.code, 402);
  await cluster.run("commit_transaction", { transaction_id: first });
  await cluster.run("commit_transaction", { transaction_id: second });
  assert.deepEqual(await cluster.get("//tmp"), { a: null, b: null });
});

test("a node that is replaced in a transaction is replaced for all at once", async (t) => {
  const cluster = await startTestCluster(t);
  for (const name of ["live", "next"]) {
    await cluster.run("create", { type: "file", path: `//tmp/${name}` });
    await cluster.write(`//tmp/${name}`, name);
  }
  const transaction = await cluster.begin();
  await cluster.run("copy", {
    source_path: "//tmp/next",
    destination_path: "//tmp/live",
    force: true,
    transaction_id: transaction,
  });
  assert.equal(await cluster.read("//tmp/live"), "live");
  assert.equal(await cluster.read("//tmp/live", { transaction_id: transaction }), "next");
  await cluster.run("commit_transaction", { transaction_id: transaction });
  assert.equal(await cluster.read("//tmp/live"), "next");
});

test("prerequisites are checked before anything is done", async (t) => {
  const cluster = await startTestCluster(t);
  const transaction = await cluster.begin();
  const create = { type: "file", path: "//tmp/f" };
  await cluster.run("create", { ...create, prerequisite_transaction_ids: [transaction] });
  await cluster.run("abort_transaction", { transaction_id: transaction });
  const again = { type: "file", path: "//tmp/g" };
  const dead = await cluster.fail("create", {
    ...again,
    prerequisite_transaction_ids: [transaction],
  });
  assert.deepEqual(
    [dead.code, dead.message],
    [1000, `Prerequisite check failed: transaction ${transaction} is missing`],
  );
  const revision = Number(await cluster.get("//tmp/@revision"));
  const stale = { path: "//tmp", revision: revision - 1 };
  assert.equal(
    (await cluster.fail("create", { ...again, prerequisite_revisions: [stale] })).code,
    1000,
  );
  await cluster.run("create", { ...again, prerequisite_revisions: [{ path: "//tmp", revision }] });
});
