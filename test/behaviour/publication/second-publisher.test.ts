/** Two publications at once: who waits, who gives up, and what is left of a killed one. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { publishArchive } from "../../../provider/publication/index.ts";
import type { PublishArchiveOptions } from "../../../provider/publication/index.ts";
import { createYtClient, withTransaction } from "../../../provider/yt/index.ts";
import { createRecordingClock } from "../../tools/recording-clock.ts";
import { FAST_RETRY, startTestCluster } from "../../tools/test-cluster.ts";
import type { TestCluster } from "../../tools/test-cluster.ts";
import {
  BUILD_FOLDER,
  makeArchiveSet,
  makeLog,
  OTHER_PUBLISHER,
  PUBLISHER,
} from "../../tools/publication-fixtures.ts";

const HOLDER = {
  title: `Publish to ${BUILD_FOLDER}`,
  timeoutMs: 60_000,
  attributes: { ytcode_resource: OTHER_PUBLISHER.resource, ytcode_stack: OTHER_PUBLISHER.stack },
};
const ARCHIVE_LOCK = { mode: "shared", childKey: "source.tar.gz" } as const;

async function prepare(t: Parameters<typeof startTestCluster>[0]) {
  const cluster = await startTestCluster(t);
  const options: PublishArchiveOptions = {
    client: cluster.client,
    buildFolder: BUILD_FOLDER,
    archiveSet: await makeArchiveSet(t, { archive: "second" }),
    publisher: PUBLISHER,
    log: makeLog().log,
  };
  await cluster.raw.create("map_node", BUILD_FOLDER);
  return { ...cluster, options };
}

async function describeHolder({ raw }: TestCluster, transactionId: string): Promise<string> {
  const start = String(await raw.get(`#${transactionId}/@start_time`));
  return (
    `transaction ${transactionId} "${HOLDER.title}" of user "root", started at ${start}, ` +
    'for resource "hourly" of stack "prod"'
  );
}

test("publishArchive() waits for another publication and goes on after it", async (t) => {
  const cluster = await prepare(t);
  const { client, raw, options } = cluster;
  const { lines, log } = makeLog();
  let second: Promise<unknown> | undefined;
  let holder = "";
  await withTransaction(client, HOLDER, async (first) => {
    await first.lock(BUILD_FOLDER, ARCHIVE_LOCK);
    holder = await describeHolder(cluster, first.transactionId);
    const waiting = new Promise<void>((resolve) => {
      second = publishArchive({
        ...options,
        log: (line) => {
          log(line);
          if (line.includes("Waiting")) {
            resolve();
          }
        },
      });
    });
    await waiting;
  });
  await second;
  assert.equal((await raw.read(`${BUILD_FOLDER}/source.tar.gz`)).toString(), "second");
  assert.deepEqual(lines, [
    `[Upload] Uploading code to ${BUILD_FOLDER}...`,
    `[Upload] Waiting for ${holder}...`,
    "[Upload] Code uploaded successfully: 6 B, 0 of 1 parts reused, 6 B sent",
  ]);
});

test("publishArchive() gives up on a publication that stays alive, and names it", async (t) => {
  const cluster = await prepare(t);
  const { client, url, raw, options } = cluster;
  // A clock that runs ahead: a minute's wait is over at once, while the other one stays alive.
  const clock = createRecordingClock();
  const impatient = createYtClient({ proxy: url, displayName: "test", clock, retry: FAST_RETRY });
  await withTransaction(client, HOLDER, async (first) => {
    await first.lock(BUILD_FOLDER, ARCHIVE_LOCK);
    const holder = await describeHolder(cluster, first.transactionId);
    await assert.rejects(publishArchive({ ...options, client: impatient }), {
      name: "UserError",
      message:
        `Cannot change "${BUILD_FOLDER}" on cluster "test" as it is locked by ${holder}: ` +
        "wait until it is done, or abort that transaction",
    });
  });
  assert.ok(clock.now() >= 62_000);
  assert.deepEqual(await raw.list(BUILD_FOLDER), []);
});

function wrapper(name: string, content: string): Record<string, string> {
  return { [`operation_wrapper_${name}_map.sh`]: content };
}

test("publishArchive() by two at once ends with the whole set of one of them", async (t) => {
  const { client, raw, options } = await prepare(t);
  const one = await makeArchiveSet(t, { archive: "one", wrappers: wrapper("a", "one") });
  const two = await makeArchiveSet(t, { archive: "two", wrappers: wrapper("b", "two") });
  await Promise.all(
    [one, two].map(async (archiveSet) => publishArchive({ ...options, client, archiveSet })),
  );
  const digest = await raw.get(`${BUILD_FOLDER}/source.tar.gz/@ytcode_digest`);
  const name = digest === one.digest ? "a" : "b";
  assert.deepEqual(await raw.list(BUILD_FOLDER), [
    `operation_wrapper_${name}_map.sh`,
    "source.tar.gz",
    "versions",
  ]);
  const kept = await raw.list(`${BUILD_FOLDER}/versions`);
  assert.deepEqual(new Set(kept), new Set([one.digest, two.digest]));
});

test("publishArchive() goes on after a publisher that was killed, once its time is up", async (t) => {
  const { raw, url, cluster, options } = await prepare(t);
  const old = await makeArchiveSet(t, { archive: "old" });
  await publishArchive({ ...options, archiveSet: old });
  const archiveSet = await makeArchiveSet(t, { archive: "killed" });
  // It is killed when everything is done but the commit.
  cluster.clearRequests();
  cluster.inject({ command: "commit_transaction", skip: 1, times: 99, action: { type: "hang" } });
  const script = fileURLToPath(new URL("../../tools/publish-process.ts", import.meta.url));
  const args = [script, url, BUILD_FOLDER, archiveSet.archiveFile, "6000"];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "inherit"] });
  const exited = once(child, "exit");
  const isCommitting = () =>
    cluster.requests.filter(({ command }) => command === "commit_transaction").length === 2;
  while (!isCommitting()) {
    await delay(5);
  }
  cluster.clearFaults();
  const { lines, log } = makeLog();
  const { promise: waiting, resolve } = Promise.withResolvers<void>();
  const second = publishArchive({
    ...options,
    log: (line) => {
      log(line);
      if (line.includes("Waiting")) {
        resolve();
      }
    },
  });
  // Killed when the other one waits already, so that its time cannot be up before.
  await Promise.race([waiting, second]);
  child.kill("SIGKILL");
  await exited;
  assert.equal((await raw.read(`${BUILD_FOLDER}/source.tar.gz`)).toString(), "old");
  assert.deepEqual(await raw.list(`${BUILD_FOLDER}/versions`), [old.digest]);

  await second;
  assert.equal((await raw.read(`${BUILD_FOLDER}/source.tar.gz`)).toString(), "second");
  assert.match(lines[1] ?? "", /^\[Upload\] Waiting for transaction .* "Publish to /);
});
