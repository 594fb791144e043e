/** What is under //sys over HTTP: accounts, users, transactions and locks, as people and tools look for them. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import test from "node:test";
import { startLocalCluster } from "../../../local-cluster/index.ts";
import { clientFor, startTestCluster, temporaryDirectory } from "../../tools/local-cluster.ts";
import type { TestClient } from "../../tools/local-cluster.ts";

test("//sys has the maps that every cluster has, and they are not opened by get of //sys", async (t) => {
  const cluster = await startTestCluster(t);
  for (const name of ["accounts", "users", "groups", "media", "pool_trees", "tablet_cells"]) {
    assert.deepEqual(await cluster.run("exists", { path: `//sys/${name}` }), { value: true }, name);
  }
  const { accounts, scheduler } = Object(await cluster.get("//sys"));
  assert.deepEqual([accounts, scheduler], [null, {}]);
  assert.deepEqual(await cluster.get("//sys/media"), { default: null });
  assert.equal(await cluster.get("//sys/accounts/@type"), "account_map");
  assert.equal((await cluster.fail("remove", { path: "//sys/accounts" })).code, 1);
});

test("an account is charged for what is in it", async (t) => {
  const cluster = await startTestCluster(t);
  const names = Object(await cluster.run("list", { path: "//sys/accounts", attributes: ["type"] }));
  assert.deepEqual(names.value[0], { $value: "root", $attributes: { type: "account" } });
  const before = Object(await cluster.get("//sys/accounts/tmp/@resource_usage"));
  await cluster.run("create", { type: "file", path: "//tmp/f" });
  await cluster.write("//tmp/f", "content");
  const after = Object(await cluster.get("//sys/accounts/tmp/@resource_usage"));
  assert.equal(after.node_count, before.node_count + 1);
  assert.equal(after.disk_space, before.disk_space + 7 * 3);
  assert.equal(await cluster.get("//tmp/f/@account"), "tmp");
  assert.equal(await cluster.get("//home/@account"), "sys");
});

test("an account that is not there is refused", async (t) => {
  const cluster = await startTestCluster(t);
  const error = await cluster.fail("set", { path: "//tmp/@account" }, '"nobody"');
  assert.deepEqual([error.code, error.message], [905, 'No such account "nobody"']);
});

test("a new node takes the account of its folder, and keeps it", async (t) => {
  const cluster = await startTestCluster(t);
  await cluster.run("create", {
    type: "map_node",
    path: "//tmp/d",
    attributes: { account: "sys" },
  });
  await cluster.run("create", { type: "file", path: "//tmp/d/f" });
  await cluster.run("set", { path: "//tmp/d/@account" }, '"tmp"');
  assert.equal(await cluster.get("//tmp/d/f/@account"), "sys");
});

test("create makes accounts, users and groups by their names", async (t) => {
  const cluster = await startTestCluster(t);
  const attributes = { name: "team", resource_limits: { node_count: 5 } };
  const { object_id: id } = Object(await cluster.run("create", { type: "account", attributes }));
  assert.equal(await cluster.get(`#${id}/@name`), "team");
  assert.equal(await cluster.get("//sys/accounts/team/@resource_limits/node_count"), 5);
  const again = await cluster.fail("create", { type: "account", attributes });
  assert.deepEqual([again.code, again.message], [501, 'Account "team" already exists']);
  const ignored = { type: "account", attributes, ignore_existing: true };
  assert.deepEqual(await cluster.run("create", ignored), { object_id: id });
  await cluster.run("set", { path: "//tmp/@account" }, '"team"');
  assert.equal((await cluster.fail("create", { type: "user" })).code, 1);
  await cluster.run("create", { type: "user", attributes: { name: "someone" } });
  const groups = await cluster.get("//sys/users/someone/@member_of");
  assert.deepEqual(groups, ["everyone", "users"]);
  await cluster.run("remove", { path: "//sys/users/someone" });
  assert.equal((await cluster.fail("get", { path: "//sys/users/someone/@name" })).code, 500);
});

test("//sys/transactions and //sys/locks show what is live", async (t) => {
  const cluster = await startTestCluster(t);
  const outer = await cluster.begin({ attributes: { title: "Outer" } });
  const inner = await cluster.begin({ transaction_id: outer });
  const lock = { path: "//tmp", transaction_id: inner, mode: "shared", child_key: "k" };
  const { lock_id: id, node_id: node } = Object(await cluster.run("lock", lock));
  const list = async (path: string, attributes: readonly string[] = []) =>
    Object(await cluster.run("list", { path, attributes })).value;
  assert.deepEqual(await list("//sys/transactions"), [outer, inner]);
  assert.deepEqual(await list("//sys/topmost_transactions", ["title"]), [
    { $value: outer, $attributes: { title: "Outer" } },
  ]);
  assert.equal(await cluster.get("//sys/transactions/@count"), 2);
  assert.equal(await cluster.get(`//sys/transactions/${inner}/@parent_id`), outer);
  assert.equal(await cluster.get(`//sys/transactions/${inner}/@depth`), 1);
  assert.deepEqual(await cluster.get(`#${inner}/@lock_ids`), { 1: [id] });
  assert.deepEqual(await cluster.get(`#${inner}/@locked_node_ids`), { 1: [node] });
  assert.deepEqual(await list("//sys/locks", ["child_key"]), [
    { $value: id, $attributes: { child_key: "k" } },
  ]);
});

test("what is changed under //sys is kept, and the rest of it comes with the release", async (t) => {
  const dataDirectory = await temporaryDirectory(t);
  const session = async (work: (cluster: TestClient) => Promise<void>): Promise<void> => {
    const cluster = await startLocalCluster({ dataDirectory, compactionBytes: 1 });
    await work(clientFor(cluster.url));
    await cluster.close();
  };
  const note = "//sys/accounts/tmp/@note";
  await session(async (cluster) => {
    await cluster.run("set", { path: "//tmp/@a" }, "1");
  });
  assert.doesNotMatch(await readFile(join(dataDirectory, "snapshot"), "latin1"), /account_map/);
  await session(async (cluster) => {
    await cluster.run("set", { path: note }, "1");
  });
  await session(async (cluster) => {
    assert.equal(await cluster.get(note), 1);
    await cluster.run("set", { path: note }, "2");
  });
  await session(async (cluster) => {
    assert.equal(await cluster.get(note), 2);
    const { value } = Object(await cluster.run("list", { path: "//sys/accounts" }));
    assert.equal(new Set(value).size, 6);
    assert.deepEqual(await cluster.get("//sys/users/guest/@member_of"), ["everyone"]);
  });
});
