/** Faults that tests inject: which requests they happen to, and what the client sees. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import test from "node:test";
import { startTestCluster } from "../../tools/local-cluster.ts";

test("requests tells what came in and what went out", async (t) => {
  const cluster = await startTestCluster(t);
  await cluster.run("create", { type: "file", path: "//tmp/ю", mutation_id: "1-2-3-4" });
  const transaction = await cluster.begin();
  cluster.clearRequests();
  await cluster.write("//tmp/ю", "12345", { transaction_id: transaction });
  await cluster.fail("get", { path: "//x" });
  await cluster.raw("/hosts");
  const [write, get, hosts] = cluster.requests;
  assert.deepEqual(write, {
    method: "PUT",
    url: "/api/v4/write_file",
    command: "write_file",
    path: "//tmp/ю",
    transactionId: transaction,
    mutationId: undefined,
    retry: false,
    status: 200,
    errorCode: undefined,
    requestBytes: 5,
    responseBytes: 2,
  });
  assert.deepEqual([get?.command, get?.status, get?.errorCode], ["get", 400, 500]);
  assert.deepEqual([hosts?.command, hosts?.status], ["/hosts", 200]);
});

test("a status fault is no answer of a cluster, and happens as often as it should", async (t) => {
  const cluster = await startTestCluster(t);
  cluster.inject({
    command: "exists",
    times: 2,
    action: { type: "status", status: 502, body: "<html>", headers: { "Retry-After": "1" } },
  });
  const exists = () => cluster.raw("/api/v4/exists?path=//tmp");
  for (const wanted of [502, 502, 200]) {
    assert.equal((await exists()).status, wanted);
  }
  cluster.inject({ action: { type: "status", status: 429 } });
  const answer = await exists();
  assert.equal(answer.status, 429);
  assert.equal(answer.headers["x-yt-request-id"], undefined);
});

test("a fault can wait, choose its requests, and be taken back", async (t) => {
  const cluster = await startTestCluster(t);
  const error = { type: "error", code: 105, message: "Юnavailable" } as const;
  cluster.inject({ command: "get", skip: 1, action: error });
  assert.deepEqual(await cluster.get("//tmp"), {});
  const failure = await cluster.fail("get", { path: "//tmp" });
  assert.equal(failure.code, 105);
  assert.equal(Buffer.from(failure.message, "latin1").toString(), "Юnavailable");
  cluster.inject({ matches: ({ path }) => path === "//home", action: error });
  assert.deepEqual(await cluster.get("//tmp"), {});
  assert.equal((await cluster.fail("get", { path: "//home" })).code, 105);
  cluster.inject({ action: error });
  cluster.clearFaults();
  assert.deepEqual(await cluster.get("//tmp"), {});
});

test("a fault before a command leaves it undone, one after it only loses the answer", async (t) => {
  const cluster = await startTestCluster(t);
  const reset = { type: "reset" } as const;
  const create = (name: string) =>
    cluster.run("create", { type: "map_node", path: `//tmp/${name}` });
  cluster.inject({ command: "create", action: reset });
  await assert.rejects(create("before"), { code: "ECONNRESET" });
  cluster.inject({ command: "create", when: "after", action: reset });
  await assert.rejects(create("after"), { code: "ECONNRESET" });
  assert.deepEqual(await cluster.get("//tmp"), { after: {} });
});

test("an upload can be cut in the middle", async (t) => {
  const cluster = await startTestCluster(t);
  await cluster.run("create", { type: "file", path: "//tmp/f" });
  await cluster.write("//tmp/f", "old");
  cluster.inject({ command: "write_file", action: { type: "reset", afterRequestBytes: 100_000 } });
  await assert.rejects(cluster.write("//tmp/f", randomBytes(1_000_000)));
  const request = cluster.requests.at(-1);
  assert.ok((request?.requestBytes ?? 0) >= 100_000);
  assert.equal(request?.status, undefined);
  assert.equal(await cluster.read("//tmp/f"), "old");
});

test("an answer can break off, and can end in an error told by its trailers", async (t) => {
  const cluster = await startTestCluster(t);
  await cluster.run("create", { type: "file", path: "//tmp/f" });
  await cluster.write("//tmp/f", "0123456789");
  cluster.inject({ command: "read_file", action: { type: "truncate", afterBytes: 4 } });
  await assert.rejects(cluster.read("//tmp/f"), { code: "ECONNRESET" });
  cluster.inject({
    command: "read_file",
    action: { type: "trailer", afterBytes: 4, code: 716, message: "Chunk is unavailable" },
  });
  const answer = await cluster.raw("/api/v4/read_file?path=//tmp/f");
  assert.deepEqual([answer.status, answer.body.toString()], [200, "0123"]);
  assert.equal(answer.trailers["x-yt-response-code"], "716");
  assert.equal(JSON.parse(String(answer.trailers["x-yt-error"])).message, "Chunk is unavailable");
  assert.equal(await cluster.read("//tmp/f"), "0123456789");
});

test("an answer can be late, or never come", async (t) => {
  const cluster = await startTestCluster(t);
  cluster.inject({ command: "exists", action: { type: "delay", delayMs: 1 } });
  assert.equal((await cluster.raw("/api/v4/exists?path=//tmp")).status, 200);
  cluster.inject({ command: "/ping", action: { type: "hang" } });
  const never = cluster.raw("/ping");
  assert.equal((await cluster.raw("/ping")).status, 200);
  await cluster.close();
  await assert.rejects(never, { code: "ECONNRESET" });
});
