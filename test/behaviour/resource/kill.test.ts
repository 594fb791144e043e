/** `kill -9` of the provider at every request of an update, and at every one of a deletion. */
import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import type { TestContext } from "node:test";
import { startLocalCluster } from "../../../local-cluster/index.ts";
import type { FaultRequest } from "../../../local-cluster/index.ts";
import { KNOWN_KEY } from "../../../provider/resource/inputs.ts";
import { addToTree } from "../../tools/temporary-tree.ts";
import {
  abortOrphanedTransaction,
  mainTransaction,
  readVisibleSet,
  runAndKill,
  startStep,
  waitForEnd,
} from "./killing.ts";
import type { KillPoint, VisibleSet } from "./killing.ts";
import { BUILD_FOLDER, makeProjectWithCluster, sha256, TestResource } from "./lifecycle.ts";
import type { TestCluster } from "./lifecycle.ts";

const NO_SETTINGS = {
  proxy: undefined,
  token: undefined,
  projectDirectory: tmpdir(),
  startLocalCluster,
};
/** Where a copy of the old version is kept. */
const TEMPLATE = "//home/template";

/** A resource that is up in an old version, and an edit that changes every kind of file. */
async function makePendingUpdate(t: TestContext) {
  const world = await makeProjectWithCluster(t);
  const resource = world.declare(world.url, { pipeline: "daily" });
  await resource.up();
  const oldOutputs = resource.outputs;
  const oldSet = await readVisibleSet(world.raw);
  await world.raw.command("copy", { source_path: BUILD_FOLDER, destination_path: TEMPLATE });
  // One wrapper stays, one is removed, one is new; the archive changes.
  await addToTree(world.directory, {
    "daily/configs/config.yaml": (
      await readFile(path.join(world.pipeline, "configs/config.yaml"), "utf8")
    ).replace("score", "sum"),
    "daily/stages/sum/config.yaml": "limit: 3\n",
    "daily/stages/sum/src/reducer.py": "print('sum')\n",
  });
  const inputs = await resource.checked();
  /** Puts the old version back. */
  const reset = async (): Promise<void> => {
    await world.raw.remove(BUILD_FOLDER);
    await world.raw.command("copy", { source_path: TEMPLATE, destination_path: BUILD_FOLDER });
    resource.outputs = oldOutputs;
  };
  return { world, resource, inputs, oldSet, reset };
}

type PendingUpdate = Awaited<ReturnType<typeof makePendingUpdate>>;

/** Checks that the update is done, on the cluster and in the pipeline directory. */
async function assertDone({ world, resource, inputs, oldSet }: PendingUpdate): Promise<VisibleSet> {
  const set = await readVisibleSet(world.raw);
  assert.deepEqual(Object.keys(set.files), [
    "operation_wrapper_clean_map.sh",
    "operation_wrapper_sum_reduce.sh",
    "source.tar.gz",
  ]);
  assert.equal(set.files["source.tar.gz"], resource.text("sha256"));
  assert.deepEqual(set.versions, [...oldSet.versions, resource.text("digest")].toSorted());
  assert.deepEqual(await resource.refresh(), inputs);
  const build = path.join(world.pipeline, ".build");
  assert.deepEqual((await readdir(build)).toSorted(), ["resource-id", "source", "source.tar.gz"]);
  const local = sha256(await readFile(path.join(build, "source.tar.gz")));
  assert.equal(local, resource.text("sha256"));
  return set;
}

/** The request at which a process was killed: its command, and whether it was in a nested transaction. */
function describeRequest({ cluster }: TestCluster, at: number): string {
  const { command, transactionId } = cluster.requests[at - 1] ?? {};
  const main = mainTransaction(cluster);
  const isNested =
    command === "start_transaction"
      ? transactionId !== undefined
      : transactionId !== undefined && transactionId !== main;
  return `${command}${isNested ? " (nested)" : ""}`;
}

/** Matches requests as {@link describeRequest} names them. */
function firstOf(description: string): (request: FaultRequest) => boolean {
  const [command, nested] = description.split(" ");
  let main: string | undefined;
  return (request) => {
    main ??= request.transactionId;
    const isNested =
      request.command === "start_transaction"
        ? request.transactionId !== undefined
        : request.transactionId !== undefined && request.transactionId !== main;
    return request.command === command && isNested === (nested !== undefined);
  };
}

describe("A provider killed in the middle", { concurrency: true }, () => {
  let cache = "";
  before(async () => {
    cache = await mkdtemp(path.join(tmpdir(), "compile-cache-"));
    // Node writes what it has compiled when a process ends by itself; the killed ones then start in half the time.
    await waitForEnd(startStep("load", new TestResource(NO_SETTINGS, {}), cache));
  });
  after(() => rm(cache, { recursive: true }));

  test("of an update, at any request, leaves the old set whole, and the next sync() finishes", async (t) => {
    let next = 1;
    const kills = new Set<number>();
    const killedCommands = new Set<string>();
    const newSets = new Set<string>();
    /** Kills one process, and checks what that leaves; false when it ended before. */
    const killOne = async (update: PendingUpdate, killPoint: KillPoint): Promise<boolean> => {
      const { world, resource, inputs, oldSet, reset } = update;
      const { killed } = await runAndKill("update", resource, world, cache, killPoint);
      if (!killed) {
        await reset();
        return false;
      }
      assert.deepEqual(
        await readVisibleSet(world.raw),
        oldSet,
        `killed at request ${killPoint.at}`,
      );
      const request = describeRequest(world, killPoint.at);
      await abortOrphanedTransaction(world);
      await resource.update(inputs);
      newSets.add(JSON.stringify(await assertDone(update)));
      await reset();
      if (killPoint.matches === undefined) {
        killedCommands.add(request);
      }
      return true;
    };
    /** Kills at one request after the other, until a process ends without having been killed. */
    const work = async (update: PendingUpdate): Promise<void> => {
      for (let at = next++; await killOne(update, { at, when: "before" }); at = next++) {
        kills.add(at);
      }
    };
    const updates = [await makePendingUpdate(t), await makePendingUpdate(t)] as const;
    await Promise.all(updates.map(work));
    // Two processes may find each other's hosts or not, so the last few numbers are not fixed.
    const first = Array.from({ length: 28 }, (_, index) => index + 1);
    assert.deepEqual(
      first.filter((at) => !kills.has(at)),
      [],
    );
    for (const request of [
      "start_transaction",
      "lock",
      "create (nested)",
      "write_file (nested)",
      "commit_transaction (nested)",
      "copy",
      "remove",
      "commit_transaction",
    ]) {
      // Concurrent requests come in any order, so that the count may have skipped one.
      if (killedCommands.has(request)) {
        continue;
      }
      const killPoint = { at: 1, matches: firstOf(request), when: "before" } as const;
      assert.ok(await killOne(updates[0], killPoint), `No process was killed at ${request}`);
    }
    assert.equal(newSets.size, 1);
  });

  test("of an update, when all is committed but the answer, leaves the new set whole", async (t) => {
    const update = await makePendingUpdate(t);
    const { world, resource, inputs } = update;
    const { killed } = await runAndKill("update", resource, world, cache, {
      at: 1,
      matches: ({ command, transactionId }) =>
        command === "commit_transaction" && transactionId === mainTransaction(world.cluster),
      when: "after",
    });
    assert.equal(killed, true);
    const set = await readVisibleSet(world.raw);
    world.cluster.clearRequests();
    await resource.update(inputs);
    assert.equal(world.count("write_file"), 0);
    assert.deepEqual(await assertDone(update), set);
  });

  test("of packing leaves the old set whole, and the next sync() builds anew", async (t) => {
    const update = await makePendingUpdate(t);
    const { world, resource, inputs, oldSet } = update;
    const words = Array.from({ length: 400 }, (_, index) => [
      `daily/stages/sum/src/words/${index}.txt`,
      `${index} `.repeat(2000),
    ]);
    await addToTree(world.directory, Object.fromEntries(words));
    world.cluster.clearRequests();
    const child = startStep("update", resource, cache);
    child.stdout?.once("data", () => child.kill("SIGKILL"));
    const { killed, stdout } = await waitForEnd(child);
    assert.equal(killed, true);
    assert.equal(stdout, "daily: [Upload] Packaging code...\n");
    assert.deepEqual(world.cluster.requests, []);
    assert.deepEqual(await readVisibleSet(world.raw), oldSet);
    await resource.update(await resource.checked());
    await assertDone({ ...update, inputs: await resource.checked() });
    assert.notEqual(resource.text("digest"), inputs[KNOWN_KEY].digest);
  });

  test("of an upload leaves the old set whole, and the next sync() waits for its dead transaction", async (t) => {
    const update = await makePendingUpdate(t);
    const { world, resource, oldSet } = update;
    const large = Buffer.alloc(12 * 1024 * 1024);
    for (let at = 0; at < large.length; at += 4) {
      large.writeUInt32LE((at * 2654435761) % 2 ** 32, at);
    }
    await addToTree(world.pipeline, { "stages/sum/src/large.bin": large });
    const child = await runAndKill("update", resource, world, cache, {
      at: 1,
      matches: ({ command, path: node }) =>
        command === "write_file" && node?.endsWith("/source.tar.gz") === true,
      when: "before",
    });
    assert.equal(child.killed, true);
    assert.deepEqual(await readVisibleSet(world.raw), oldSet);
    resource.lines.length = 0;
    const inputs = await resource.checked();
    await resource.update(inputs);
    const waiting = resource.lines.filter((line) => line.startsWith("[Upload] Waiting for "));
    assert.equal(waiting.length, 1);
    assert.match(
      waiting[0] ?? "",
      /^\[Upload\] Waiting for .*, for resource "daily" of stack "prod"\.\.\.$/,
    );
    await assertDone({ ...update, inputs });
  });

  test("of a deletion, at any request, leaves the set whole, and the next remove() finishes", async (t) => {
    const { world, resource, oldSet, reset } = await makePendingUpdate(t);
    let kills = 0;
    for (let at = 1; ; at += 1) {
      const killPoint = { at, when: "before" } as const;
      const { killed } = await runAndKill("delete", resource, world, cache, killPoint);
      if (!killed) {
        break;
      }
      kills += 1;
      assert.deepEqual(await readVisibleSet(world.raw), oldSet, `killed at request ${at}`);
      await abortOrphanedTransaction(world);
      await resource.destroy();
      assert.equal(await world.raw.exists(BUILD_FOLDER), false);
      await world.raw.create("map_node", BUILD_FOLDER);
      await reset();
    }
    assert.ok(kills > 10, `A deletion has more requests than ${kills}`);
    assert.equal(await world.raw.exists(BUILD_FOLDER), false);
  });
});
