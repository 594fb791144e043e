/** Locks over HTTP: conflicts, snapshots, waiting, unlocking, and what commands lock by themselves. */
import assert from "node:assert/strict";
import test from "node:test";
import { startTestCluster } from "../../tools/local-cluster.ts";

test("lock needs a transaction", async (t) => {
  const cluster = await startTestCluster(t);
  const error = await cluster.fail("lock", { path: "//tmp" });
  assert.deepEqual([error.code, error.message], [1, "A valid master transaction is required"]);
});

test("lock tells lock, node and revision", async (t) => {
  const cluster = await startTestCluster(t);
  const transaction = await cluster.begin();
  const parameters = { path: "//tmp", mode: "exclusive", transaction_id: transaction };
  const answer = Object(await cluster.run("lock", parameters));
  assert.deepEqual(Object.keys(answer), ["lock_id", "node_id", "revision"]);
  assert.equal(answer.node_id, await cluster.get("//tmp/@id"));
  assert.equal(await cluster.get(`#${answer.lock_id}/@state`), "acquired");
  assert.deepEqual(await cluster.get("//tmp/@locks"), [
    {
      id: answer.lock_id,
      state: "acquired",
      transaction_id: transaction,
      mode: "exclusive",
    },
  ]);
  assert.equal(await cluster.get("//tmp/@lock_mode", { transaction_id: transaction }), "exclusive");
  assert.equal(await cluster.get("//tmp/@lock_mode"), "none");
});

test("a conflict names the winner with its title", async (t) => {
  const cluster = await startTestCluster(t);
  const winner = await cluster.begin({
    attributes: { title: "Publication of ю" },
    timeout: 30_000,
  });
  await cluster.run("lock", { path: "//tmp", transaction_id: winner });
  const loser = await cluster.begin();
  const error = await cluster.fail("lock", { path: "//tmp", transaction_id: loser });
  assert.equal(error.code, 402);
  assert.equal(
    error.message,
    `Cannot take "exclusive" lock for node //tmp since "exclusive" lock ` +
      `is taken by concurrent transaction ${winner}`,
  );
  const { id, owner, timeout, title } = Object(error.attributes["winner_transaction"]);
  // Errors are always in the default mode of JSON: one character per byte.
  const text = Buffer.from(title, "latin1").toString("utf8");
  assert.deepEqual([id, owner, timeout, text], [winner, "root", 30_000, "Publication of ю"]);
});

test("locks of keys conflict in their key alone, and say so", async (t) => {
  const cluster = await startTestCluster(t);
  const [first, second] = [await cluster.begin(), await cluster.begin()];
  const shared = { path: "//tmp", mode: "shared" };
  await cluster.run("lock", { ...shared, child_key: "a", transaction_id: first });
  await cluster.run("lock", { ...shared, attribute_key: "a", transaction_id: first });
  await cluster.run("lock", { ...shared, child_key: "b", transaction_id: second });
  const child = await cluster.fail("lock", { ...shared, child_key: "a", transaction_id: second });
  assert.equal(
    child.message,
    `Cannot take lock for child "a" of node //tmp since this child ` +
      `is locked by concurrent transaction ${first}`,
  );
  const attribute = { ...shared, attribute_key: "a", transaction_id: second };
  assert.equal(
    (await cluster.fail("lock", attribute)).message,
    `Cannot take lock for attribute "a" of node //tmp since this attribute ` +
      `is locked by concurrent transaction ${first}`,
  );
  assert.equal((await cluster.fail("create", { type: "file", path: "//tmp/a" })).code, 402);
  assert.equal((await cluster.fail("set", { path: "//tmp/@a" }, "1")).code, 402);
  await cluster.run("create", { type: "file", path: "//tmp/c" });
  await cluster.run("set", { path: "//tmp/@c" }, "1");
});

test("an exclusive lock on a map stops its children's coming and going, not their contents", async (t) => {
  const cluster = await startTestCluster(t);
  await cluster.run("create", { type: "file", path: "//tmp/f" });
  const holder = await cluster.begin();
  await cluster.run("lock", { path: "//tmp", transaction_id: holder });
  assert.equal((await cluster.fail("create", { type: "file", path: "//tmp/g" })).code, 402);
  assert.equal((await cluster.fail("remove", { path: "//tmp/f" })).code, 402);
  await cluster.write("//tmp/f", "x");
  await cluster.run("create", { type: "file", path: "//tmp/g", transaction_id: holder });
});

test("a lock below stops the removal of what is above", async (t) => {
  const cluster = await startTestCluster(t);
  await cluster.run("create", { type: "file", path: "//tmp/a/b/f", recursive: true });
  const holder = await cluster.begin();
  await cluster.run("lock", { path: "//tmp/a/b/f", mode: "shared", transaction_id: holder });
  const error = await cluster.fail("remove", { path: "//tmp/a", recursive: true });
  assert.equal(
    error.message,
    `Cannot take "exclusive" lock for node //tmp/a/b/f since "shared" lock ` +
      `is taken by concurrent transaction ${holder}`,
  );
  await cluster.run("abort_transaction", { transaction_id: holder });
  await cluster.run("remove", { path: "//tmp/a", recursive: true });
});

test("commands take the locks that the reference lists", async (t) => {
  const cluster = await startTestCluster(t);
  await cluster.run("create", { type: "file", path: "//tmp/f" });
  await cluster.run("create", { type: "map_node", path: "//tmp/d" });
  const locksAfter = async (path: string, command: string, parameters: object, body?: string) => {
    const transaction = await cluster.begin();
    await cluster.run(command, { ...parameters, transaction_id: transaction }, body);
    const locks = await cluster.get(`${path}/@locks`);
    await cluster.run("abort_transaction", { transaction_id: transaction });
    assert.ok(Array.isArray(locks));
    return locks.map(({ mode, child_key: child, attribute_key: attribute }) =>
      `${mode} ${child ?? attribute ?? ""}`.trim(),
    );
  };
  const create = { type: "file", path: "//tmp/d/new" };
  assert.deepEqual(await locksAfter("//tmp/d", "create", create), ["shared new"]);
  assert.deepEqual(await locksAfter("//tmp", "remove", { path: "//tmp/f" }), ["shared f"]);
  assert.deepEqual(await locksAfter("//tmp/f", "remove", { path: "//tmp/f" }), ["exclusive"]);
  assert.deepEqual(await locksAfter("//tmp/d", "set", { path: "//tmp/d/@x" }, "1"), ["shared x"]);
  assert.deepEqual(await locksAfter("//tmp/f", "write_file", { path: "//tmp/f" }, ""), [
    "exclusive",
  ]);
  const append = { path: "<append=%true>//tmp/f" };
  assert.deepEqual(await locksAfter("//tmp/f", "write_file", append, ""), ["shared"]);
  const hashed = { ...append, compute_md5: true };
  assert.deepEqual(await locksAfter("//tmp/f", "write_file", hashed, ""), ["exclusive"]);
  const copy = { source_path: "//tmp/f", destination_path: "//tmp/d/g" };
  assert.deepEqual(await locksAfter("//tmp/f", "copy", copy), []);
  assert.deepEqual(await locksAfter("//tmp/f", "move", copy), ["exclusive"]);
});

test("a transaction has what it creates locked exclusively", async (t) => {
  const cluster = await startTestCluster(t);
  const inside = { transaction_id: await cluster.begin() };
  await cluster.run("create", { type: "map_node", path: "//tmp/a", ...inside });
  assert.equal(await cluster.get("//tmp/a/@lock_mode", inside), "exclusive");
});

test("a snapshot lock pins the content of a node, also when the node goes", async (t) => {
  const cluster = await startTestCluster(t);
  await cluster.run("create", { type: "file", path: "//tmp/f" });
  await cluster.write("//tmp/f", "old");
  const reader = await cluster.begin();
  const lock = { path: "//tmp/f", mode: "snapshot", transaction_id: reader };
  const { node_id: id } = Object(await cluster.run("lock", lock));
  await cluster.write("//tmp/f", "new");
  assert.equal(await cluster.read("//tmp/f"), "new");
  assert.equal(await cluster.read("//tmp/f", { transaction_id: reader }), "old");
  await cluster.run("remove", { path: "//tmp/f" });
  await cluster.run("create", { type: "file", path: "//tmp/f" });
  assert.equal(await cluster.read(`#${id}`, { transaction_id: reader }), "old");
  assert.equal(await cluster.read("//tmp/f", { transaction_id: reader }), "");
  const error = await cluster.fail("write_file", { path: `#${id}`, transaction_id: reader }, "x");
  assert.equal(error.code, 400);
  await cluster.run("commit_transaction", { transaction_id: reader });
  assert.equal((await cluster.fail("get", { path: `#${id}/@type` })).code, 500);
});

test("a waitable lock is pending until its turn comes", async (t) => {
  const cluster = await startTestCluster(t);
  const [first, second, third] = [
    await cluster.begin(),
    await cluster.begin(),
    await cluster.begin(),
  ];
  const lock = { path: "//tmp", waitable: true };
  await cluster.run("lock", { ...lock, transaction_id: first });
  const waiting = Object(await cluster.run("lock", { ...lock, transaction_id: second }));
  const last = Object(await cluster.run("lock", { ...lock, transaction_id: third }));
  assert.equal(waiting.revision, 0);
  const state = (id: string) => cluster.get(`#${id}/@state`);
  assert.deepEqual(
    [await state(waiting.lock_id), await state(last.lock_id)],
    ["pending", "pending"],
  );
  await cluster.run("commit_transaction", { transaction_id: first });
  assert.deepEqual(
    [await state(waiting.lock_id), await state(last.lock_id)],
    ["acquired", "pending"],
  );
  await cluster.run("abort_transaction", { transaction_id: second });
  assert.equal(await state(last.lock_id), "acquired");
});

test("a lock that is still waited for when its transaction commits becomes its parent's", async (t) => {
  const cluster = await startTestCluster(t);
  const holder = await cluster.begin();
  const parent = await cluster.begin();
  const child = await cluster.begin({ transaction_id: parent });
  await cluster.run("lock", { path: "//tmp", transaction_id: holder });
  const lock = { path: "//tmp", waitable: true, transaction_id: child };
  const { lock_id: id } = Object(await cluster.run("lock", lock));
  await cluster.run("commit_transaction", { transaction_id: child });
  assert.equal(await cluster.get(`#${id}/@transaction_id`), parent);
  assert.equal(await cluster.get(`#${id}/@state`), "pending");
  await cluster.run("commit_transaction", { transaction_id: holder });
  assert.equal(await cluster.get(`#${id}/@state`), "acquired");
});

test("unlock lets the next transaction in line have the lock", async (t) => {
  const cluster = await startTestCluster(t);
  const [holder, waiting] = [await cluster.begin(), await cluster.begin()];
  await cluster.run("lock", { path: "//tmp", transaction_id: holder });
  const lock = { path: "//tmp", waitable: true, transaction_id: waiting };
  const { lock_id: id } = Object(await cluster.run("lock", lock));
  await cluster.run("unlock", { path: "//tmp", transaction_id: holder });
  assert.equal(await cluster.get(`#${id}/@state`), "acquired");
});

test("a snapshot lock pins the children of a map", async (t) => {
  const cluster = await startTestCluster(t);
  await cluster.run("create", { type: "file", path: "//tmp/d/f", recursive: true });
  await cluster.write("//tmp/d/f", "content");
  const reader = { transaction_id: await cluster.begin() };
  await cluster.run("lock", { path: "//tmp/d", mode: "snapshot", ...reader });
  await cluster.run("remove", { path: "//tmp/d/f" });
  await cluster.run("create", { type: "map_node", path: "//tmp/d/g" });
  assert.deepEqual(await cluster.get("//tmp/d"), { g: {} });
  assert.deepEqual(await cluster.get("//tmp/d", reader), { f: null });
  assert.equal(await cluster.read("//tmp/d/f", reader), "content");
  assert.deepEqual(await cluster.run("exists", { path: "//tmp/d/g", ...reader }), { value: false });
  await cluster.run("abort_transaction", reader);
  assert.deepEqual(await cluster.run("exists", { path: "//tmp/d/f" }), { value: false });
});

test("unlock gives explicit locks back, unless the node has been changed", async (t) => {
  const cluster = await startTestCluster(t);
  const holder = await cluster.begin();
  await cluster.run("lock", { path: "//tmp", transaction_id: holder });
  await cluster.run("unlock", { path: "//tmp", transaction_id: holder });
  await cluster.run("set", { path: "//tmp/@x" }, "1");
  await cluster.run("lock", { path: "//tmp", transaction_id: holder });
  await cluster.run("set", { path: "//tmp/@x", transaction_id: holder }, "2");
  assert.equal((await cluster.fail("unlock", { path: "//tmp", transaction_id: holder })).code, 1);
});

test("locks of a committed child go to its parent, but snapshots do not", async (t) => {
  const cluster = await startTestCluster(t);
  await cluster.run("create", { type: "file", path: "//tmp/f" });
  const parent = await cluster.begin();
  const child = await cluster.begin({ transaction_id: parent });
  await cluster.run("lock", { path: "//home", transaction_id: child });
  await cluster.run("lock", { path: "//tmp/f", mode: "snapshot", transaction_id: child });
  await cluster.run("commit_transaction", { transaction_id: child });
  const error = await cluster.fail("create", { type: "file", path: "//home/f" });
  assert.equal(Object(error.attributes["winner_transaction"]).id, parent);
  assert.deepEqual(await cluster.get("//tmp/f/@locks"), []);
});

test("lock refuses a key on what is not shared", async (t) => {
  const cluster = await startTestCluster(t);
  const transaction = await cluster.begin();
  const lock = { path: "//tmp", mode: "exclusive", child_key: "a", transaction_id: transaction };
  assert.equal((await cluster.fail("lock", lock)).message, "Only shared locks may have a key");
});
