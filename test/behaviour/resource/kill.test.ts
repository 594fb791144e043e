/** `kill -9` of the provider at every request of an update, and at every one of a deletion. */
import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test, type TestContext } from "node:test";
import { type FaultRequest, startLocalCluster } from "../../../local-cluster/index.ts";
import { KNOWN_KEY } from "../../../provider/resource/inputs.ts";
import { addToTree } from "../../tools/temporary-tree.ts";
import {
  type Death,
  endDeadTransaction,
  mainTransaction,
  readVisibleSet,
  runAndKill,
  startStep,
  waitForEnd,
  type VisibleSet,
} from "./killing.ts";
import { BUILD_FOLDER, makeWorld, sha256, type TestCluster, TestResource } from "./lifecycle.ts";

const NO_SETTINGS = {
  proxy: undefined,
  token: undefined,
  projectDirectory: tmpdir(),
  startLocalCluster,
};
/** Where a copy of the old version is kept. */
const TEMPLATE = "//home/template";

/** A resource that is up in an old version, with an edit waiting that touches every kind of file. */
async function makeVictim(t: TestContext) {
  const world = await makeWorld(t);
  const resource = world.declare(world.url, { pipeline: "daily" });
  await resource.up();
  const oldOutputs = resource.outputs;
  const oldSet = await readVisibleSet(world.raw);
  await world.raw.command("copy", { source_path: BUILD_FOLDER, destination_path: TEMPLATE });
  // One wrapper stays, one goes, one comes; the archive changes.
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

type Victim = Awaited<ReturnType<typeof makeVictim>>;

/** Checks that the update is done, on the cluster and in the pipeline directory. */
async function assertDone({ world, resource, inputs, oldSet }: Victim): Promise<VisibleSet> {
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

/** The request that a process died at: its command, and whether it was in a nested transaction. */
function describeDeath({ cluster }: TestCluster, at: number): string {
  const { command, transactionId } = cluster.requests[at - 1] ?? {};
  const main = mainTransaction(cluster);
  const isNested =
    command === "start_transaction"
      ? transactionId !== undefined
      : transactionId !== undefined && transactionId !== main;
  return `${command}${isNested ? " (nested)" : ""}`;
}

/** Matches requests as {@link describeDeath} names them. */
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
    // Only a process that comes to its end leaves what it compiled: half the time of the others.
    await waitForEnd(startStep("load", new TestResource(NO_SETTINGS, {}), cache));
  });
  after(() => rm(cache, { recursive: true }));

  test("of an update, at any request, leaves the old set whole, and the next sync() finishes", async (t) => {
    let next = 1;
    const deaths = new Set<number>();
    const diedAt = new Set<string>();
    const newSets = new Set<string>();
    /** Kills one process, and checks what that leaves; false when it got through alive. */
    const killOne = async (victim: Victim, death: Death): Promise<boolean> => {
      const { world, resource, inputs, oldSet, reset } = victim;
      const { killed } = await runAndKill("update", resource, world, cache, death);
      if (!killed) {
        await reset();
        return false;
      }
      assert.deepEqual(await readVisibleSet(world.raw), oldSet, `killed at request ${death.at}`);
      const died = describeDeath(world, death.at);
      await endDeadTransaction(world);
      await resource.update(inputs);
      newSets.add(JSON.stringify(await assertDone(victim)));
      await reset();
      if (death.matches === undefined) diedAt.add(died);
      return true;
    };
    /** Kills at one request after the other, until a process gets through without meeting its end. */
    const work = async (victim: Victim): Promise<void> => {
      for (let at = next++; await killOne(victim, { at, when: "before" }); at = next++) {
        deaths.add(at);
      }
    };
    const victims = [await makeVictim(t), await makeVictim(t)] as const;
    await Promise.all(victims.map(work));
    // Two processes may find each other's hosts or not, so the last few numbers are not fixed.
    const first = Array.from({ length: 28 }, (_, index) => index + 1);
    assert.deepEqual(
      first.filter((at) => !deaths.has(at)),
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
      // Requests that go side by side change places, so that the count may have passed one by.
      if (diedAt.has(request)) continue;
      const death = { at: 1, matches: firstOf(request), when: "before" } as const;
      assert.ok(await killOne(victims[0], death), `No process died at ${request}`);
    }
    assert.equal(newSets.size, 1);
  });

  test("of an update, when all is committed but the answer, leaves the new set whole", async (t) => {
    const victim = await makeVictim(t);
    const { world, resource, inputs } = victim;
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
    assert.deepEqual(await assertDone(victim), set);
  });

  test("of packing leaves the old set whole, and the next sync() builds anew", async (t) => {
    const victim = await makeVictim(t);
    const { world, resource, inputs, oldSet } = victim;
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
    await assertDone({ ...victim, inputs: await resource.checked() });
    assert.notEqual(resource.text("digest"), inputs[KNOWN_KEY].digest);
  });

  test("of an upload leaves the old set whole, and the next sync() waits for its dead transaction", async (t) => {
    const victim = await makeVictim(t);
    const { world, resource, oldSet } = victim;
    const large = Buffer.alloc(12 * 1024 * 1024);
    for (let at = 0; at < large.length; at += 4)
      large.writeUInt32LE((at * 2654435761) % 2 ** 32, at);
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
    await assertDone({ ...victim, inputs });
  });

  test("of a deletion, at any request, leaves the set whole, and the next remove() finishes", async (t) => {
    const { world, resource, oldSet, reset } = await makeVictim(t);
    let deaths = 0;
    for (let at = 1; ; at += 1) {
      const death = { at, when: "before" } as const;
      const { killed } = await runAndKill("delete", resource, world, cache, death);
      if (!killed) break;
      deaths += 1;
      assert.deepEqual(await readVisibleSet(world.raw), oldSet, `killed at request ${at}`);
      await endDeadTransaction(world);
      await resource.destroy();
      assert.equal(await world.raw.exists(BUILD_FOLDER), false);
      await world.raw.create("map_node", BUILD_FOLDER);
      await reset();
    }
    assert.ok(deaths > 10, `A deletion has more requests than ${deaths}`);
    assert.equal(await world.raw.exists(BUILD_FOLDER), false);
  });
});
