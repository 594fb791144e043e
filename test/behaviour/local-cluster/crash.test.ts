/** What a killed local cluster leaves: all that it had answered, and nothing by halves. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import * as path from "node:path";
import test from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { startTestCluster, temporaryDirectory, clientFor } from "../../tools/local-cluster.ts";
import type { TestClient } from "../../tools/local-cluster.ts";

const MODULE = path.resolve(import.meta.dirname, "../../../local-cluster/index.ts");
const KILLS = 12;

/** A local cluster in a process of its own, with a journal that is folded all the time. */
async function startProcess(dataDirectory: string) {
  const program = `
    import { startLocalCluster } from ${JSON.stringify(MODULE)};
    const dataDirectory = ${JSON.stringify(dataDirectory)};
    const cluster = await startLocalCluster({ dataDirectory, compactionBytes: 4000 });
    console.log(cluster.url);`;
  const args = ["--input-type=module-typescript", "--eval", program];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await once(child.stdout, "data");
  return { child, url: String(line).trim() };
}

/** Publishes set `number`: two files and an attribute that must always agree. */
async function publish(cluster: TestClient, number: number): Promise<void> {
  const inside = { transaction_id: await cluster.begin() };
  for (const name of ["a", "b"]) {
    const file = `//tmp/${name}`;
    await cluster.run("create", { type: "file", path: file, force: true, ...inside });
    await cluster.write(file, `${name}${number}`, { compute_md5: true, ...inside });
  }
  await cluster.run("set", { path: "//tmp/@number", ...inside }, String(number));
  await cluster.run("commit_transaction", inside);
}

/** What is published, after checking that all of it is of one set. */
async function published(cluster: TestClient): Promise<number> {
  const exists = Object(await cluster.run("exists", { path: "//tmp/@number" }));
  if (exists.value === false) {
    assert.deepEqual(await cluster.get("//tmp"), {});
    return 0;
  }
  const number = Number(await cluster.get("//tmp/@number"));
  assert.equal(await cluster.read("//tmp/a"), `a${number}`);
  assert.equal(await cluster.read("//tmp/b"), `b${number}`);
  assert.deepEqual(Object.keys(Object(await cluster.get("//tmp"))).toSorted(), ["a", "b"]);
  return number;
}

/** Publishes set after set until the process dies. @returns the last one that was acknowledged */
async function publishUntilKilled(
  cluster: TestClient,
  first: number,
  onFirst: () => void,
): Promise<number> {
  let acknowledged = first - 1;
  try {
    for (let number = first; ; number += 1) {
      await publish(cluster, number);
      acknowledged = number;
      onFirst();
    }
  } catch (error) {
    assert.ok(error instanceof Error && "code" in error, String(error));
    return acknowledged;
  }
}

test("kill -9 loses no acknowledged commit and shows no torn one", async (t) => {
  const directory = await temporaryDirectory(t);
  let next = 1;
  for (let kill = 0; kill < KILLS; kill += 1) {
    const { child, url } = await startProcess(directory);
    t.after(() => child.kill("SIGKILL"));
    const remote = clientFor(url);
    const before = await published(remote);
    assert.ok(before >= next - 1, `set ${next - 1} was acknowledged, set ${before} is there`);
    const begun = Promise.withResolvers<void>();
    const working = publishUntilKilled(remote, before + 1, begun.resolve);
    await Promise.race([begun.promise, working]);
    await delay(kill * 7);
    child.kill("SIGKILL");
    await once(child, "exit");
    next = (await working) + 1;
  }
  const cluster = await startTestCluster(t, { dataDirectory: directory });
  const last = await published(cluster);
  assert.ok(last === next - 1 || last === next, `acknowledged ${next - 1}, found ${last}`);
  assert.ok(last >= KILLS, `only ${last} sets were published`);
});
