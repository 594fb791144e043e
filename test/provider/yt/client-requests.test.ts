/** What the client sends to the byte, and what it repeats, against a server that answers by script. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { test } from "node:test";
import { inspect } from "node:util";
import {
  createYtClient,
  ResolveError,
  UnreachableError,
  YtError,
} from "../../../provider/yt/index.ts";
import { createRecordingClock } from "../../tools/recording-clock.ts";
import { ok, page, reset, startScriptedServer, ytError } from "../../tools/scripted-server.ts";

const JSON_FORMAT = '{"$value":"json","$attributes":{"encode_utf8":false}}';

test("get() sends parameters in one ASCII header and asks for text JSON", async (t) => {
  const server = await startScriptedServer(t, [ok({ value: "map_node" })]);
  const client = createYtClient({ proxy: server.url, token: " the-token\n" });
  assert.equal(await client.get("//home/ю/@type"), "map_node");
  const [request] = server.requests;
  assert.equal(request?.method, "GET");
  assert.equal(request.url, "/api/v4/get");
  assert.equal(request.headers["x-yt-parameters"], '{"path":"//home/\\u044e/@type"}');
  assert.equal(request.headers["x-yt-header-format"], "<encode_utf8=%false>json");
  assert.equal(request.headers["x-yt-input-format"], JSON_FORMAT);
  assert.equal(request.headers["x-yt-output-format"], JSON_FORMAT);
  assert.equal(request.headers["x-yt-error-format"], JSON_FORMAT);
  assert.equal(request.headers.authorization, "OAuth the-token");
});

test("create() sends parameters in the body, with a mutation id", async (t) => {
  const server = await startScriptedServer(t, [ok({ node_id: "1-2-3-4" })]);
  const client = createYtClient({ proxy: server.url });
  const created = await client.create("map_node", "//home/ю", { attributes: { $a: "ю" } });
  assert.equal(created, "1-2-3-4");
  const [request] = server.requests;
  assert.equal(request?.method, "POST");
  assert.equal(request.headers["content-type"], "application/json");
  assert.equal(request.headers["x-yt-parameters"], undefined);
  assert.equal(request.headers.authorization, undefined);
  const { mutation_id: mutationId, ...parameters } = JSON.parse(request.body.toString());
  assert.match(mutationId, /^[0-9a-f]{1,8}(-[0-9a-f]{1,8}){3}$/);
  assert.deepEqual(parameters, {
    type: "map_node",
    path: "//home/ю",
    attributes: { $$a: "ю" },
    recursive: false,
    ignore_existing: false,
    force: false,
    retry: false,
  });
});

test("set() sends the value as body", async (t) => {
  const server = await startScriptedServer(t, [ok({})]);
  await createYtClient({ proxy: server.url }).set("//home/@x", { a: "ю" });
  const [request] = server.requests;
  assert.equal(request?.method, "PUT");
  assert.equal(request.body.toString(), '{"a":"ю"}');
});

test("scoped() puts every command into the transaction", async (t) => {
  const server = await startScriptedServer(t, [ok({ value: true })]);
  const client = createYtClient({ proxy: server.url });
  const scoped = client.scoped({ transactionId: "5-6-7-8", signal: undefined });
  assert.equal(await scoped.exists("//home"), true);
  assert.equal(
    server.requests[0]?.headers["x-yt-parameters"],
    '{"transaction_id":"5-6-7-8","path":"//home"}',
  );
});

test("create() is repeated under its mutation id, marked as a repetition", async (t) => {
  const server = await startScriptedServer(t, [reset, page(502), ok({ node_id: "1-2-3-4" })]);
  const client = createYtClient({ proxy: server.url, clock: createRecordingClock() });
  await client.create("map_node", "//home/x");
  const sent = server.requests.map((request) => JSON.parse(request.body.toString()));
  assert.deepEqual(
    sent.map(({ retry }) => retry),
    [false, true, true],
  );
  assert.equal(new Set(sent.map((body) => body.mutation_id)).size, 1);
});

test("get() waits longer and longer between attempts, and says why", async (t) => {
  const server = await startScriptedServer(t, [
    reset,
    ytError(503, 108, "queue is full"),
    ok({ value: 1 }),
  ]);
  const clock = createRecordingClock();
  const lines: string[] = [];
  const log = (line: string) => lines.push(line);
  const client = createYtClient({ proxy: server.url, displayName: "c", clock, log });
  assert.equal(await client.get("//x"), 1);
  assert.deepEqual(clock.sleptMs, [150, 300]);
  const host = new URL(server.url).host;
  assert.deepEqual(lines, [
    `Cannot read "//x" as cluster "c" does not answer: connection to ${host} broke off (ECONNRESET): ` +
      "check the address in yt:proxy or YT_PROXY, or try again later; trying again in 0.1 s, for up to 120 s",
    'Cannot read "//x" on cluster "c": queue is full; trying again in 0.3 s, for up to 120 s',
  ]);
});

test("get() is given up after the policy's number of attempts", async (t) => {
  const server = await startScriptedServer(t, [ytError(400, 904, "too many requests")]);
  const retry = { attempts: 4 };
  const client = createYtClient({ proxy: server.url, clock: createRecordingClock(), retry });
  await assert.rejects(client.get("//x"), YtError);
  assert.equal(server.requests.length, 4);
});

test("get() does not ask twice for a final answer", async (t) => {
  const server = await startScriptedServer(t, [ytError(400, 500, "no such node")]);
  const client = createYtClient({ proxy: server.url, clock: createRecordingClock() });
  await assert.rejects(client.get("//x"), ResolveError);
  assert.equal(server.requests.length, 1);
});

test("get() obeys Retry-After", async (t) => {
  const server = await startScriptedServer(t, [
    page(503, { "Retry-After": "60" }),
    ok({ value: 1 }),
  ]);
  const clock = createRecordingClock();
  await createYtClient({ proxy: server.url, clock }).get("//x");
  assert.deepEqual(clock.sleptMs, [60_000]);
});

test("get() obeys a Retry-After that is a date", async (t) => {
  const server = await startScriptedServer(t, [
    page(503, { "Retry-After": new Date(Date.now() + 60_000).toUTCString() }),
    ok({ value: 1 }),
  ]);
  const clock = createRecordingClock();
  await createYtClient({ proxy: server.url, clock }).get("//x");
  const [waitedMs = 0] = clock.sleptMs;
  assert.ok(waitedMs > 1000 && waitedMs <= 60_000, String(waitedMs));
});

test("create() waits for a cluster that is read-only, and then says so", async (t) => {
  const server = await startScriptedServer(t, [ytError(400, 616, "Read-only mode is active")]);
  const clock = createRecordingClock();
  const client = createYtClient({ proxy: server.url, displayName: "c", clock });
  await assert.rejects(client.create("map_node", "//home/x"), {
    name: "YtError",
    code: 616,
    message:
      'Cannot create "//home/x" as cluster "c" is read-only now (Read-only mode is active): ' +
      "run it again when its administrators have ended that",
  });
  assert.ok(clock.now() >= 60_000);
});

test("get() comes over another connection after a proxy that is banned: behind one name are many", async (t) => {
  const ports: (number | undefined)[] = [];
  const server = createServer((request, response) => {
    ports.push(request.socket.remotePort);
    const answer =
      ports.length === 1 ? ytError(503, 2100, "This proxy is banned") : ok({ value: 1 });
    answer(response, { method: "", url: "", headers: {}, body: Buffer.alloc(0) });
  }).listen(0, "127.0.0.1");
  t.after(() => server.close().closeAllConnections());
  await once(server, "listening");
  const address = server.address();
  assert.ok(address !== null && typeof address === "object");
  const proxy = `127.0.0.1:${address.port}`;
  await createYtClient({ proxy, clock: createRecordingClock() }).get("//x");
  assert.equal(new Set(ports).size, 2);
});

test("get() asks again when the answer was cut short", async (t) => {
  const server = await startScriptedServer(t, [
    (response) => response.end('{"value": 4'),
    ok({ value: 42 }),
  ]);
  const client = createYtClient({ proxy: server.url, clock: createRecordingClock() });
  assert.equal(await client.get("//x"), 42);
});

test("get() follows no redirect, so that the token stays with its host", async (t) => {
  const other = await startScriptedServer(t, [ok({ value: 1 })]);
  const server = await startScriptedServer(t, [page(307, { Location: `${other.url}/api/v4/get` })]);
  const client = createYtClient({ proxy: server.url, displayName: "c", token: "the-token" });
  await assert.rejects(client.get("//x"), {
    name: "YtError",
    message:
      `Cannot read "//x" on cluster "c": it redirects to ${other.url}/api/v4/get, ` +
      "where the token must not go: set yt:proxy to the right address",
  });
  assert.equal(other.requests.length, 0);
});

test("list() takes a list that the cluster has cut for an error", async (t) => {
  const cut = { value: { $attributes: { incomplete: true }, $value: ["a"] } };
  const server = await startScriptedServer(t, [ok(cut)]);
  const client = createYtClient({ proxy: server.url, displayName: "c" });
  await assert.rejects(client.list("//x"), {
    message:
      'Cannot list "//x" on cluster "c": its answer holds no complete list: ' +
      "check that yt:proxy is a YTsaurus HTTP proxy",
  });
});

test("get() tells that the program at the address is no cluster", async (t) => {
  const server = await startScriptedServer(t, [ok("hello")]);
  const client = createYtClient({ proxy: server.url, displayName: "c" });
  await assert.rejects(client.get("//x"), {
    message:
      'Cannot read "//x" on cluster "c": its answer holds no "value": ' +
      "check that yt:proxy is a YTsaurus HTTP proxy",
  });
});

test("get() tells after three attempts that nobody listens, and what to set", async () => {
  const clock = createRecordingClock();
  // Port 9 (discard) of the loopback interface: nothing of ours is ever there.
  const client = createYtClient({ proxy: "127.0.0.1:9", clock, token: "the-token" });
  const error = await client.get("//home").catch((reason: unknown) => reason);
  assert.ok(error instanceof UnreachableError);
  assert.equal(
    error.message,
    'Cannot read "//home" as cluster "127.0.0.1:9" does not answer: connection to 127.0.0.1:9 ' +
      'refused (ECONNREFUSED): set its address with "ytcode config set yt:proxy HOST:PORT" or YT_PROXY',
  );
  assert.equal(error.argument, "proxy");
  assert.equal(clock.sleptMs.length, 2);
  assert.equal(inspect(error, { depth: 10, showHidden: true }).includes("the-token"), false);
});

test("get() gives up a cluster that says nothing", async (t) => {
  const server = await startScriptedServer(t, [() => undefined]);
  const clock = createRecordingClock();
  const client = createYtClient({
    proxy: server.url,
    displayName: "c",
    timeouts: { requestMs: 50 },
    retry: { attempts: 2 },
    clock,
  });
  const host = new URL(server.url).host;
  await assert.rejects(client.get("//x"), {
    name: "UnreachableError",
    message:
      `Cannot read "//x" as cluster "c" does not answer: no answer from ${host} within 50 ms (ETIMEDOUT): ` +
      "check the address in yt:proxy or YT_PROXY, or try again later",
  });
  // One wait, so two attempts; a busy server may see neither in time.
  assert.equal(clock.sleptMs.length, 1);
});

test("get() stops when its signal is aborted", async (t) => {
  const controller = new AbortController();
  const server = await startScriptedServer(t, [() => controller.abort()]);
  const client = createYtClient({ proxy: server.url, signal: controller.signal });
  await assert.rejects(client.get("//x"), {
    name: "CancelledError",
    message: 'Cannot read "//x": cancelled',
  });
  assert.equal(server.requests.length, 1);
});

test("createYtClient() gives a client that shows its token to nobody who inspects it", () => {
  const client = createYtClient({ proxy: "yt.example.net", token: "the-token" });
  const shown = inspect(client, { depth: 20, showHidden: true });
  assert.equal(shown.includes("the-token"), false);
});
