/** Limits of accounts over HTTP: what a cluster says when one has no space left, and what it lets happen. */
import assert from "node:assert/strict";
import test from "node:test";
import { startTestCluster } from "../../tools/local-cluster.ts";
import type { TestClient } from "../../tools/local-cluster.ts";

const LIMITS = "//sys/accounts/team/@resource_limits";

/** A folder of an account of its own. */
async function createTeam(cluster: TestClient): Promise<void> {
  await cluster.run("create", { type: "account", attributes: { name: "team" } });
  await cluster.run("create", {
    type: "map_node",
    path: "//tmp/team",
    attributes: { account: "team" },
  });
}

async function limit(cluster: TestClient, name: string, value: number): Promise<void> {
  await cluster.run("set", { path: `${LIMITS}/${name}` }, String(value));
}

test("create over the limit of nodes is error 902, and nothing is made", async (t) => {
  const cluster = await startTestCluster(t);
  await createTeam(cluster);
  await limit(cluster, "node_count", 2);
  await cluster.run("create", { type: "map_node", path: "//tmp/team/a" });
  const error = await cluster.fail("create", { type: "map_node", path: "//tmp/team/b" });
  assert.deepEqual(
    [error.code, error.message],
    [902, 'Account "team" is over Cypress node count limit'],
  );
  const { usage, increase, limit: allowed } = Object(error.attributes);
  assert.deepEqual({ usage, increase, allowed }, { usage: 2, increase: 1, allowed: 2 });
  assert.deepEqual(await cluster.run("list", { path: "//tmp/team" }), { value: ["a"] });
  // Others, and what makes nothing more, are not stopped.
  await cluster.run("create", { type: "map_node", path: "//tmp/b" });
  await cluster.run("set", { path: "//tmp/team/a/@x" }, "1");
  await cluster.run("remove", { path: "//tmp/team/a" });
  await cluster.run("create", { type: "map_node", path: "//tmp/team/b" });
});

for (const name of ["disk_space", "disk_space_per_medium/default"]) {
  test(`an upload over the limit "${name}" is error 902, and leaves the old content`, async (t) => {
    const cluster = await startTestCluster(t);
    await createTeam(cluster);
    await cluster.run("create", { type: "file", path: "//tmp/team/f" });
    await cluster.write("//tmp/team/f", "old");
    await limit(cluster, name, 3 * 10);
    const error = await cluster.fail("write_file", { path: "//tmp/team/f" }, "far too long");
    assert.deepEqual(
      [error.code, error.message],
      [902, 'Account "team" is over disk space limit in medium "default"'],
    );
    assert.equal(await cluster.read("//tmp/team/f"), "old");
    await cluster.write("//tmp/team/f", "ten bytes.");
    assert.deepEqual(
      Object(await cluster.get("//sys/accounts/team/@violated_resource_limits")).disk_space,
      false,
    );
  });
}

test("chunks that files of one account share are charged once", async (t) => {
  const cluster = await startTestCluster(t);
  await createTeam(cluster);
  for (const name of ["a", "b"]) {
    await cluster.run("create", { type: "file", path: `//tmp/team/${name}` });
    await cluster.write(`//tmp/team/${name}`, "ten bytes.");
  }
  await limit(cluster, "disk_space", 2 * 3 * 10);
  await limit(cluster, "chunk_count", 2);
  await cluster.run("copy", { source_path: "//tmp/team/a", destination_path: "//tmp/team/c" });
  await cluster.run("create", { type: "file", path: "//tmp/team/ab" });
  const source_paths = ["//tmp/team/a", "//tmp/team/b"];
  await cluster.run("concatenate", { source_paths, destination_path: "//tmp/team/ab" });
  const usage = Object(await cluster.get("//sys/accounts/team/@resource_usage"));
  assert.deepEqual([usage.disk_space, usage.chunk_count], [60, 2]);
  assert.equal((await cluster.fail("write_file", { path: "//tmp/team/c" }, "new")).code, 902);
});

test("what a transaction has made counts, and frees its space when it is aborted", async (t) => {
  const cluster = await startTestCluster(t);
  await createTeam(cluster);
  await limit(cluster, "node_count", 2);
  const { transaction_id: id } = Object(
    await cluster.run("start_transaction", { timeout: 60_000 }),
  );
  await cluster.run("create", { type: "file", path: "//tmp/team/a", transaction_id: id });
  const error = await cluster.fail("create", {
    type: "file",
    path: "//tmp/team/b",
    transaction_id: id,
  });
  assert.equal(error.code, 902);
  await cluster.run("abort_transaction", { transaction_id: id });
  await cluster.run("create", { type: "file", path: "//tmp/team/b" });
});
