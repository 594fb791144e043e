/** Commands that are sent in one request, against a real local cluster and one that answers as it is told. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  createYtClient,
  findValue,
  ResolveError,
  withTransaction,
} from "../../../provider/yt/index.ts";
import { ok, startScriptedServer } from "../../tools/scripted-server.ts";
import { FAST_RETRY, startTestCluster } from "../../tools/test-cluster.ts";

test("batch() sends in one request what is asked for before it waits, each with its own outcome", async (t) => {
  const { client, cluster } = await startTestCluster(t);
  await client.set("//tmp/@ю", { $k: "日本" });
  cluster.clearRequests();
  const [map, missing, type, children] = await client.batch(async (batch) =>
    Promise.all([
      batch.get("//tmp/@ю"),
      findValue(batch, "//tmp/x/@type"),
      batch.get("//tmp/@type"),
      batch.list("//tmp", ["type"]),
    ]),
  );
  assert.deepEqual([map, missing, type, children], [{ $k: "日本" }, undefined, "map_node", []]);
  assert.deepEqual(
    cluster.requests.map(({ command, parts }) => [command, parts?.map((part) => part.command)]),
    [["execute_batch", ["get", "get", "get", "list"]]],
  );
});

test("batch() gives an error the path and the words of its own command", async (t) => {
  const { client, raw } = await startTestCluster(t);
  const outcomes = await client.batch(async (batch) =>
    Promise.allSettled([
      batch.create("map_node", "//tmp/a", { attributes: { x: 1 } }),
      batch.multisetAttributes("//tmp/ю", { x: 1 }),
      batch.multisetAttributes("//home", { x: "ю" }),
    ]),
  );
  const [created, refused, set] = outcomes;
  assert.equal(created.status, "fulfilled");
  assert.equal(set.status, "fulfilled");
  assert.ok(refused.status === "rejected" && refused.reason instanceof ResolveError);
  assert.equal(
    refused.reason.message,
    'Cannot set attributes of "//tmp/ю" on cluster "test": Node //tmp has no child with key "\\xd1\\x8e"',
  );
  assert.deepEqual([await raw.get("//tmp/a/@x"), await raw.get("//home/@x")], [1, "ю"]);
});

test("batch() sends each command in the client's transaction, and one alone by itself", async (t) => {
  const { client, raw, cluster } = await startTestCluster(t);
  await withTransaction(client, { title: "Try" }, async (transaction) => {
    await transaction.batch(async (batch) =>
      Promise.all(["a", "b"].map(async (name) => batch.create("map_node", `//tmp/${name}`))),
    );
    await transaction.batch(async (batch) => batch.create("map_node", "//tmp/c"));
    assert.deepEqual(await raw.list("//tmp"), []);
  });
  assert.deepEqual(await raw.list("//tmp"), ["a", "b", "c"]);
  assert.equal(cluster.requests.filter(({ command }) => command === "execute_batch").length, 1);
  assert.equal(cluster.requests.filter(({ command }) => command === "create").length, 1);
});

test("batch() sends many commands in requests of a hundred, and none where there is none", async (t) => {
  const { client, raw, cluster } = await startTestCluster(t);
  await client.batch(async () => undefined);
  const names = Array.from({ length: 201 }, (_, index) => String(index));
  await client.batch(async (batch) =>
    Promise.all(names.map(async (name) => batch.create("map_node", `//tmp/${name}`))),
  );
  assert.equal((await raw.list("//tmp")).length, 201);
  assert.deepEqual(
    cluster.requests
      .filter(({ url }) => url.startsWith("/api/v4/"))
      .slice(0, 3)
      .map(({ parts }) => parts?.length),
    [100, 100, undefined],
  );
});

for (const when of ["before", "after"] as const) {
  test(`batch() does nothing twice when the connection breaks ${when} it`, async (t) => {
    const { client, raw, cluster } = await startTestCluster(t);
    cluster.inject({ command: "execute_batch", when, action: { type: "reset" } });
    const ids = await client.batch(async (batch) =>
      Promise.all(["a", "b"].map(async (name) => batch.create("map_node", `//tmp/${name}`))),
    );
    assert.deepEqual(ids, [await raw.get("//tmp/a/@id"), await raw.get("//tmp/b/@id")]);
    const [first, second] = cluster.requests.filter(({ command }) => command === "execute_batch");
    assert.equal(first?.mutationId, second?.mutationId);
    assert.deepEqual([first?.retry, second?.retry], [false, true]);
  });
}

const UNAVAILABLE = {
  error: { code: 105, message: "Unavailable", attributes: {}, inner_errors: [] },
};
const MISSING = { error: { code: 500, message: "Missing", attributes: {}, inner_errors: [] } };
const both = async (url: string, attempts = 3) =>
  createYtClient({ proxy: url, displayName: "c", retry: { ...FAST_RETRY, attempts } }).batch(
    async (batch) => Promise.allSettled([batch.get("//a"), batch.get("//b")]),
  );

test("batch() is repeated while one of its commands may succeed a little later", async (t) => {
  const done = { output: { value: 1 } };
  const server = await startScriptedServer(t, [
    ok({ results: [done, UNAVAILABLE] }),
    ok({ results: [done] }),
    ok({ results: [done, MISSING] }),
  ]);
  const [a, b] = await both(server.url);
  assert.deepEqual(a, { status: "fulfilled", value: 1 });
  assert.ok(b.status === "rejected" && b.reason instanceof ResolveError);
});

test("batch() gives each command its own outcome also when the patience is over", async (t) => {
  const results = ok({ results: [{ output: { value: 1 } }, UNAVAILABLE] });
  const server = await startScriptedServer(t, [results, results]);
  const [a, b] = await both(server.url, 2);
  assert.deepEqual(a, { status: "fulfilled", value: 1 });
  assert.ok(b.status === "rejected" && b.reason instanceof Error);
  assert.equal(b.reason.message, 'Cannot read "//b" on cluster "c": Unavailable');
});
