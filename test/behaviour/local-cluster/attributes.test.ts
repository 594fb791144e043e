/** Attributes over HTTP: built-in ones, those of users, and what `set`, `get` and `list` do with them. */
import assert from "node:assert/strict";
import test from "node:test";
import { startTestCluster } from "../../tools/local-cluster.ts";

test("set keeps any value as a user attribute, and parts of it can be changed", async (t) => {
  const cluster = await startTestCluster(t);
  await cluster.run("set", { path: "//tmp/@a" }, '{"list":[1,"й",null],"map":{"x":true}}');
  assert.equal(await cluster.get("//tmp/@a/list/1"), "й");
  await cluster.run("set", { path: "//tmp/@a/list/-1" }, "2");
  await cluster.run("set", { path: "//tmp/@a/list/end" }, "3");
  await cluster.run("remove", { path: "//tmp/@a/map/x" });
  assert.deepEqual(await cluster.get("//tmp/@a"), { list: [1, "й", 2, 3], map: {} });
  const error = await cluster.fail("set", { path: "//tmp/@a/no/x" }, "1");
  assert.deepEqual([error.code, error.message], [500, 'Node has no child with key "no"']);
});

test("set of all attributes replaces those of the user and no others", async (t) => {
  const cluster = await startTestCluster(t);
  await cluster.run("create", {
    type: "file",
    path: "//tmp/f",
    attributes: { a: 1, executable: true },
  });
  await cluster.run("set", { path: "//tmp/f/@" }, '{"b":2}');
  assert.deepEqual(await cluster.get("//tmp/f/@user_attributes"), { b: 2 });
  assert.equal(await cluster.get("//tmp/f/@executable"), true);
});

test("multiset_attributes sets several in the order of their names, until one fails", async (t) => {
  const cluster = await startTestCluster(t);
  await cluster.run("set", { path: "//tmp/@a" }, "1");
  await cluster.run("multiset_attributes", { path: "//tmp/@" }, '{"b":2,"c":{"d":3}}');
  assert.deepEqual(await cluster.get("//tmp/@user_attributes"), { a: 1, b: 2, c: { d: 3 } });
  const error = await cluster.fail(
    "multiset_attributes",
    { path: "//tmp/@" },
    '{"z":9,"id":"x","a":9}',
  );
  assert.equal(error.message, 'Builtin attribute "id" cannot be set');
  assert.deepEqual(await cluster.get("//tmp/@user_attributes"), { a: 9, b: 2, c: { d: 3 } });
  assert.equal((await cluster.fail("multiset_attributes", { path: "//tmp" }, "{}")).code, 1);
});

test("remove takes away one attribute, or all of the user's", async (t) => {
  const cluster = await startTestCluster(t);
  await cluster.run("set", { path: "//tmp/@" }, '{"a":1,"b":2,"c":3}');
  await cluster.run("remove", { path: "//tmp/@a" });
  assert.deepEqual(await cluster.run("list", { path: "//tmp/@user_attributes" }), {
    value: ["b", "c"],
  });
  await cluster.run("remove", { path: "//tmp/@*" });
  assert.deepEqual(await cluster.get("//tmp/@user_attributes"), {});
  const error = await cluster.fail("remove", { path: "//tmp/@type" });
  assert.equal(error.message, 'Builtin attribute "type" cannot be removed');
});

test("set refuses a value of the wrong type for attributes of files", async (t) => {
  const cluster = await startTestCluster(t);
  await cluster.run("create", { type: "file", path: "//tmp/f" });
  assert.equal(
    (await cluster.fail("set", { path: "//tmp/f/@executable" }, '"yes"')).message,
    'Invalid type of attribute "executable": expected "boolean", actual "string"',
  );
  assert.equal((await cluster.fail("set", { path: "//tmp/f/@file_name" }, "1")).code, 1);
});

test("get of all attributes shows entities for the laborious ones", async (t) => {
  const cluster = await startTestCluster(t);
  await cluster.run("set", { path: "//tmp/@mine" }, "1");
  const { type, path, mine, count, key } = Object(await cluster.get("//tmp/@"));
  assert.deepEqual([type, path, mine, count, key], ["map_node", null, 1, 0, "tmp"]);
  assert.equal(await cluster.get("//tmp/@path"), "//tmp");
});

test("get of all attributes shows only those that are named, where some are", async (t) => {
  const cluster = await startTestCluster(t);
  const named = { attributes: ["type", "path", "nothing"] };
  assert.deepEqual(await cluster.get("//tmp/@", named), { type: "map_node", path: "//tmp" });
});

test("get of a missing attribute is a resolve error", async (t) => {
  const cluster = await startTestCluster(t);
  const error = await cluster.fail("get", { path: "//tmp/@nothing" });
  assert.deepEqual([error.code, error.message], [500, "Error resolving path //tmp/@nothing"]);
  assert.equal(error.inner_errors[0]?.message, 'Attribute "nothing" is not found');
});

test("revision grows with every change", async (t) => {
  const cluster = await startTestCluster(t);
  const revision = async () => Number(await cluster.get("//tmp/@revision"));
  const seen = [await revision()];
  await cluster.run("set", { path: "//tmp/@a" }, "1");
  seen.push(await revision());
  await cluster.run("create", { type: "map_node", path: "//tmp/x" });
  seen.push(await revision());
  await cluster.run("remove", { path: "//tmp/x" });
  seen.push(await revision());
  assert.deepEqual(
    seen.toSorted((a, b) => a - b),
    seen,
  );
  assert.equal(new Set(seen).size, 4);
});

test("set makes nodes of the type that the value has", async (t) => {
  const cluster = await startTestCluster(t);
  await cluster.run("set", { path: "//tmp/x" }, '{"s":"a","i":-1,"d":0.5,"b":true,"m":{}}');
  const typeOf = (name: string) => cluster.get(`//tmp/x/${name}/@type`);
  assert.deepEqual(await Promise.all(["s", "i", "d", "b", "m"].map(typeOf)), [
    "string_node",
    "int64_node",
    "double_node",
    "boolean_node",
    "map_node",
  ]);
  const error = await cluster.fail("set", { path: "//tmp/y" }, "null");
  assert.equal(error.message, "Entity nodes cannot be created");
});

test("set replaces a value of the same type only", async (t) => {
  const cluster = await startTestCluster(t);
  await cluster.run("set", { path: "//tmp/x" }, '"a"');
  await cluster.run("set", { path: "//tmp/x" }, '"b"');
  assert.equal(await cluster.get("//tmp/x"), "b");
  assert.equal(
    (await cluster.fail("set", { path: "//tmp/x" }, "1")).message,
    'Node has invalid type: expected "string_node", actual "int64_node"',
  );
});

test("set of a map node needs force", async (t) => {
  const cluster = await startTestCluster(t);
  await cluster.run("set", { path: "//tmp/x" }, '{"a":1}');
  assert.equal(
    (await cluster.fail("set", { path: "//tmp/x" }, '{"b":2}')).message,
    '"set" command without "force" flag is forbidden; use "create" instead',
  );
  await cluster.run("set", { path: "//tmp/x", force: true }, '{"b":2}');
  assert.deepEqual(await cluster.get("//tmp/x"), { b: 2 });
});

test("set of a file is no method of files", async (t) => {
  const cluster = await startTestCluster(t);
  await cluster.run("create", { type: "file", path: "//tmp/f" });
  assert.equal((await cluster.fail("set", { path: "//tmp/f" }, '"x"')).code, 103);
});

test("a document holds any value, and its parts have paths", async (t) => {
  const cluster = await startTestCluster(t);
  const attributes = { value: { a: [1, { b: "c" }] } };
  await cluster.run("create", { type: "document", path: "//tmp/d", attributes });
  assert.equal(await cluster.get("//tmp/d/a/1/b"), "c");
  await cluster.run("set", { path: "//tmp/d/a/0" }, "null");
  await cluster.run("remove", { path: "//tmp/d/a/1" });
  assert.deepEqual(await cluster.get("//tmp/d"), { a: [null] });
  assert.deepEqual(await cluster.run("exists", { path: "//tmp/d/a/5" }), { value: false });
});

test("names and values in any language come back as they went in", async (t) => {
  const cluster = await startTestCluster(t);
  const name = "данные [1] {2} *&@ 日本語 🎉 \\ '\"";
  const escaped = name.replace(/[\\@&*[{]/g, String.raw`\$&`);
  await cluster.run("create", {
    type: "file",
    path: `//tmp/${escaped}`,
    attributes: { имя: name },
  });
  assert.deepEqual(await cluster.run("list", { path: "//tmp" }), { value: [name] });
  assert.equal(await cluster.get(`//tmp/${escaped}/@имя`), name);
});
