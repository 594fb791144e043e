/** Repeated requests: mutation ids, also after a restart and in batches. */
import assert from "node:assert/strict";
import test from "node:test";
import { startLocalCluster } from "../../../local-cluster/index.ts";
import { startTestCluster, temporaryDirectory, clientFor } from "../../tools/local-cluster.ts";

const id = "12-34-56-78";

test("a repeated mutation gives the first answer and changes nothing", async (t) => {
  const cluster = await startTestCluster(t);
  const create = { type: "file", path: "//tmp/f", mutation_id: id };
  const first = await cluster.run("create", { ...create, retry: false });
  assert.deepEqual(await cluster.run("create", { ...create, retry: true }), first);
  const error = await cluster.fail("create", create);
  assert.deepEqual([error.code, error.message], [1, 'Duplicate request is not marked as "retry"']);
});

test("a repeated mutation gives the first error too", async (t) => {
  const cluster = await startTestCluster(t);
  const remove = { path: "//tmp/f", mutation_id: id };
  const first = await cluster.fail("remove", remove);
  await cluster.run("create", { type: "file", path: "//tmp/f" });
  assert.deepEqual(await cluster.fail("remove", { ...remove, retry: true }), first);
  assert.deepEqual(await cluster.run("exists", { path: "//tmp/f" }), { value: true });
});

test("a commit may be repeated with its mutation id, and only with it", async (t) => {
  const cluster = await startTestCluster(t);
  const transaction = await cluster.begin();
  const commit = { transaction_id: transaction, mutation_id: id };
  await cluster.run("commit_transaction", commit);
  await cluster.run("commit_transaction", { ...commit, retry: true });
  const again = await cluster.fail("commit_transaction", { transaction_id: transaction });
  assert.equal(again.code, 11000);
});

test("a committed mutation is repeatable after a restart", async (t) => {
  const directory = await temporaryDirectory(t);
  const create = { type: "file", path: "//tmp/f", mutation_id: id };
  const first = await startLocalCluster({ dataDirectory: directory });
  const before = clientFor(first.url);
  const made = await before.run("create", create);
  const transaction = await before.begin();
  await before.run("create", { type: "file", path: "//tmp/g", transaction_id: transaction });
  const commit = { transaction_id: transaction, mutation_id: "a-b-c-d" };
  await before.run("commit_transaction", commit);
  await first.close();

  const cluster = await startTestCluster(t, { dataDirectory: directory });
  assert.deepEqual(await cluster.run("create", { ...create, retry: true }), made);
  assert.deepEqual(await cluster.run("commit_transaction", { ...commit, retry: true }), {});
});

test("execute_batch answers each part for itself", async (t) => {
  const cluster = await startTestCluster(t);
  const answer = await cluster.run("execute_batch", {
    requests: [
      { command: "set", parameters: { path: "//tmp/@x" }, input: { y: 1 } },
      { command: "get", parameters: { path: "//nothing" } },
      { command: "list", parameters: { path: "/" } },
    ],
  });
  const [set, get, list] = Object(answer).results;
  assert.deepEqual(set, { output: {} });
  assert.equal(get.error.code, 500);
  assert.deepEqual(list, { output: { value: ["home", "sys", "tmp"] } });
  assert.deepEqual(await cluster.get("//tmp/@x"), { y: 1 });
});

test("execute_batch fails as a whole for an unknown command, although the others run", async (t) => {
  const cluster = await startTestCluster(t);
  const error = await cluster.fail("execute_batch", {
    requests: [
      { command: "create", parameters: { type: "file", path: "//tmp/f" } },
      { command: "nonsense", parameters: {} },
    ],
  });
  assert.equal(error.message, 'Unknown command "nonsense"');
  assert.deepEqual(await cluster.get("//tmp"), { f: null });
  const heavy = { requests: [{ command: "read_file", parameters: { path: "//tmp/f" } }] };
  assert.equal(
    (await cluster.fail("execute_batch", heavy)).message,
    'Command "read_file" is not supported in batches: it carries a stream',
  );
});

test("execute_batch may be repeated with its mutation id", async (t) => {
  const cluster = await startTestCluster(t);
  const create = { command: "create", parameters: { type: "file", path: "//tmp/f" } };
  const batch = {
    requests: [create, { ...create, parameters: { ...create.parameters, path: "//tmp/g" } }],
  };
  const first = await cluster.run("execute_batch", { ...batch, mutation_id: id });
  assert.deepEqual(
    await cluster.run("execute_batch", { ...batch, mutation_id: id, retry: true }),
    first,
  );
});
