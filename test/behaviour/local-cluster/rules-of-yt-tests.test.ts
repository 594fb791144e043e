/** Rules that YTsaurus's own tests assert of a cluster, each named by the test that has it. */
import assert from "node:assert/strict";
import test from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { startTestCluster } from "../../tools/local-cluster.ts";

test("a part of a built-in attribute cannot be removed, with force neither (test_remove)", async (t) => {
  const cluster = await startTestCluster(t);
  const error = await cluster.fail("remove", { path: "//tmp/@key/inner", force: true });
  assert.equal(error.message, 'Builtin attribute "key" cannot be removed');
});

test("what has ended does not exist (test_waitable_lock_14, test_zero_tx_id)", async (t) => {
  const cluster = await startTestCluster(t);
  const { node_id: id } = Object(await cluster.run("create", { type: "file", path: "//tmp/f" }));
  await cluster.run("remove", { path: "//tmp/f" });
  const transaction = await cluster.begin();
  await cluster.run("abort_transaction", { transaction_id: transaction });
  for (const gone of [id, transaction, "0-0-0-0"]) {
    assert.deepEqual(await cluster.run("exists", { path: `#${gone}` }), { value: false }, gone);
  }
});

test("ids of nodes are not isolated (test_expire_orphaned_node_yt_8064)", async (t) => {
  const cluster = await startTestCluster(t);
  const [maker, other] = [await cluster.begin(), await cluster.begin()];
  const create = { type: "file", path: "//tmp/f", transaction_id: maker };
  const { node_id: id } = Object(await cluster.run("create", create));
  const lock = { path: `#${id}`, mode: "snapshot", transaction_id: other };
  assert.equal(Object(await cluster.run("lock", lock)).node_id, id);
});

test("ignore_existing and force exclude each other (test_copy_ignore_existing)", async (t) => {
  const cluster = await startTestCluster(t);
  const both = { force: true, ignore_existing: true };
  const message = 'Cannot specify both "ignore_existing" and "force" options simultaneously';
  const copy = { source_path: "//tmp", destination_path: "//home/x", ...both };
  assert.equal((await cluster.fail("copy", copy)).message, message);
  const link = { target_path: "//tmp", link_path: "//home/x", ...both };
  assert.equal((await cluster.fail("link", link)).message, message);
});

test("set of all attributes ends expiration (test_attributes_yt_11973)", async (t) => {
  const cluster = await startTestCluster(t);
  const attributes = { expiration_time: "2100-01-01T00:00:00Z", a: 1 };
  await cluster.run("create", { type: "file", path: "//tmp/f", attributes });
  await cluster.run("set", { path: "//tmp/f/@" }, '{"b":2}');
  const path = "//tmp/f/@expiration_time";
  assert.deepEqual(await cluster.run("exists", { path }), { value: false });
  assert.deepEqual(await cluster.get("//tmp/f/@user_attributes"), { b: 2 });
});

test("set with recursive makes maps inside a document (test_document)", async (t) => {
  const cluster = await startTestCluster(t);
  await cluster.run("create", { type: "document", path: "//tmp/d", attributes: { value: {} } });
  assert.equal((await cluster.fail("set", { path: "//tmp/d/a/b" }, "1")).code, 500);
  await cluster.run("set", { path: "//tmp/d/a/b", recursive: true }, "1");
  assert.deepEqual(await cluster.get("//tmp/d"), { a: { b: 1 } });
});

test("values inside an attribute have attributes (test_embedded_attributes)", async (t) => {
  const cluster = await startTestCluster(t);
  await cluster.run("set", { path: "//tmp/@a" }, '{"key":"value"}');
  await cluster.run("set", { path: "//tmp/@a/key/@inner" }, "1");
  assert.deepEqual(await cluster.get("//tmp/@a/key"), {
    $attributes: { inner: 1 },
    $value: "value",
  });
  assert.equal(await cluster.get("//tmp/@a/key/@inner"), 1);
  await cluster.run("remove", { path: "//tmp/@a/key/@inner" });
  assert.equal(await cluster.get("//tmp/@a/key"), "value");
});

test("a name of multiset_attributes is a path (test_multiset_attributes_tricky)", async (t) => {
  const cluster = await startTestCluster(t);
  await cluster.run("set", { path: "//tmp/@n" }, "{}");
  await cluster.run("multiset_attributes", { path: "//tmp/@" }, '{"n/b":3}');
  assert.deepEqual(await cluster.get("//tmp/@n"), { b: 3 });
  assert.equal(
    (await cluster.fail("multiset_attributes", { path: "//tmp/@" }, '{"m/b":3}')).code,
    500,
  );
});

test("use renews expiration_timeout, and a snapshot lock suspends it (test_expiration_timeout3 to 6)", async (t) => {
  const cluster = await startTestCluster(t);
  const attributes = { expiration_timeout: 1000 };
  for (const name of ["unused", "asked for", "locked"]) {
    await cluster.run("create", { type: "file", path: `//tmp/${name}`, attributes });
  }
  const transaction = await cluster.begin();
  await cluster.run("lock", {
    path: "//tmp/locked",
    mode: "snapshot",
    transaction_id: transaction,
  });
  const left = async () => Object.keys(Object(await cluster.get("//tmp")));
  while ((await left()).includes("unused")) {
    await cluster.run("exists", { path: "//tmp/asked for" });
    await delay(100);
  }
  assert.deepEqual(await left(), ["asked for", "locked"]);
});

test("the root never expires (test_no_expiration_time_for_root)", async (t) => {
  const cluster = await startTestCluster(t);
  const error = await cluster.fail("set", { path: "//@expiration_time" }, '"2100-01-01T00:00:00Z"');
  assert.equal(error.message, 'Cannot set "expiration_time" for the root');
});

test("a string node holds 65536 bytes, and no more", async (t) => {
  const cluster = await startTestCluster(t);
  await cluster.run("set", { path: "//tmp/s" }, JSON.stringify("x".repeat(65_536)));
  const longer = JSON.stringify("x".repeat(65_537));
  assert.equal((await cluster.fail("set", { path: "//tmp/s" }, longer)).code, 503);
  assert.equal((await cluster.fail("set", { path: "//tmp/t" }, longer)).code, 503);
});

test("a copy belongs to who has made it (test_preserve_owner)", async (t) => {
  const cluster = await startTestCluster(t);
  await cluster.run("create", { type: "file", path: "//tmp/d/f", recursive: true });
  const answer = await cluster.raw("/api/v4/copy?source_path=//tmp/d&destination_path=//tmp/e", {
    method: "POST",
    headers: { "X-YT-User-Name": "u" },
  });
  assert.equal(answer.status, 200);
  assert.equal(await cluster.get("//tmp/e/f/@owner"), "u");
});

test("write_file takes a codec and append from the path (test_set_compression, test_append)", async (t) => {
  const cluster = await startTestCluster(t);
  await cluster.run("create", { type: "file", path: "//tmp/f" });
  await cluster.write("<compression_codec=lz4>//tmp/f", "a");
  assert.equal(await cluster.get("//tmp/f/@compression_codec"), "lz4");
  await cluster.write('<append="true">//tmp/f', "b");
  assert.equal(await cluster.read("//tmp/f"), "ab");
});

test("read_file has an ETag, and answers 304 to who has that version (test_etag)", async (t) => {
  const cluster = await startTestCluster(t);
  await cluster.run("create", { type: "file", path: "//tmp/f" });
  await cluster.write("//tmp/f", "a");
  const url = "/api/v4/read_file?path=//tmp/f";
  const { etag = "" } = (await cluster.raw(url)).headers;
  const { id, revision } = Object(await cluster.get("//tmp/f/@"));
  assert.equal(etag, `${id}:${revision}`);
  const again = await cluster.raw(url, { headers: { "If-None-Match": etag } });
  assert.deepEqual([again.status, again.body.length], [304, 0]);
  await cluster.write("//tmp/f", "b");
  assert.equal((await cluster.raw(url, { headers: { "If-None-Match": etag } })).status, 200);
});

test("the file cache marks what is used (test_file_cache)", async (t) => {
  const cluster = await startTestCluster(t);
  await cluster.run("create", { type: "map_node", path: "//tmp/cache" });
  await cluster.run("create", { type: "file", path: "//tmp/f" });
  await cluster.write("//tmp/f", "abacaba", { compute_md5: true });
  const cache = { cache_path: "//tmp/cache", md5: "129296d4fd2ade2b2dbc402d4564bf81" };
  const path = await cluster.run("put_file_to_cache", { path: "//tmp/f", ...cache });
  assert.equal(await cluster.get(`${String(path)}/@touched`), true);
  const before = await cluster.get(`${String(path)}/@revision`);
  assert.equal(await cluster.run("get_file_from_cache", cache), path);
  assert.notEqual(await cluster.get(`${String(path)}/@revision`), before);
  assert.equal(await cluster.run("get_file_from_cache", { ...cache, md5: "none" }), "");
});

test("attributes of a transaction can be changed (test_update_attr)", async (t) => {
  const cluster = await startTestCluster(t);
  const id = await cluster.begin({ timeout: 60_000 });
  await cluster.run("set", { path: `#${id}/@mine` }, '{"a":1}');
  await cluster.run("set", { path: `//sys/transactions/${id}/@mine/b` }, "2");
  assert.deepEqual(await cluster.get(`#${id}/@mine`), { a: 1, b: 2 });
  await cluster.run("remove", { path: `#${id}/@mine` });
  assert.equal((await cluster.fail("remove", { path: `#${id}/@mine` })).code, 500);
  await cluster.run("set", { path: `#${id}/@timeout` }, "50000");
  assert.equal(await cluster.get(`#${id}/@timeout`), 50_000);
  assert.equal((await cluster.fail("set", { path: `#${id}/@depth` }, "2")).code, 1);
});

test("a transaction ends with its prerequisites (test_prerequisite_transactions_on_commit)", async (t) => {
  const cluster = await startTestCluster(t);
  const first = await cluster.begin();
  const second = await cluster.begin({ prerequisite_transaction_ids: [first] });
  await cluster.run("abort_transaction", { transaction_id: first });
  assert.equal((await cluster.fail("ping_transaction", { transaction_id: second })).code, 11_000);
  const third = await cluster.begin();
  const commit = { transaction_id: third, prerequisite_transaction_ids: ["a-b-c-d"] };
  assert.equal((await cluster.fail("commit_transaction", commit)).code, 1000);
  assert.equal((await cluster.fail("ping_transaction", { transaction_id: third })).code, 11_000);
});

test("execute_batch refuses no concurrency (test_batch_with_concurrency_failure)", async (t) => {
  const cluster = await startTestCluster(t);
  assert.equal((await cluster.fail("execute_batch", { requests: [], concurrency: -1 })).code, 1);
});

test("parse_ypath makes attributes of columns and ranges (test_parse_ypath.py)", async (t) => {
  const cluster = await startTestCluster(t);
  const parse = async (path: string) =>
    Object(Object(await cluster.run("parse_ypath", { path })).path).$attributes;
  assert.deepEqual(await parse("<a=b>//t{x, y}[#1:#2]"), {
    a: "b",
    columns: ["x", "y"],
    ranges: [{ lower_limit: { row_index: 1 }, upper_limit: { row_index: 2 } }],
  });
  assert.deepEqual(await parse("//t{}[:, (a, 1) : , k, #7]"), {
    columns: [],
    ranges: [
      {},
      { lower_limit: { key: ["a", 1] } },
      { exact: { key: ["k"] } },
      { exact: { row_index: 7 } },
    ],
  });
  for (const path of ["//t{1}", "//t[a", "//t{a}{b}", "//t[]x"]) {
    assert.equal((await cluster.fail("parse_ypath", { path })).code, 1, path);
  }
});
