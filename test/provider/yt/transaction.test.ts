/** Transactions on a real local cluster: what takes effect, what is pinged, what is given up. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { LocalCluster } from "../../../local-cluster/index.ts";
import {
  CommitUnknownError,
  createYtClient,
  TransactionLostError,
  withTransaction,
} from "../../../provider/yt/index.ts";
import { createRecordingClock } from "../../tools/recording-clock.ts";
import { startTestCluster } from "../../tools/test-cluster.ts";

const OPTIONS = { title: "Try", timeoutMs: 60_000 };

function commands(cluster: LocalCluster, command: string) {
  return cluster.requests.filter((request) => request.command === command);
}

test("withTransaction() shows its work to others at the commit, and not before", async (t) => {
  const { client, raw } = await startTestCluster(t);
  const result = await withTransaction(client, OPTIONS, async (transaction) => {
    await transaction.create("map_node", "//tmp/x");
    assert.equal(await transaction.exists("//tmp/x"), true);
    assert.equal(await raw.exists("//tmp/x"), false);
    return "result";
  });
  assert.equal(result, "result");
  assert.equal(await raw.exists("//tmp/x"), true);
});

test("withTransaction() names its transaction and what it is for", async (t) => {
  const { client, raw } = await startTestCluster(t);
  const options = { ...OPTIONS, attributes: { ytcode_resource: "daily" } };
  await withTransaction(client, options, async ({ transactionId }) => {
    assert.equal(await raw.get(`#${transactionId}/@title`), "Try");
    assert.equal(await raw.get(`#${transactionId}/@ytcode_resource`), "daily");
    assert.equal(await raw.get(`#${transactionId}/@timeout`), 60_000);
  });
});

test("withTransaction() undoes everything when the work throws, and throws the same", async (t) => {
  const { client, raw, cluster } = await startTestCluster(t);
  const failure = new RangeError("no");
  const work = withTransaction(client, OPTIONS, async (transaction) => {
    await transaction.create("map_node", "//tmp/x");
    throw failure;
  });
  await assert.rejects(work, (error) => error === failure);
  assert.equal(await raw.exists("//tmp/x"), false);
  assert.equal(commands(cluster, "abort_transaction").length, 1);
});

test("withTransaction() keeps a transaction alive beyond its timeout", async (t) => {
  const { client, raw, cluster } = await startTestCluster(t);
  await withTransaction(client, { ...OPTIONS, timeoutMs: 600 }, async (transaction) => {
    // Seven pings, a sixth of the timeout apart, are more than the timeout.
    while (commands(cluster, "ping_transaction").length < 7) {
      transaction.signal?.throwIfAborted();
      await delay(20);
    }
    await transaction.create("map_node", "//tmp/x");
  });
  assert.equal(await raw.exists("//tmp/x"), true);
});

test("withTransaction() gets over a ping that is never answered", async (t) => {
  const { client, raw, cluster } = await startTestCluster(t);
  cluster.inject({ command: "ping_transaction", action: { type: "hang" } });
  await withTransaction(client, { ...OPTIONS, timeoutMs: 1500 }, async (transaction) => {
    while (commands(cluster, "ping_transaction").length < 8) {
      transaction.signal?.throwIfAborted();
      await delay(20);
    }
    await transaction.create("map_node", "//tmp/x");
  });
  assert.equal(await raw.exists("//tmp/x"), true);
});

test("withTransaction() stops the work when the cluster has ended the transaction", async (t) => {
  const { client, raw } = await startTestCluster(t);
  let id = "";
  const work = withTransaction(client, { ...OPTIONS, timeoutMs: 300 }, async (transaction) => {
    id = transaction.transactionId;
    await raw.command("abort_transaction", { transaction_id: id });
    // A ping learns it; whatever request is under way then is stopped.
    const signal = transaction.signal;
    assert.ok(signal !== undefined);
    await once(signal, "abort");
    await transaction.create("map_node", "//tmp/x");
  });
  await assert.rejects(work, (error) => {
    assert.ok(error instanceof TransactionLostError);
    assert.equal(
      error.message,
      `Cannot finish "Try" on cluster "test" as transaction ${id} is over: it was not pinged in ` +
        "time, or somebody aborted it: nothing was changed, run it again",
    );
    return true;
  });
});

test("withTransaction() tells of a lost transaction when a command meets it first", async (t) => {
  const { client, raw } = await startTestCluster(t);
  const work = withTransaction(client, OPTIONS, async (transaction) => {
    await raw.command("abort_transaction", { transaction_id: transaction.transactionId });
    await transaction.create("map_node", "//tmp/x");
  });
  await assert.rejects(work, TransactionLostError);
});

test("withTransaction() commits once when the answer to the commit is lost", async (t) => {
  const { client, raw, cluster } = await startTestCluster(t);
  cluster.inject({ command: "commit_transaction", when: "after", action: { type: "reset" } });
  await withTransaction(client, OPTIONS, async (transaction) => {
    await transaction.create("map_node", "//tmp/x");
  });
  assert.equal(await raw.exists("//tmp/x"), true);
  const commits = commands(cluster, "commit_transaction");
  assert.deepEqual(
    commits.map(({ retry }) => retry),
    [false, true],
  );
  assert.equal(commits[0]?.mutationId, commits[1]?.mutationId);
});

for (const committed of [true, false]) {
  test(`withTransaction() asks when nobody knows of the commit any more: ${committed}`, async (t) => {
    const { client, cluster } = await startTestCluster(t);
    const command = "commit_transaction";
    cluster.inject({ command, when: "after", action: { type: "reset" } });
    cluster.inject({ command, action: { type: "error", code: 11000, message: "No such" } });
    const options = { ...OPTIONS, isCommitted: async () => committed };
    const work = withTransaction(client, options, async () => "result");
    if (committed) {
      assert.equal(await work, "result");
    } else {
      await assert.rejects(work, TransactionLostError);
    }
  });
}

for (const committed of [true, false]) {
  test(`withTransaction() asks the cluster when a commit is never answered: ${committed}`, async (t) => {
    const { client, cluster, raw } = await startTestCluster(t);
    const when = committed ? "after" : "before";
    const action = { type: "status", status: 200, body: "<html>" } as const;
    cluster.inject({ command: "commit_transaction", when, times: Infinity, action });
    const isCommitted = async (): Promise<boolean> => client.exists("//tmp/x");
    const work = withTransaction(client, { ...OPTIONS, isCommitted }, async (transaction) => {
      await transaction.create("map_node", "//tmp/x");
      return "result";
    });
    if (committed) {
      assert.equal(await work, "result");
    } else {
      await assert.rejects(work, { name: "YtError", message: /it answers with a web page/ });
    }
    assert.equal(await raw.exists("//tmp/x"), committed);
  });
}

test("withTransaction() says that it may be done, when nobody can find that out", async (t) => {
  const { client, cluster } = await startTestCluster(t);
  let id = "";
  const options = { ...OPTIONS, done: "published", isCommitted: async () => false };
  const work = withTransaction(client, options, async ({ transactionId }) => {
    id = transactionId;
    for (const command of ["commit_transaction", "abort_transaction"]) {
      cluster.inject({ command, when: "after", times: Infinity, action: { type: "reset" } });
    }
  });
  await assert.rejects(work, (error) => {
    assert.ok(error instanceof CommitUnknownError);
    assert.match(
      error.message,
      new RegExp(
        `^Cannot find out whether "Try" on cluster "test" was done: Cannot commit transaction ${id} as cluster "test" ` +
          "does not answer: .*: it may have been published: run it again, which finds out$",
      ),
    );
    return true;
  });
});

test("withTransaction() starts over once when the cluster has ended its transaction", async (t) => {
  const { client, cluster, raw } = await startTestCluster(t);
  cluster.inject({ command: "create", action: { type: "expire" } });
  let runs = 0;
  await withTransaction(client, { ...OPTIONS, startsOver: true }, async (transaction) => {
    runs += 1;
    await transaction.create("map_node", "//tmp/x");
  });
  assert.equal(runs, 2);
  assert.equal(await raw.exists("//tmp/x"), true);
});

test("withTransaction() does not start over twice", async (t) => {
  const { client, cluster } = await startTestCluster(t);
  cluster.inject({ command: "create", times: Infinity, action: { type: "expire" } });
  let runs = 0;
  const work = withTransaction(client, { ...OPTIONS, startsOver: true }, async (transaction) => {
    runs += 1;
    await transaction.create("map_node", "//tmp/x");
  });
  await assert.rejects(work, TransactionLostError);
  assert.equal(runs, 2);
});

test("A transaction of our own that could not be aborted does not lock us out", async (t) => {
  const { client, cluster, raw } = await startTestCluster(t);
  await withTransaction(client, OPTIONS, async (outer) => {
    const failure = new RangeError("no");
    cluster.inject({ command: "abort_transaction", times: 20, action: { type: "reset" } });
    const attempt = withTransaction(outer, OPTIONS, async (inner) => {
      await inner.create("map_node", "//tmp/x");
      throw failure;
    });
    await assert.rejects(attempt, (error) => error === failure);
    cluster.clearFaults();
    await withTransaction(outer, OPTIONS, async (inner) => {
      await inner.create("map_node", "//tmp/x");
    });
  });
  assert.equal(await raw.exists("//tmp/x"), true);
});

test("withTransaction() survives an outage of half a minute at any moment between two pings", async (t) => {
  const { cluster, clock, client } = await startWithRecordingClock(t);
  await withTransaction(client, { title: "Try" }, async (transaction) => {
    while (commands(cluster, "ping_transaction").length < 1) {
      await new Promise(setImmediate);
    }
    assert.equal(transaction.signal?.aborted, false);
  });
  const [start] = commands(cluster, "start_transaction");
  assert.ok(start !== undefined);
  const [pauseMs = 0] = clock.sleptMs;
  // The outage begins when a ping is due, and ends while one hangs.
  assert.ok(pauseMs + 30_000 + 2 * pauseMs <= 60_000, String(pauseMs));
});

test("withTransaction() says what has become of it when it is cancelled", async (t) => {
  const { url } = await startTestCluster(t);
  const controller = new AbortController();
  const lines: string[] = [];
  const log = (line: string): number => lines.push(line);
  const client = createYtClient({ proxy: url, log, signal: controller.signal });
  const work = withTransaction(client, { ...OPTIONS, done: "published" }, async (transaction) => {
    controller.abort();
    await transaction.create("map_node", "//tmp/x");
  });
  await assert.rejects(work, { name: "CancelledError" });
  assert.deepEqual(lines, ['Cancelled "Try": its transaction is aborted, nothing was published']);
});

test("withTransaction() nests: the outer one decides", async (t) => {
  const { client, raw } = await startTestCluster(t);
  const work = withTransaction(client, OPTIONS, async (outer) => {
    await withTransaction(outer, OPTIONS, async (inner) => {
      await inner.create("map_node", "//tmp/x");
    });
    assert.equal(await outer.exists("//tmp/x"), true);
    throw new RangeError("no");
  });
  await assert.rejects(work, RangeError);
  assert.equal(await raw.exists("//tmp/x"), false);
});

test("withTransaction() ends the transaction when it is cancelled", async (t) => {
  const { client, raw } = await startTestCluster(t);
  const controller = new AbortController();
  const cancellable = client.scoped({ transactionId: undefined, signal: controller.signal });
  let id = "";
  const work = withTransaction(cancellable, OPTIONS, async (transaction) => {
    id = transaction.transactionId;
    controller.abort();
    await transaction.create("map_node", "//tmp/x");
  });
  await assert.rejects(work, {
    name: "CancelledError",
    message: 'Cannot create "//tmp/x": cancelled',
  });
  await assert.rejects(raw.get(`#${id}/@title`), /No such object/);
});

test("withTransaction() does not leave a commit half-way when it is cancelled", async (t) => {
  const { client, raw, cluster } = await startTestCluster(t);
  const controller = new AbortController();
  cluster.inject({
    command: "commit_transaction",
    action: { type: "delay", delayMs: 1 },
    matches: () => {
      controller.abort();
      return true;
    },
  });
  const cancellable = client.scoped({ transactionId: undefined, signal: controller.signal });
  const result = await withTransaction(cancellable, OPTIONS, async (transaction) => {
    await transaction.create("map_node", "//tmp/x");
    return "result";
  });
  assert.equal(result, "result");
  assert.equal(controller.signal.aborted, true);
  assert.equal(await raw.exists("//tmp/x"), true);
});

/** A client by a clock that does not wait, and its lines. */
async function startWithRecordingClock(t: TestContext) {
  const { url, cluster } = await startTestCluster(t);
  const clock = createRecordingClock();
  const lines: string[] = [];
  const log = (line: string) => lines.push(line);
  const client = createYtClient({ proxy: url, displayName: "test", clock, log });
  return { cluster, clock, client, lines };
}

/** Lets requests with a command hang, and resolves when the first has come in. */
async function hang(cluster: LocalCluster, command: string): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  cluster.inject({
    command,
    action: { type: "hang" },
    matches: () => {
      resolve();
      return true;
    },
  });
  return promise;
}

test("withTransaction() pings by its clock, and gives a hanging ping up in time for the next", async (t) => {
  const { cluster, clock, client } = await startWithRecordingClock(t);
  const firstPing = hang(cluster, "ping_transaction");
  await withTransaction(client, OPTIONS, async () => {
    await firstPing;
    clock.advance(9999);
    await new Promise(setImmediate);
    assert.deepEqual(clock.sleptMs, [10_000]);
    clock.advance(1);
    while (clock.sleptMs.length < 3) {
      await new Promise(setImmediate);
    }
  });
  assert.deepEqual(clock.sleptMs.slice(0, 3), [10_000, 1000, 10_000]);
  assert.equal(clock.timeoutsMs[0], 10_000);
});

test("withTransaction() gives a hanging abort up by its clock, and throws what the work threw", async (t) => {
  const { cluster, clock, client, lines } = await startWithRecordingClock(t);
  const pinging = hang(cluster, "ping_transaction");
  const aborting = hang(cluster, "abort_transaction");
  const failure = new RangeError("no");
  let id = "";
  const work = withTransaction(client, OPTIONS, async ({ transactionId }) => {
    id = transactionId;
    await pinging;
    throw failure;
  });
  const rejected = assert.rejects(work, (error) => error === failure);
  await aborting;
  assert.deepEqual(clock.timeoutsMs, [10_000, 10_000]);
  assert.deepEqual(lines, []);
  clock.advance(10_000);
  await rejected;
  assert.deepEqual(lines, [`Cannot abort transaction ${id}: cancelled`]);
});
