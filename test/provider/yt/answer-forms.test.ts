/** What is no success, though its status says so: it counts as none, and is asked again under the same mutation id. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createYtClient, withTransaction } from "../../../provider/yt/index.ts";
import type { YtClient } from "../../../provider/yt/index.ts";
import { createRecordingClock } from "../../tools/recording-clock.ts";
import { ok, startScriptedServer } from "../../tools/scripted-server.ts";
import type { ScriptedAnswer } from "../../tools/scripted-server.ts";
import { startTestCluster } from "../../tools/test-cluster.ts";

const BYTES = { type: "bytes", bytes: Buffer.from("content") } as const;

const json: ScriptedAnswer = ok({ status: "ok" });
const list: ScriptedAnswer = ok([]);
const empty: ScriptedAnswer = (response) => response.end();
const cut: ScriptedAnswer = (response) => response.end('{"node_');
const page: ScriptedAnswer = (response) => {
  response.setHeader("Content-Type", "text/html");
  response.end("<html>We will be back soon</html>");
};
const mislabelled: ScriptedAnswer = (response) => {
  response.setHeader("Content-Type", "text/html");
  response.end("{}");
};
const WRONG = { json, list, empty, cut, page, mislabelled };

/** Each command with its right answer. */
const COMMANDS: Readonly<
  Record<string, readonly [(client: YtClient) => Promise<unknown>, unknown]>
> = {
  create: [(client) => client.create("map_node", "//x"), { node_id: "1-2-3-4" }],
  copy: [(client) => client.copy("//x", "//y"), { node_id: "1-2-3-4" }],
  move: [(client) => client.move("//x", "//y"), { node_id: "1-2-3-4" }],
  lock: [(client) => client.lock("//x", { mode: "shared" }), { lock_id: "a", node_id: "b" }],
  set: [(client) => client.set("//x/@y", 1), {}],
  multisetAttributes: [(client) => client.multisetAttributes("//x", {}), {}],
  remove: [(client) => client.remove("//x"), {}],
  pingTransaction: [(client) => client.pingTransaction("1-2-3-4"), {}],
  commitTransaction: [(client) => client.commitTransaction("1-2-3-4"), {}],
  abortTransaction: [(client) => client.abortTransaction("1-2-3-4"), {}],
  exists: [(client) => client.exists("//x"), { value: true }],
  list: [(client) => client.list("//x"), { value: [] }],
  get: [(client) => client.get("//x"), { value: 1 }],
};

for (const [name, [run, right]] of Object.entries(COMMANDS)) {
  test(`${name}() asks again after what is no answer of a cluster, once that has answered`, async (t) => {
    const server = await startScriptedServer(t, [
      ok({ value: 1 }),
      ...Object.values(WRONG),
      ok(right),
    ]);
    const client = createYtClient({ proxy: server.url, clock: createRecordingClock() });
    await client.get("//known/@to/be/there");
    await run(client);
    const sent = server.requests.slice(1);
    assert.equal(sent.length, Object.keys(WRONG).length + 1);
    const ids = sent.map(mutationOf);
    assert.equal(new Set(ids.map(({ id }) => id)).size, 1);
    if (ids[0]?.id !== undefined) {
      assert.deepEqual(
        ids.map(({ retry }) => retry),
        ids.map((_id, index) => index > 0),
      );
    }
  });
}

/** The mutation id, from the body or from the header. */
function mutationOf(request: {
  readonly method: string;
  readonly body: Buffer;
  readonly headers: NodeJS.Dict<string | readonly string[]>;
}): { readonly id: unknown; readonly retry: unknown } {
  const header = request.headers["x-yt-parameters"];
  const text = request.method === "POST" ? request.body.toString() : String(header);
  const { mutation_id: id, retry } = JSON.parse(text);
  return { id, retry };
}

test("commitTransaction() takes the timestamps that newer clusters answer with", async (t) => {
  const server = await startScriptedServer(t, [
    ok({ primary_commit_timestamp: 1, commit_timestamps: {} }),
  ]);
  await createYtClient({ proxy: server.url }).commitTransaction("1-2-3-4");
  assert.equal(server.requests.length, 1);
});

test("remove() takes a map with fields from what has a cluster's headers", async (t) => {
  const server = await startScriptedServer(t, [
    (response) => {
      response.setHeader("X-YT-Request-Id", "1-2-3-4");
      response.end('{"revision":1}');
    },
  ]);
  await createYtClient({ proxy: server.url }).remove("//x");
  assert.equal(server.requests.length, 1);
});

test("startTransaction() begins anew where the first answer is lost: what it named may be over", async (t) => {
  const { client, cluster } = await startTestCluster(t);
  cluster.inject({ command: "start_transaction", when: "after", action: { type: "reset" } });
  const id = await client.startTransaction({ title: "Try", timeoutMs: 60_000 });
  const [first, second] = cluster.requests.filter(({ command }) => command === "start_transaction");
  assert.notEqual(first?.mutationId, second?.mutationId);
  assert.deepEqual([first?.retry, second?.retry], [false, false]);
  await client.pingTransaction(id);
});

const BODIES = {
  nothing: "",
  "a web page": "<html>",
  "another map": '{"status":"ok"}',
  "a list": "[]",
};

for (const [what, body] of Object.entries(BODIES)) {
  for (const when of ["before", "after"] as const) {
    test(`writeFile() takes ${what} for no answer, ${when} the cluster has the content`, async (t) => {
      const { client, cluster, raw } = await startTestCluster(t);
      const action = { type: "status", status: 200, body } as const;
      cluster.inject({ command: "write_file", when, action });
      await withTransaction(client, { title: "Try" }, (transaction) =>
        transaction.writeFile("//tmp/x", BYTES),
      );
      assert.equal((await raw.read("//tmp/x")).toString(), "content");
    });
  }

  test(`readFile() takes ${what} for no content`, async (t) => {
    const { client, cluster, raw } = await startTestCluster(t);
    await raw.create("file", "//tmp/x");
    await raw.write("//tmp/x", "content");
    cluster.inject({ command: "read_file", action: { type: "status", status: 200, body } });
    assert.equal((await client.readFileContent("//tmp/x")).toString(), "content");
  });
}
