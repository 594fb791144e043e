/** Built-in attributes that people and tools look for: what is used, revisions, and how a file is stored. */
import assert from "node:assert/strict";
import test from "node:test";
import { startTestCluster } from "../../tools/local-cluster.ts";
import type { TestCluster } from "../../tools/local-cluster.ts";

async function attributesOf(cluster: TestCluster, path: string): Promise<Record<string, unknown>> {
  return Object(await cluster.get(`${path}/@`));
}

test("resource_usage counts the node, and recursive_resource_usage what is below it", async (t) => {
  const cluster = await startTestCluster(t);
  await cluster.run("create", { type: "file", path: "//tmp/d/f", recursive: true });
  await cluster.write("//tmp/d/f", "12345678");
  await cluster.run("set", { path: "//tmp/d/f/@replication_factor" }, "2");
  const own = Object(await cluster.get("//tmp/d/@resource_usage"));
  const all = Object(await cluster.get("//tmp/d/@recursive_resource_usage"));
  assert.deepEqual([own.node_count, own.chunk_count, own.disk_space], [1, 0, 0]);
  assert.deepEqual([all.node_count, all.chunk_count, all.disk_space], [2, 1, 16]);
  assert.deepEqual(all.disk_space_per_medium, { default: 16 });
});

test("chunk_ids are the ids of a file's chunks", async (t) => {
  const cluster = await startTestCluster(t);
  await cluster.run("create", { type: "file", path: "//tmp/f" });
  assert.deepEqual(await cluster.get("//tmp/f/@chunk_ids"), []);
  await cluster.write("//tmp/f", "a");
  const ids = await cluster.get("//tmp/f/@chunk_ids");
  assert.ok(Array.isArray(ids) && ids.length === 1 && /^[0-9a-f]+(-[0-9a-f]+){3}$/.test(ids[0]));
});

test("attribute_revision and content_revision tell what was changed", async (t) => {
  const cluster = await startTestCluster(t);
  const revisions = async () => {
    const { revision, attribute_revision, content_revision } = await attributesOf(
      cluster,
      "//tmp/d",
    );
    return [revision, attribute_revision, content_revision].map(Number);
  };
  await cluster.run("create", { type: "map_node", path: "//tmp/d", attributes: { a: 1 } });
  const [first = 0, ...rest] = await revisions();
  assert.deepEqual(rest, [first, first]);
  await cluster.run("set", { path: "//tmp/d/@a" }, "2");
  const [second = 0, ...afterSet] = await revisions();
  assert.deepEqual([second > first, ...afterSet], [true, second, first]);
  await cluster.run("create", { type: "map_node", path: "//tmp/d/e" });
  const [third = 0, ...afterCreate] = await revisions();
  assert.deepEqual([third > second, ...afterCreate], [true, second, third]);
});

test("a commit gives its revision to what the transaction has changed", async (t) => {
  const cluster = await startTestCluster(t);
  const id = await cluster.begin();
  await cluster.run("set", { path: "//tmp/@a", transaction_id: id }, "1");
  const inside = Number(await cluster.get("//tmp/@revision", { transaction_id: id }));
  await cluster.run("commit_transaction", { transaction_id: id });
  const revision = Number(await cluster.get("//tmp/@revision"));
  assert.ok(revision > inside, `${revision} > ${inside}`);
});

test("suppress_modification_tracking leaves time and revision as they are", async (t) => {
  const cluster = await startTestCluster(t);
  await cluster.run("create", { type: "map_node", path: "//tmp/d" });
  const { revision, modification_time } = await attributesOf(cluster, "//tmp/d");
  await cluster.run("set", { path: "//tmp/d/@a", suppress_modification_tracking: true }, "1");
  const after = await attributesOf(cluster, "//tmp/d");
  assert.deepEqual(
    [after.a, after.revision, after.modification_time],
    [1, revision, modification_time],
  );
});

test("access_counter counts use of the node, and not of its attributes", async (t) => {
  const cluster = await startTestCluster(t);
  await cluster.run("create", { type: "file", path: "//tmp/f" });
  const counted = async () => cluster.get("//tmp/f/@access_counter");
  await cluster.run("exists", { path: "//tmp/f" });
  await cluster.read("//tmp/f", { suppress_access_tracking: true });
  assert.equal(await counted(), 0);
  await cluster.read("//tmp/f");
  assert.equal(await counted(), 1);
  const { access_time, creation_time } = await attributesOf(cluster, "//tmp/f");
  assert.ok(String(access_time) >= String(creation_time));
});

test("a file takes over how it is stored from the folders above it", async (t) => {
  const cluster = await startTestCluster(t);
  await cluster.run("set", { path: "//tmp/@compression_codec" }, '"zlib_9"');
  await cluster.run("set", { path: "//tmp/@replication_factor" }, "5");
  const attributes = { replication_factor: 2 };
  await cluster.run("create", { type: "file", path: "//tmp/d/f", recursive: true, attributes });
  const { compression_codec, replication_factor, media } = await attributesOf(cluster, "//tmp/d/f");
  assert.deepEqual([compression_codec, replication_factor], ["zlib_9", 2]);
  assert.deepEqual(media, { default: { replication_factor: 2, data_parts_only: false } });
  assert.equal("compression_codec" in (await attributesOf(cluster, "//tmp/d")), false);
});

test("settings of storage are checked", async (t) => {
  const cluster = await startTestCluster(t);
  await cluster.run("create", { type: "file", path: "//tmp/f" });
  const refusals: readonly [string, string][] = [
    ["compression_codec", '"best"'],
    ["erasure_codec", '"best"'],
    ["replication_factor", "0"],
    ["replication_factor", "21"],
    ["primary_medium", '"ssd"'],
  ];
  for (const [name, value] of refusals) {
    const error = await cluster.fail("set", { path: `//tmp/f/@${name}` }, value);
    assert.equal(error.code, 1, name);
  }
  const id = await cluster.begin();
  const path = "//tmp/f/@replication_factor";
  const error = await cluster.fail("set", { path, transaction_id: id }, "2");
  assert.equal(error.message, "Operation cannot be performed in transaction");
});
