/** The kinds of faults of the local cluster, each as it comes over the wire, and what is left after it. */
import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import test from "node:test";
import { startClusterProcess } from "../../tools/cluster-process.ts";
import type { ProcessFault } from "../../tools/cluster-process.ts";
import { FAULT_KINDS } from "../../tools/fault-kinds.ts";
import { clientFor, startTestCluster, temporaryDirectory } from "../../tools/local-cluster.ts";
import type { TestCluster } from "../../tools/local-cluster.ts";

/** A kind by its name, for the next request with a command. */
function faultOf(name: string, command: string): ProcessFault {
  const kind = FAULT_KINDS[name];
  assert.ok(kind, name);
  return { command, ...kind };
}

function injectKind(cluster: TestCluster, name: string, command: string): void {
  cluster.inject(faultOf(name, command));
}

/** Asks until the server takes connections again. */
async function untilBack(ask: () => Promise<unknown>): Promise<void> {
  for (let attempt = 0; attempt < 2000; attempt += 1) {
    try {
      await ask();
      return;
    } catch (error) {
      assert.ok(error instanceof Error && "code" in error, String(error));
      assert.equal(error.code, "ECONNREFUSED");
      await delay(10);
    }
  }
  assert.fail("the server has not come back");
}

/** Answer of `exists //tmp` under a kind: status, code in the header, body. */
async function answerUnder(cluster: TestCluster, name: string) {
  injectKind(cluster, name, "exists");
  const { status, headers, body } = await cluster.raw("/api/v4/exists?path=//tmp");
  const cluster200 = await cluster.raw("/api/v4/exists?path=//tmp");
  assert.equal(cluster200.status, 200, name);
  return { status, code: headers["x-yt-response-code"], headers, body: body.toString() };
}

test("statuses come as from a balancer: without the cluster's headers", async (t) => {
  const cluster = await startTestCluster(t);
  const names = ["500", "502", "503", "504", "429", "401 of a balancer", "403 of a balancer"];
  for (const name of [...names, "HTML 200 before", "HTML 200 after"]) {
    const { status, code, headers, body } = await answerUnder(cluster, name);
    assert.equal(status, Number(/\d+/.exec(name)?.[0]), name);
    assert.equal(code, undefined, name);
    assert.equal(headers["content-type"], "text/html", name);
    assert.match(body, /^<html>/, name);
  }
  const empty = await answerUnder(cluster, "empty 200 before");
  assert.deepEqual([empty.status, empty.body, empty.code], [200, "", undefined]);
});

test("errors come as from a proxy: code, status, and how long to wait", async (t) => {
  const cluster = await startTestCluster(t);
  const wanted = [
    ["401", 401, "111", undefined],
    ["403", 403, "903", undefined],
    ["904", 400, "904", undefined],
    ["105", 400, "105", undefined],
    ["100", 400, "100", undefined],
    ["2100", 400, "2100", undefined],
    ["banned proxy", 503, "2100", "60"],
    ["503 of a control proxy", 503, "1", "60"],
  ] as const;
  for (const [name, ...rest] of wanted) {
    const { status, code, headers, body } = await answerUnder(cluster, name);
    assert.deepEqual([status, code, headers["retry-after"]], rest, name);
    assert.equal(String(JSON.parse(body).code), code, name);
  }
});

test("a fault after the command loses only the answer", async (t) => {
  const cluster = await startTestCluster(t);
  const names = Object.keys(FAULT_KINDS).filter((name) =>
    /^(reset|empty|HTML|50|10).*after$/.test(name),
  );
  assert.equal(names.length, 8, names.join(", "));
  for (const name of names) {
    injectKind(cluster, name, "create");
    await cluster.run("create", { type: "map_node", path: `//tmp/${name}` }).catch(() => undefined);
    assert.deepEqual(await cluster.run("exists", { path: `//tmp/${name}` }), { value: true }, name);
  }
});

test("an answer can be cut short with and without its length, and look as if it were whole", async (t) => {
  const cluster = await startTestCluster(t);
  await cluster.run("create", { type: "file", path: "//tmp/f" });
  await cluster.write("//tmp/f", "0123456789");
  for (const url of ["/api/v4/exists?path=//tmp", "/api/v4/read_file?path=//tmp/f"]) {
    const whole = (await cluster.raw(url)).body.toString();
    for (const [name, isChunked] of [
      ["cut short, with Content-Length", false],
      ["cut short, chunked", true],
    ] as const) {
      injectKind(cluster, name, url.includes("exists") ? "exists" : "read_file");
      const outgoing = http.get(cluster.url + url, { agent: false });
      const [incoming] = await once(outgoing, "response");
      assert.ok(incoming instanceof http.IncomingMessage);
      assert.equal(incoming.headers["transfer-encoding"] === "chunked", isChunked, name + url);
      assert.equal(Number(incoming.headers["content-length"] ?? 2) > 1, true);
      const pieces: unknown[] = [];
      incoming.on("data", (piece) => pieces.push(piece));
      await assert.rejects(once(incoming, "end"), { code: "ECONNRESET" });
      assert.equal(pieces.join(""), whole.slice(0, 1));
      assert.equal(incoming.complete, false);
    }
    injectKind(cluster, "cut short, as if whole", url.includes("exists") ? "exists" : "read_file");
    assert.equal((await cluster.raw(url)).body.toString(), whole.slice(0, 1));
    assert.equal((await cluster.raw(url)).body.toString(), whole);
  }
});

test("bodies can trickle", async (t) => {
  const cluster = await startTestCluster(t);
  const content = "x".repeat(100);
  await cluster.run("create", { type: "file", path: "//tmp/f" });
  injectKind(cluster, "slow", "write_file");
  await cluster.write("//tmp/f", content);
  injectKind(cluster, "slow", "read_file");
  const outgoing = http.get(`${cluster.url}/api/v4/read_file?path=//tmp/f`, { agent: false });
  const [incoming] = await once(outgoing, "response");
  const pieces: string[] = [];
  for await (const piece of incoming) {
    pieces.push(String(piece));
  }
  assert.equal(pieces.join(""), content);
  assert.ok(pieces.length > 1, `it came in ${pieces.length} pieces`);
});

test("a transaction can expire before the request or after it, alone or with those around it", async (t) => {
  const cluster = await startTestCluster(t);
  const create = (name: string, transaction: string) =>
    cluster.run("create", {
      type: "map_node",
      path: `//tmp/${name}`,
      transaction_id: transaction,
    });
  for (const [name, isOuterGone] of [
    ["expired transaction", false],
    ["expired outermost transaction", true],
  ] as const) {
    const outer = await cluster.begin();
    const inner = await cluster.begin({ transaction_id: outer });
    injectKind(cluster, name, "create");
    await assert.rejects(create("a", inner), /No such transaction/);
    const commit = cluster.run("commit_transaction", { transaction_id: outer });
    await (isOuterGone ? assert.rejects(commit, /No such transaction/) : commit);
  }
  const transaction = await cluster.begin();
  injectKind(cluster, "transaction expired after", "create");
  await create("b", transaction);
  const failure = await cluster.fail("commit_transaction", { transaction_id: transaction });
  assert.equal(failure.code, 11000);
  assert.deepEqual(await cluster.get("//tmp"), {});
});

test("a full disk fails the next write of data, and nothing is changed by it", async (t) => {
  const cluster = await startTestCluster(t);
  await cluster.run("create", { type: "file", path: "//tmp/f" });
  await cluster.write("//tmp/f", "old");
  injectKind(cluster, "disk full", "write_file");
  const failure = await cluster.fail("write_file", { path: "//tmp/f" }, "new");
  assert.match(failure.message, /ENOSPC|disk is full/);
  assert.equal(await cluster.read("//tmp/f"), "old");
  // A request that writes nothing leaves it to the next that does.
  const transaction = await cluster.begin();
  const inside = { transaction_id: transaction };
  injectKind(cluster, "disk full", "create");
  await cluster.run("create", { type: "map_node", path: "//tmp/d", ...inside });
  await cluster.fail("commit_transaction", inside);
  assert.deepEqual(Object.keys(Object(await cluster.get("//tmp"))), ["f"]);
  await cluster.run("commit_transaction", inside);
  assert.deepEqual(Object.keys(Object(await cluster.get("//tmp"))), ["f", "d"]);
});

test("a server that is down refuses connections, and comes back on its port with its state", async (t) => {
  const cluster = await startTestCluster(t);
  const transaction = await cluster.begin();
  const exists = () => cluster.raw("/api/v4/exists?path=//tmp");
  injectKind(cluster, "refused", "exists");
  await assert.rejects(exists(), { code: "ECONNRESET" });
  await assert.rejects(exists(), { code: "ECONNREFUSED" });
  await untilBack(exists);
  await cluster.run("ping_transaction", { transaction_id: transaction });
  injectKind(cluster, "next refused", "exists");
  assert.equal((await exists()).status, 200);
  await assert.rejects(exists(), { code: "ECONNREFUSED" });
  await untilBack(exists);
  // One that is closed while it is down does not come back.
  injectKind(cluster, "refused", "exists");
  await assert.rejects(exists(), { code: "ECONNRESET" });
  await cluster.close();
  await assert.rejects(exists(), { code: "ECONNREFUSED" });
});

test("a server kills itself before a command or after it", async (t) => {
  const dataDirectory = await temporaryDirectory(t);
  for (const [name, isThere] of [
    ["killed before", false],
    ["killed after", true],
  ] as const) {
    const running = await startClusterProcess(t, { dataDirectory });
    await running.inject({ ...faultOf(name, "create"), path: `//tmp/${name}` });
    const exit = once(running.child, "exit");
    const create = { type: "map_node", path: `//tmp/${name}` };
    await assert.rejects(clientFor(running.url).run("create", create), { code: "ECONNRESET" });
    assert.deepEqual(await exit, [null, "SIGKILL"]);
    const again = await startClusterProcess(t, { dataDirectory });
    const { value } = Object(await clientFor(again.url).run("exists", { path: `//tmp/${name}` }));
    assert.equal(value, isThere, name);
    await again.kill();
  }
});
