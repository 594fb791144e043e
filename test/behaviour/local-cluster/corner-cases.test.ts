/** Rare requests over HTTP, each with what a cluster answers and where its sources say so. */
import assert from "node:assert/strict";
import { rm, readdir } from "node:fs/promises";
import path from "node:path";
import test from "node:test";
import { startTestCluster } from "../../tools/local-cluster.ts";

// integration/cypress/test_cypress.py, test_list
test("items are put into a list inside an attribute before, after and at its ends", async (t) => {
  const cluster = await startTestCluster(t);
  await cluster.run("set", { path: "//tmp/@l" }, "[1,2]");
  for (const [key, value] of Object.entries({ begin: 0, end: 3, "before:0": -1, "after:-1": 4 })) {
    await cluster.run("set", { path: `//tmp/@l/${key}` }, String(value));
  }
  await cluster.run("set", { path: "//tmp/@l/0" }, "-2");
  await cluster.run("remove", { path: "//tmp/@l/1" });
  assert.deepEqual(await cluster.get("//tmp/@l"), [-2, 1, 2, 3, 4]);
  for (const key of ["before:7", "after:-8", "7", "before:"]) {
    await cluster.fail("set", { path: `//tmp/@l/${key}` }, "1");
  }
  assert.deepEqual(await cluster.get("//tmp/@l"), [-2, 1, 2, 3, 4]);
});

// yt/core/ytree/serialize.cpp
test("expiration_time is read as a time, and neither it nor a timeout is negative", async (t) => {
  const cluster = await startTestCluster(t);
  await cluster.run("create", { type: "file", path: "//tmp/f" });
  await cluster.run("set", { path: "//tmp/f/@expiration_time" }, "4102444800000");
  assert.equal(await cluster.get("//tmp/f/@expiration_time"), "2100-01-01T00:00:00.000000Z");
  const messages = [];
  for (const name of ["expiration_time", "expiration_timeout"]) {
    messages.push((await cluster.fail("set", { path: `//tmp/f/@${name}` }, "-1")).message);
  }
  assert.deepEqual(messages, ["Instant cannot be negative", "Duration cannot be negative"]);
  assert.deepEqual(await cluster.run("exists", { path: "//tmp/f" }), { value: true });
});

// client/driver/driver.cpp: execute_batch is a command like others, and its list is required.
test("a batch may be in a batch, and has to have requests", async (t) => {
  const cluster = await startTestCluster(t);
  const inner = { requests: [{ command: "exists", parameters: { path: "//tmp" } }] };
  const answer = await cluster.run("execute_batch", {
    requests: [{ command: "execute_batch", parameters: inner }],
  });
  assert.deepEqual(answer, {
    results: [{ output: { results: [{ output: { value: true } }] } }],
  });
  const error = await cluster.fail("execute_batch");
  assert.equal(error.message, "Missing required parameter /requests");
});

test("check_permission without a user is an error, and no refusal", async (t) => {
  const cluster = await startTestCluster(t);
  const error = await cluster.fail("check_permission", { path: "//tmp", permission: "read" });
  assert.equal(error.message, "Missing required parameter /user");
});

// wrapper/tests/test_parse_ypath.py
test("parse_ypath only splits a path, which get then refuses", async (t) => {
  const cluster = await startTestCluster(t);
  for (const text of ["//", "//a//b", String.raw`//a\[b`]) {
    assert.deepEqual(await cluster.run("parse_ypath", { path: text }), { path: text });
  }
  assert.equal((await cluster.fail("get", { path: "//" })).code, 1);
});

// yt/core/ytree/exception_helpers.cpp
test("get of what an attribute lacks names the key that is missing", async (t) => {
  const cluster = await startTestCluster(t);
  await cluster.run("set", { path: "//tmp/@m" }, '{"a":1}');
  const error = await cluster.fail("get", { path: "//tmp/@m/b" });
  assert.deepEqual(
    [error.code, error.inner_errors[0]?.message],
    [500, 'Node has no child with key "b"'],
  );
});

// server/master/object_server/object_detail.cpp, ValidateCustomAttributeLength
test("an attribute of more than 16 MB is error 504", async (t) => {
  const cluster = await startTestCluster(t);
  const value = JSON.stringify("x".repeat(16 * 1024 * 1024 + 1));
  const error = await cluster.fail("set", { path: "//tmp/@big" }, value);
  assert.deepEqual(
    [error.code, error.message],
    [504, "Attribute size limit exceeded: 16777217 > 16777216"],
  );
});

// server/master/security_server/security_manager.cpp; the status: server/http_proxy/context.cpp
test("a banned user is told so with 903 and status 403, and root cannot be banned", async (t) => {
  const cluster = await startTestCluster(t);
  await cluster.run("create", { type: "user", attributes: { name: "robot" } });
  const ask = () =>
    cluster.raw("/api/v4/exists?path=//tmp", { headers: { "X-YT-User-Name": "robot" } });
  assert.equal((await ask()).status, 200);
  await cluster.run("set", { path: "//sys/users/robot/@banned" }, "true");
  const { status, body } = await ask();
  const { code, message } = Object(JSON.parse(String(body)));
  assert.deepEqual([status, code, message], [403, 903, 'User "robot" is banned']);
  await cluster.run("set", { path: "//sys/users/robot/@banned" }, "false");
  assert.equal((await ask()).status, 200);
  const root = "//sys/users/root";
  const error = await cluster.fail("set", { path: `${root}/@banned` }, "true");
  assert.equal(error.message, 'User "root" cannot be banned');
});

// ytlib/chunk_client/replication_reader.cpp
test("a file whose content is gone from the disk is told as a lost chunk", async (t) => {
  const cluster = await startTestCluster(t);
  await cluster.run("create", { type: "file", path: "//tmp/f" });
  await cluster.write("//tmp/f", "content");
  const chunks = path.join(cluster.dataDirectory, "chunks");
  for (const name of await readdir(chunks)) {
    await rm(path.join(chunks, name));
  }
  const error = await cluster.fail("read_file", { path: "//tmp/f" });
  const [cause] = error.inner_errors;
  assert.deepEqual([error.code, cause?.code, cause?.message], [738, 743, "Chunk is lost"]);
  assert.match(error.message, /^Error fetching meta for chunk [0-9a-f-]+$/);
  // The node is there, and can be written anew.
  await cluster.write("//tmp/f", "again");
  assert.equal(await cluster.read("//tmp/f"), "again");
});
