/** What was acknowledged is there again: after `kill -9`, on a full disk, and when a second process comes. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, rm } from "node:fs/promises";
import * as path from "node:path";
import test from "node:test";
import type { TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { startLocalCluster } from "../../../local-cluster/index.ts";
import { startClusterProcess } from "../../tools/cluster-process.ts";
import { clientFor, startTestCluster, temporaryDirectory } from "../../tools/local-cluster.ts";
import type { TestClient } from "../../tools/local-cluster.ts";

const MODULE = path.resolve(import.meta.dirname, "../../../local-cluster/index.ts");
/** How often the server is killed, and how many clients write at a time. */
const KILLS = 6;
const WRITERS = 4;

/** Numbers in [0, 1) that a seed makes (mulberry32), so that a failure can be had again. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What one writer has below its folder: names of files with their contents, as acknowledged. */
type Files = Readonly<Record<string, string>>;

/** A change, as the cluster is asked for it and as the model knows it. */
interface Change {
  readonly ask: (cluster: TestClient) => Promise<unknown>;
  readonly after: Files;
}

/** One random change of a writer's files: a new content, a copy, a removal, or two files in a transaction. */
function randomChange(folder: string, files: Files, random: () => number): Change {
  const pick = (count: number) => Math.floor(random() * count);
  const name = `f${pick(5)}`;
  const other = `f${pick(5)}`;
  const content = String(random()).repeat(1 + pick(40) ** 2);
  const place = (file: string) => `${folder}/${file}`;
  const write = async (cluster: TestClient, file: string, inside: object) => {
    await cluster.run("create", { type: "file", path: place(file), force: true, ...inside });
    await cluster.write(place(file), content, inside);
  };
  const inTransaction = async (cluster: TestClient, names: readonly string[]) => {
    const inside = { transaction_id: await cluster.begin() };
    for (const file of names) {
      await write(cluster, file, inside);
    }
    await cluster.run("commit_transaction", inside);
  };
  switch (name in files ? pick(4) : 0) {
    case 1: {
      const { [name]: _, ...after } = files;
      return { ask: (cluster) => cluster.run("remove", { path: place(name) }), after };
    }
    case 2: {
      const parameters = { source_path: place(name), destination_path: place("copy"), force: true };
      return {
        ask: (cluster) => cluster.run("copy", parameters),
        after: { ...files, copy: files[name] ?? "" },
      };
    }
    case 3:
      return {
        ask: (cluster) => inTransaction(cluster, [name, other]),
        after: { ...files, [name]: content, [other]: content },
      };
    default:
      return {
        ask: (cluster) => inTransaction(cluster, [name]),
        after: { ...files, [name]: content },
      };
  }
}

/** What is there below a folder. */
async function filesIn(cluster: TestClient, folder: string): Promise<Files> {
  const { value } = Object(await cluster.run("list", { path: folder }));
  const files: Record<string, string> = {};
  for (const name of value) {
    files[name] = await cluster.read(`${folder}/${name}`);
  }
  return files;
}

/** A writer's files as they were acknowledged, and as they may be if the change under way was made. */
interface Expected {
  readonly acknowledged: Files;
  readonly possible: Files;
}

async function writeUntilKilled(
  cluster: TestClient,
  folder: string,
  start: Files,
  random: () => number,
  onAcknowledged: () => void,
): Promise<Expected> {
  let acknowledged = start;
  for (;;) {
    const { ask, after } = randomChange(folder, acknowledged, random);
    try {
      await ask(cluster);
    } catch (error) {
      assert.ok(error instanceof Error && "code" in error, String(error));
      return { acknowledged, possible: after };
    }
    acknowledged = after;
    onAcknowledged();
  }
}

test("kill -9 at any instant loses nothing that was acknowledged", async (t) => {
  const seed = Number(process.env["YTCODE_TEST_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
  t.diagnostic(`YTCODE_TEST_SEED=${seed}`);
  const instants = randomFrom(seed);
  const dataDirectory = await temporaryDirectory(t);
  const folders = Array.from({ length: WRITERS }, (_, index) => `//home/writer${index}`);
  let expected: readonly Expected[] = folders.map(() => ({ acknowledged: {}, possible: {} }));
  for (let kill = 0; kill <= KILLS; kill += 1) {
    // Compacted all the time, as that is when most can go wrong.
    const running = await startClusterProcess(t, { dataDirectory, compactionBytes: 20_000 });
    const cluster = clientFor(running.url);
    const found: Files[] = [];
    for (const [index, folder] of folders.entries()) {
      await cluster.run("create", { type: "map_node", path: folder, ignore_existing: true });
      const files = await filesIn(cluster, folder);
      const { acknowledged = {}, possible = {} } = expected[index] ?? {};
      const wanted = isDeepStrictEqual(files, possible) ? possible : acknowledged;
      assert.deepEqual(files, wanted, `${folder} after kill ${kill}, seed ${seed}`);
      found.push(files);
    }
    // Some changes, and then any instant of the next ones: a busy machine makes few in a given time.
    let left = 1 + Math.floor(instants() * 12);
    const enough = Promise.withResolvers<void>();
    const onAcknowledged = () => {
      left -= 1;
      if (left === 0) {
        enough.resolve();
      }
    };
    const working = Promise.all(
      folders.map((folder, index) => {
        const random = randomFrom(seed + kill * WRITERS + index + 1);
        return writeUntilKilled(cluster, folder, found[index] ?? {}, random, onAcknowledged);
      }),
    );
    await Promise.race([enough.promise, working]);
    await delay(instants() * 40);
    await running.kill();
    expected = await working;
  }
});

test("a repeated commit gets its answer again after the journal was compacted and the server killed", async (t) => {
  const dataDirectory = await temporaryDirectory(t);
  const running = await startClusterProcess(t, { dataDirectory, compactionBytes: 1 });
  const cluster = clientFor(running.url);
  const transaction = await cluster.begin();
  await cluster.run("set", { path: "//tmp/@a", transaction_id: transaction }, "1");
  const commit = { transaction_id: transaction, mutation_id: "1-2-3-4" };
  await running.inject({ command: "commit_transaction", when: "after", action: { type: "kill" } });
  await assert.rejects(cluster.run("commit_transaction", commit));
  assert.ok((await readdir(dataDirectory)).includes("snapshot"));
  for (const _ of [1, 2]) {
    const again = await startLocalCluster({ dataDirectory, compactionBytes: 1 });
    const client = clientFor(again.url);
    try {
      await client.run("commit_transaction", { ...commit, retry: true });
      assert.equal(await client.get("//tmp/@a"), 1);
      await client.run("set", { path: "//tmp/@b" }, "2");
    } finally {
      await again.close();
    }
  }
});

/** Runs a program whose files may not grow beyond some blocks of 512 or 1024 bytes, as the shell counts them. */
async function runWithLimit(t: TestContext, blocks: number, program: string) {
  const node = [process.execPath, "--input-type=module-typescript", "--eval", program];
  const args = ["-c", 'ulimit -f "$1"; shift; exec "$@"', "sh", String(blocks), ...node];
  const child = spawn("sh", args, { stdio: ["ignore", "pipe", "pipe"] });
  t.after(() => child.kill("SIGKILL"));
  let output = "";
  let errors = "";
  child.stdout.on("data", (piece) => (output += String(piece)));
  child.stderr.on("data", (piece) => (errors += String(piece)));
  const [status] = await once(child, "close");
  assert.equal(status, 0, errors);
  return output.trimEnd().split("\n");
}

test("what does not fit leaves everything as it was, and the cluster usable", async (t) => {
  // The system refuses to let a file grow, in the middle of a write: as on a full disk, but without one.
  const dataDirectory = await temporaryDirectory(t);
  const program = `
    import { startLocalCluster } from ${JSON.stringify(MODULE)};
    const dataDirectory = ${JSON.stringify(dataDirectory)};
    const cluster = await startLocalCluster({ dataDirectory, compactionBytes: 1 << 30 });
    const send = async (query, body) => {
      const request = body === undefined ? { method: "POST" } : { method: "PUT", body };
      const answer = await fetch(cluster.url + "/api/v4/" + query, request);
      return [answer.status, (await answer.text()).slice(0, 120)];
    };
    await send("create?type=file&path=//tmp/f");
    await send("write_file?path=//tmp/f", "old");
    const show = (value) => console.log(JSON.stringify(value));
    show(await send("write_file?path=//tmp/f", Buffer.alloc(8 << 20)));
    let written = 0;
    let failed;
    for (let index = 0; failed === undefined; index += 1) {
      const [status, answer] = await send("set?path=//tmp/@a" + index, JSON.stringify("x".repeat(60_000)));
      if (status === 200) written += 1;
      else failed = [status, answer];
    }
    show(written);
    show(failed);
    show(await send("set?path=//tmp/@small", "1"));
    process.exit(0);`;
  const lines = await runWithLimit(t, 2048, program);
  const [upload, written, failed, small] = lines.map((line) => JSON.parse(line));
  for (const [status, answer] of [upload, failed]) {
    assert.equal(status, 500);
    assert.match(
      answer,
      /"code":731,"message":"The local cluster cannot read or write its data: the system lets no file grow so large"/,
    );
  }
  assert.ok(written > 10, `${written} were written`);
  assert.equal(small[0], 200);
  const cluster = await startTestCluster(t, { dataDirectory });
  assert.equal(await cluster.read("//tmp/f"), "old");
  assert.equal(Object(await cluster.get("//tmp/@user_attributes"))["small"], 1);
  assert.equal(
    Object.keys(Object(await cluster.get("//tmp/@user_attributes"))).length,
    written + 1,
  );
  assert.equal((await readdir(path.join(dataDirectory, "chunks"))).length, 1);
});

test("a process that has lost its data directory acknowledges nothing more", async (t) => {
  const dataDirectory = await temporaryDirectory(t);
  const first = await startTestCluster(t, { dataDirectory });
  await first.run("set", { path: "//tmp/@first" }, "1");
  // What a message says to do when no process has the directory, done too early.
  await rm(path.join(dataDirectory, "owner.1"));
  const second = await startTestCluster(t, { dataDirectory, lockTimeoutMs: 0 });
  await second.run("set", { path: "//tmp/@second" }, "2");
  const failure = await first.fail("set", { path: "//tmp/@lost" }, "3");
  assert.equal(
    failure.message,
    `The data directory "${dataDirectory}" of the local cluster was removed, or another process has taken it: stop this one`,
  );
  await first.close();
  await second.run("set", { path: "//tmp/@third" }, "3");
  await second.close();
  const third = await startTestCluster(t, { dataDirectory });
  const attributes = await third.get("//tmp/@user_attributes");
  assert.deepEqual(attributes, { first: 1, second: 2, third: 3 });
  await rm(dataDirectory, { recursive: true });
  await third.fail("set", { path: "//tmp/@gone" }, "4");
});
