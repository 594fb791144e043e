/** Nodes over HTTP: create, copy, move, link, remove, and expiration. */
import assert from "node:assert/strict";
import test from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { startTestCluster } from "../../tools/local-cluster.ts";

test("create makes a node, and with recursive the way to it", async (t) => {
  const cluster = await startTestCluster(t);
  const error = await cluster.fail("create", { type: "map_node", path: "//home/a/b" });
  assert.equal(error.message, "Error resolving path //home/a/b");
  assert.equal(error.inner_errors[0]?.message, 'Node //home has no child with key "a"');
  await cluster.run("create", { type: "map_node", path: "//home/a/b", recursive: true });
  assert.equal(await cluster.get("//home/a/b/@path"), "//home/a/b");
});

test("create refuses what is there, or finds it, or replaces it", async (t) => {
  const cluster = await startTestCluster(t);
  const create = { type: "file", path: "//tmp/f", attributes: { version: 1 } };
  const first = await cluster.run("create", create);
  const again = await cluster.fail("create", create);
  assert.deepEqual([again.code, again.message], [501, "Node //tmp/f already exists"]);

  const found = { ...create, attributes: { version: 2 }, ignore_existing: true };
  assert.deepEqual(await cluster.run("create", found), first);
  assert.equal(await cluster.get("//tmp/f/@version"), 1);

  const other = { ...found, type: "map_node" };
  assert.equal(
    (await cluster.fail("create", other)).message,
    '//tmp/f already exists and has type "file" while node of "map_node" type is about to be created',
  );
  assert.deepEqual(await cluster.run("create", { ...other, ignore_type_mismatch: true }), first);

  assert.notDeepEqual(await cluster.run("create", { ...create, force: true }), first);
  assert.equal((await cluster.fail("create", { ...other, force: true })).code, 1);
});

test("create says which types are not emulated", async (t) => {
  const cluster = await startTestCluster(t);
  const error = await cluster.fail("create", { type: "list_node", path: "//tmp/x" });
  assert.equal(error.message, 'Not emulated by the local cluster: nodes of type "list_node"');
});

test("create refuses a place below a node that is no map node", async (t) => {
  const cluster = await startTestCluster(t);
  await cluster.run("create", { type: "file", path: "//tmp/f" });
  const error = await cluster.fail("create", { type: "file", path: "//tmp/f/g", recursive: true });
  assert.equal(error.code, 500);
  assert.equal(error.inner_errors[0]?.message, "Node //tmp/f cannot have children");
});

test("create gives a new file no bytes and the md5 of none", async (t) => {
  const cluster = await startTestCluster(t);
  await cluster.run("create", { type: "file", path: "//tmp/f" });
  assert.equal(await cluster.get("//tmp/f/@md5"), "d41d8cd98f00b204e9800998ecf8427e");
  assert.equal(await cluster.get("//tmp/f/@uncompressed_data_size"), 0);
});

test("create leaves nothing behind when it fails half-way", async (t) => {
  const cluster = await startTestCluster(t);
  const create = { type: "map_node", path: "//tmp/a/b", recursive: true, attributes: { id: "x" } };
  const error = await cluster.fail("create", create);
  assert.equal(error.message, 'Builtin attribute "id" cannot be set');
  assert.deepEqual(await cluster.run("list", { path: "//tmp" }), { value: [] });
});

test("create refuses keys that are too long", async (t) => {
  const cluster = await startTestCluster(t);
  const error = await cluster.fail("create", { type: "file", path: `//tmp/${"x".repeat(4097)}` });
  assert.deepEqual(
    [error.code, error.message],
    [505, "Map node key is longer than allowed: 4097 > 4096"],
  );
});

test("get shows a subtree, with the attributes that are asked for", async (t) => {
  const cluster = await startTestCluster(t);
  await cluster.run("create", { type: "file", path: "//tmp/a/f", recursive: true });
  await cluster.run("set", { path: "//tmp/a/number" }, "5");
  await cluster.run("set", { path: "//tmp/a/f/@x" }, '"y"');
  assert.deepEqual(await cluster.get("//tmp"), { a: { f: null, number: 5 } });
  assert.deepEqual(await cluster.get("//tmp", { attributes: ["x"] }), {
    a: { f: { $attributes: { x: "y" }, $value: null }, number: 5 },
  });
  assert.deepEqual(await cluster.get("//tmp/a", { attributes: { keys: ["type"] } }), {
    $attributes: { type: "map_node" },
    $value: {
      f: { $attributes: { type: "file" }, $value: null },
      number: { $attributes: { type: "int64_node" }, $value: 5 },
    },
  });
});

test("get and list give a bare value when only that is wanted", async (t) => {
  const cluster = await startTestCluster(t);
  assert.deepEqual(await cluster.run("get", { path: "//tmp", return_only_value: true }), {});
  assert.deepEqual(await cluster.run("list", { path: "/", return_only_value: true }), [
    "home",
    "sys",
    "tmp",
  ]);
});

test("list says when it leaves something out", async (t) => {
  const cluster = await startTestCluster(t);
  for (const name of ["a", "b", "c"]) {
    await cluster.run("create", { type: "map_node", path: `//tmp/${name}` });
  }
  assert.deepEqual(await cluster.run("list", { path: "//tmp", max_size: 2 }), {
    value: { $attributes: { incomplete: true }, $value: ["a", "b"] },
  });
  assert.deepEqual(await cluster.run("list", { path: "//tmp", attributes: ["type"] }), {
    value: ["a", "b", "c"].map((name) => ({ $attributes: { type: "map_node" }, $value: name })),
  });
});

test("list fails on what has no children", async (t) => {
  const cluster = await startTestCluster(t);
  await cluster.run("create", { type: "file", path: "//tmp/f" });
  const error = await cluster.fail("list", { path: "//tmp/f" });
  assert.deepEqual(
    [error.code, error.message],
    [103, 'Method List is not supported by node //tmp/f of type "file"'],
  );
});

test("exists is false for whatever is missing", async (t) => {
  const cluster = await startTestCluster(t);
  await cluster.run("create", { type: "file", path: "//tmp/f" });
  const exists = async (path: string) => cluster.run("exists", { path });
  for (const path of ["//tmp/f", "//tmp/f/@id", "//tmp/f/@"]) {
    assert.deepEqual(await exists(path), { value: true }, path);
  }
  for (const path of ["//tmp/g", "//tmp/g/h", "//tmp/f/g", "//tmp/f/@nothing", "//x/@id"]) {
    assert.deepEqual(await exists(path), { value: false }, path);
  }
  const error = await cluster.fail("exists", { path: "#1-2-3-4" });
  assert.equal(error.inner_errors[0]?.message, "No such object 1-2-3-4");
});

test("remove takes away a map that holds something, unless recursive is false", async (t) => {
  const cluster = await startTestCluster(t);
  await cluster.run("create", { type: "file", path: "//tmp/a/f", recursive: true });
  for (const force of [false, true]) {
    const error = await cluster.fail("remove", { path: "//tmp/a", recursive: false, force });
    assert.deepEqual([error.code, error.message], [1, "Cannot remove non-empty composite node"]);
  }
  await cluster.run("remove", { path: "//tmp/a" });
  assert.deepEqual(await cluster.get("//tmp"), {});
});

test("remove takes force to mean that missing is fine", async (t) => {
  const cluster = await startTestCluster(t);
  assert.equal((await cluster.fail("remove", { path: "//tmp/a" })).code, 500);
  await cluster.run("remove", { path: "//tmp/a", force: true });
  await cluster.run("remove", { path: "//tmp/@a", force: true });
  assert.equal((await cluster.fail("remove", { path: "//tmp/@a" })).code, 500);
});

test("remove of the root is refused, of its children is not", async (t) => {
  const cluster = await startTestCluster(t);
  const error = await cluster.fail("remove", { path: "/", recursive: true });
  assert.equal(error.message, "Node / cannot be removed");
  await cluster.run("create", { type: "file", path: "//tmp/a/f", recursive: true });
  await cluster.run("remove", { path: "//tmp/*" });
  assert.deepEqual(await cluster.get("//tmp"), {});
});

test("remove forgets an object altogether", async (t) => {
  const cluster = await startTestCluster(t);
  await cluster.run("create", { type: "file", path: "//tmp/a/f", recursive: true });
  const id = await cluster.get("//tmp/a/f/@id");
  await cluster.run("remove", { path: "//tmp/a", recursive: true });
  const error = await cluster.fail("get", { path: `#${String(id)}/@type` });
  assert.equal(error.inner_errors[0]?.message, `No such object ${String(id)}`);
});

test("copy gives a new node with the old one's attributes and content", async (t) => {
  const cluster = await startTestCluster(t);
  await cluster.run("create", { type: "file", path: "//tmp/a/f", recursive: true });
  await cluster.run("set", { path: "//tmp/a/f/@x" }, "1");
  await cluster.run("set", { path: "//tmp/a/f/@expiration_timeout" }, "60000");
  await cluster.write("//tmp/a/f", "content", { compute_md5: true });
  const copy = { source_path: "//tmp/a", destination_path: "//tmp/b" };
  const { node_id: id } = Object(await cluster.run("copy", copy));
  assert.equal(await cluster.get("//tmp/b/@id"), id);
  assert.equal(await cluster.read("//tmp/b/f"), "content");
  assert.equal(await cluster.get("//tmp/b/f/@x"), 1);
  assert.equal(await cluster.get("//tmp/b/f/@md5"), await cluster.get("//tmp/a/f/@md5"));
  assert.notEqual(await cluster.get("//tmp/b/f/@id"), await cluster.get("//tmp/a/f/@id"));
  assert.deepEqual(await cluster.run("exists", { path: "//tmp/b/f/@expiration_timeout" }), {
    value: false,
  });

  assert.equal((await cluster.fail("copy", copy)).message, "Node //tmp/b already exists");
  assert.deepEqual(await cluster.run("copy", { ...copy, ignore_existing: true }), { node_id: id });
  assert.notDeepEqual(await cluster.run("copy", { ...copy, force: true }), { node_id: id });
});

test("copy makes the way to its destination only with recursive", async (t) => {
  const cluster = await startTestCluster(t);
  await cluster.run("create", { type: "file", path: "//tmp/f" });
  const copy = { source_path: "//tmp/f", destination_path: "//tmp/x/y" };
  assert.equal((await cluster.fail("copy", copy)).code, 500);
  await cluster.run("copy", { ...copy, recursive: true });
  assert.deepEqual(await cluster.get("//tmp"), { f: null, x: { y: null } });
});

test("copy and move refuse a destination inside the source", async (t) => {
  const cluster = await startTestCluster(t);
  await cluster.run("create", { type: "map_node", path: "//tmp/a/b", recursive: true });
  const into = { source_path: "//tmp/a", destination_path: "//tmp/a/b/c" };
  assert.equal((await cluster.fail("copy", into)).message, "Cannot copy a node to its descendant");
  assert.equal((await cluster.fail("move", into)).message, "Cannot move a node to its descendant");
});

test("move takes the node away from where it was and keeps its acl and times", async (t) => {
  const cluster = await startTestCluster(t);
  await cluster.run("create", { type: "file", path: "//tmp/f", attributes: { acl: [], x: 1 } });
  const created = await cluster.get("//tmp/f/@creation_time");
  await cluster.run("move", { source_path: "//tmp/f", destination_path: "//tmp/g" });
  assert.deepEqual(await cluster.get("//tmp"), { g: null });
  assert.equal(await cluster.get("//tmp/g/@x"), 1);
  assert.equal(await cluster.get("//tmp/g/@creation_time"), created);
  const error = await cluster.fail("move", {
    source_path: "//tmp/g",
    destination_path: "//tmp/h",
    ignore_existing: true,
  });
  assert.equal(error.message, 'Node cannot be moved with "ignore_existing" option');
});

test("link leads to its target, and is meant itself with an ampersand", async (t) => {
  const cluster = await startTestCluster(t);
  await cluster.run("create", { type: "file", path: "//tmp/a/f", recursive: true });
  await cluster.run("link", { target_path: "//tmp/a", link_path: "//tmp/l" });
  assert.equal(await cluster.get("//tmp/l/f/@type"), "file");
  assert.equal(await cluster.get("//tmp/l/@type"), "map_node");
  assert.equal(await cluster.get("//tmp/l&/@type"), "link");
  assert.equal(await cluster.get("//tmp/l&/@target_path"), "//tmp/a");
  assert.equal(await cluster.get("//tmp/l&/@broken"), false);
  await cluster.run("remove", { path: "//tmp/a", recursive: true });
  assert.equal(await cluster.get("//tmp/l&/@broken"), true);
  assert.deepEqual(await cluster.run("exists", { path: "//tmp/l" }), { value: false });
  assert.deepEqual(await cluster.run("exists", { path: "//tmp/l&" }), { value: true });
  await cluster.run("remove", { path: "//tmp/l" });
  assert.deepEqual(await cluster.get("//tmp"), {});
});

test("link refuses a missing target and a circle", async (t) => {
  const cluster = await startTestCluster(t);
  const link = { target_path: "//tmp/a", link_path: "//tmp/b" };
  assert.equal((await cluster.fail("link", link)).code, 500);
  await cluster.run("link", { ...link, force: true });
  const back = { target_path: "//tmp/b", link_path: "//tmp/a", force: true };
  const error = await cluster.fail("link", back);
  assert.equal(error.message, "Failed to create link: link is cyclic");
});

test("nodes expire", async (t) => {
  const cluster = await startTestCluster(t);
  const past = { expiration_time: Date.now() - 1 };
  const future = { expiration_time: new Date(Date.now() + 3_600_000).toISOString() };
  await cluster.run("create", { type: "map_node", path: "//tmp/soon", attributes: past });
  await cluster.run("create", { type: "map_node", path: "//tmp/late", attributes: future });
  const attributes = { expiration_timeout: 1 };
  await cluster.run("create", { type: "map_node", path: "//tmp/unused", attributes });
  let names: unknown;
  do {
    await delay(20);
    names = await cluster.run("list", { path: "//tmp", return_only_value: true });
  } while (JSON.stringify(names) !== '["late"]');
});
