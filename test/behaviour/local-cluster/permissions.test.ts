/** Access control over HTTP: what deny entries refuse, and to whom. */
import assert from "node:assert/strict";
import test from "node:test";
import { asciiJson, startTestCluster } from "../../tools/local-cluster.ts";
import type { TestCluster } from "../../tools/local-cluster.ts";

function deny(permissions: readonly string[], more: object = {}): string {
  return JSON.stringify([{ action: "deny", subjects: ["everyone"], permissions, ...more }]);
}

async function setup(cluster: TestCluster, acl: string): Promise<void> {
  await cluster.run("create", { type: "file", path: "//tmp/a/f", recursive: true });
  await cluster.run("set", { path: "//tmp/a/@acl" }, acl);
}

test("a denied permission is error 901, worded as on the cluster, with status 400", async (t) => {
  const cluster = await startTestCluster(t);
  await setup(cluster, deny(["write"]));
  const error = await cluster.fail("write_file", { path: "//tmp/a/f" }, "x");
  assert.equal(error.code, 901);
  assert.equal(
    error.message,
    'Access denied for user "root": "write" permission for node //tmp/a/f ' +
      'is denied for "everyone" by ACE at node //tmp/a',
  );
  assert.deepEqual([error.attributes["permission"], error.attributes["user"]], ["write", "root"]);
  const answer = await cluster.raw("/api/v4/set", {
    method: "PUT",
    headers: { "X-YT-Parameters": asciiJson({ path: "//tmp/a/f/@x" }) },
    body: "1",
  });
  assert.equal(answer.status, 400);
});

const refused: readonly (readonly [string, object, string?])[] = [
  ["create", { type: "map_node", path: "//tmp/a/new" }],
  ["set", { path: "//tmp/a/@x" }, "1"],
  ["multiset_attributes", { path: "//tmp/a/@" }, '{"x":1}'],
  ["copy", { source_path: "//tmp/a/f", destination_path: "//tmp/a/g" }],
  ["move", { source_path: "//tmp/a/f", destination_path: "//tmp/g" }],
  ["remove", { path: "//tmp/a/f" }],
];

for (const [command, parameters, body] of refused) {
  test(`${command} needs permission`, async (t) => {
    const cluster = await startTestCluster(t);
    await setup(cluster, deny(["write"]));
    assert.equal((await cluster.fail(command, parameters, body)).code, 901);
    assert.deepEqual(await cluster.get("//tmp"), { a: { f: null } });
  });
}

test("reading may be denied too, and removing alone", async (t) => {
  const cluster = await startTestCluster(t);
  await setup(cluster, deny(["read", "remove"]));
  assert.equal((await cluster.fail("get", { path: "//tmp/a" })).code, 901);
  assert.equal((await cluster.fail("read_file", { path: "//tmp/a/f" })).code, 901);
  assert.equal((await cluster.fail("remove", { path: "//tmp/a", recursive: true })).code, 901);
  await cluster.run("set", { path: "//tmp/a/@x" }, "1");
});

test("an entry may be for one user, for the node alone, or not inherited", async (t) => {
  const cluster = await startTestCluster(t);
  await setup(cluster, deny(["write"], { subjects: ["eve"] }));
  await cluster.write("//tmp/a/f", "x");
  const asEve = await cluster.raw("/api/v4/set", {
    method: "PUT",
    headers: { "X-YT-Parameters": asciiJson({ path: "//tmp/a/@x" }), "X-YT-User-Name": "eve" },
    body: "1",
  });
  assert.equal(asEve.headers["x-yt-response-code"], "901");

  await cluster.run(
    "set",
    { path: "//tmp/a/@acl" },
    deny(["write"], { inheritance_mode: "object_only" }),
  );
  await cluster.write("//tmp/a/f", "y");
  await cluster.run(
    "set",
    { path: "//tmp/a/@acl" },
    deny(["write"], { inheritance_mode: "descendants_only" }),
  );
  await cluster.run("set", { path: "//tmp/a/@x" }, "1");
  assert.equal((await cluster.fail("set", { path: "//tmp/a/f/@x" }, "1")).code, 901);
  await cluster.run("set", { path: "//tmp/a/@acl" }, deny(["write"]));
  assert.equal((await cluster.fail("set", { path: "//tmp/a/f/@x" }, "1")).code, 901);
  await cluster.run("set", { path: "//tmp/a/f/@inherit_acl" }, "false");
  await cluster.run("set", { path: "//tmp/a/f/@x" }, "1");
});

test("lock needs the permission to write, and a snapshot lock to read", async (t) => {
  const cluster = await startTestCluster(t);
  const lock = { path: "//tmp/a/f", transaction_id: await cluster.begin() };
  await setup(cluster, deny(["write"]));
  for (const mode of ["exclusive", "shared"]) {
    assert.equal((await cluster.fail("lock", { ...lock, mode })).code, 901);
    assert.equal((await cluster.fail("lock", { ...lock, mode, waitable: true })).code, 901);
  }
  await cluster.run("lock", { ...lock, mode: "snapshot" });
  await cluster.run("set", { path: "//tmp/a/@acl" }, deny(["read"]));
  assert.equal((await cluster.fail("lock", { ...lock, mode: "snapshot" })).code, 901);
});

test("check_permission tells without trying", async (t) => {
  const cluster = await startTestCluster(t);
  await setup(cluster, deny(["write", "mount"]));
  const question = { path: "//tmp/a/f", user: "root" };
  const check = (permission: string) =>
    cluster.run("check_permission", { ...question, permission });
  assert.deepEqual(await check("write"), { action: "deny" });
  assert.deepEqual(await check("read"), { action: "allow" });
  assert.deepEqual(await check("mount"), { action: "deny" });
  assert.deepEqual(await check("use"), { action: "allow" });
  const unknown = await cluster.fail("check_permission", { ...question, permission: "eat" });
  assert.equal(unknown.message, 'Error parsing EPermission value "eat"');
});

test("set refuses an acl that is none", async (t) => {
  const cluster = await startTestCluster(t);
  const error = await cluster.fail("set", { path: "//tmp/@acl" }, '[{"action":"forbid"}]');
  assert.equal(error.message, 'Access control entry must have "action" equal to "allow" or "deny"');
});
