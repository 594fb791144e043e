/** The commands of the client, against a real local cluster. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  AlreadyExistsError,
  findValue,
  joinYPath,
  LockConflictError,
  ResolveError,
  withTransaction,
} from "../../../provider/yt/index.ts";
import { startTestCluster } from "../../tools/test-cluster.ts";

test("create(), set(), get() and list() agree with what the cluster holds", async (t) => {
  const { client, raw } = await startTestCluster(t);
  await client.create("map_node", joinYPath("//tmp/a", "ю[1]"), {
    recursive: true,
    attributes: { x: 1 },
  });
  await client.set("//tmp/a/@text", "日本");
  await client.multisetAttributes("//tmp/a", { map: { $k: [1, "ю"] }, other: true });
  assert.deepEqual(await raw.list("//tmp/a"), ["ю[1]"]);
  assert.equal(await raw.get("//tmp/a/@text"), "日本");
  assert.equal(await client.get("//tmp/a/@text"), "日本");
  assert.deepEqual(await client.get("//tmp/a/@map"), { $k: [1, "ю"] });
  assert.deepEqual(await client.list("//tmp/a", ["x", "type", "missing"]), [
    { name: "ю[1]", attributes: { x: 1, type: "map_node" } },
  ]);
  assert.deepEqual(await client.getAttributes("//tmp/a", ["other", "missing"]), { other: true });
});

test("copy(), move(), remove() and exists() agree with what the cluster holds", async (t) => {
  const { client, raw } = await startTestCluster(t);
  const id = await client.create("file", "//tmp/a");
  assert.equal(await raw.get("//tmp/a/@id"), id);
  const copyId = await client.copy("//tmp/a", "//tmp/b/c", { recursive: true });
  assert.equal(await raw.get("//tmp/b/c/@id"), copyId);
  await client.move("//tmp/a", "//tmp/b/c", { force: true });
  assert.equal(await client.exists("//tmp/a"), false);
  assert.equal(await client.exists("//tmp/b/c"), true);
  await client.remove("//tmp/b", { recursive: true });
  await client.remove("//tmp/b", { force: true });
  assert.equal(await raw.exists("//tmp/b"), false);
});

test("create() and get() tell what is in the way, and what is not there", async (t) => {
  const { client } = await startTestCluster(t);
  await assert.rejects(client.create("map_node", "//tmp"), (error) => {
    assert.ok(error instanceof AlreadyExistsError);
    assert.equal(
      error.message,
      'Cannot create "//tmp" on cluster "test": Node //tmp already exists',
    );
    assert.match(error.requestId ?? "", /^[0-9a-f]+(-[0-9a-f]+){3}$/);
    return true;
  });
  await assert.rejects(client.get("//tmp/x/@type"), (error) => {
    assert.ok(error instanceof ResolveError);
    assert.equal(
      error.message,
      'Cannot read "//tmp/x/@type" on cluster "test": Node //tmp has no child with key "x"',
    );
    return true;
  });
});

test("findValue() gives undefined for what is not there, and only for that", async (t) => {
  const { client, cluster } = await startTestCluster(t);
  assert.equal(await findValue(client, "//tmp/@type"), "map_node");
  assert.equal(await findValue(client, "//tmp/x/@type"), undefined);
  cluster.inject({ command: "get", action: { type: "error", code: 901, message: "No" } });
  await assert.rejects(findValue(client, "//tmp/x/@type"), { name: "AuthorizationError" });
});

test("lock() tells who holds the lock", async (t) => {
  const { client, raw } = await startTestCluster(t);
  const options = { title: "Hold it", timeoutMs: 60_000 };
  await withTransaction(client, options, async (holder) => {
    await holder.lock("//tmp", { mode: "shared", childKey: "x" });
    const startTime = String(await raw.get(`#${holder.transactionId}/@start_time`));
    await withTransaction(client, { title: "Want it" }, async (other) => {
      await other.lock("//tmp", { mode: "shared", childKey: "y" });
      await assert.rejects(other.lock("//tmp", { mode: "shared", childKey: "x" }), (error) => {
        assert.ok(error instanceof LockConflictError);
        assert.deepEqual(error.winner, {
          transactionId: holder.transactionId,
          title: "Hold it",
          owner: "root",
          startTime,
          timeoutMs: 60_000,
        });
        assert.equal(
          error.message,
          'Cannot lock "//tmp" on cluster "test": Cannot take lock for child "x" of node //tmp ' +
            `since this child is locked by concurrent transaction ${holder.transactionId}: ` +
            `transaction ${holder.transactionId} "Hold it" of user "root", started at ${startTime}`,
        );
        return true;
      });
    });
  });
});

test("lock() tells who holds the lock also with a token that occurs in every word", async (t) => {
  const { client } = await startTestCluster(t, "t");
  await withTransaction(client, { title: "To hold it" }, async (holder) => {
    await holder.lock("//tmp", { mode: "exclusive" });
    const error = await client.set("//tmp/@t", 1).catch((reason: unknown) => reason);
    assert.ok(error instanceof LockConflictError);
    assert.equal(error.winner?.transactionId, holder.transactionId);
    assert.match(
      error.message,
      /^Cannot set "\/\/tmp\/@t" on cluster "test": Cannot take .* transaction [0-9a-f-]+ "To hold it" of user "root"/,
    );
  });
});

test("create() is done once when its answer is lost", async (t) => {
  const { client, raw, cluster } = await startTestCluster(t);
  cluster.inject({ command: "create", when: "after", action: { type: "reset" } });
  const id = await client.create("map_node", "//tmp/x");
  assert.equal(await raw.get("//tmp/x/@id"), id);
  const creates = cluster.requests.filter(({ command }) => command === "create");
  assert.deepEqual(
    creates.map(({ retry }) => retry),
    [false, true],
  );
});
