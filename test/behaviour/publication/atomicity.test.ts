/** Readers see the old set or the new one, whatever fails or breaks during a publication. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { publishArchive } from "../../../provider/publication/index.ts";
import { startTestCluster } from "../../tools/test-cluster.ts";
import type { RawCluster } from "../../tools/raw-cluster.ts";
import {
  BUILD_FOLDER,
  makeArchiveSet,
  makeLog,
  PUBLISHER,
} from "../../tools/publication-fixtures.ts";

const names = (count: number) =>
  Array.from({ length: count }, (_, index) => `operation_wrapper_stage${index}_map.sh`);

async function makeSet(t: TestContext, archive: string, wrapperCount: number) {
  const wrappers = Object.fromEntries(names(wrapperCount).map((name) => [name, archive]));
  return makeArchiveSet(t, { archive, wrappers });
}

/** What a reader sees at one moment: one request, so that it belongs together. */
async function lookOnce(raw: RawCluster): Promise<Record<string, unknown>> {
  const nodes = await raw.listWithAttributes(BUILD_FOLDER, ["ytcode_digest"]);
  return Object.fromEntries(
    nodes
      .filter(({ name }) => name !== "versions")
      .map(({ name, attributes }) => [name, attributes["ytcode_digest"]]),
  );
}

test("publishArchive() shows readers the old set or the new one, never a mixture", async (t) => {
  const { client, raw } = await startTestCluster(t);
  const small = await makeSet(t, "small", 2);
  const large = await makeSet(t, "large", 6);
  const common = { client, buildFolder: BUILD_FOLDER, publisher: PUBLISHER, log: makeLog().log };
  await publishArchive({ ...common, archiveSet: small });

  const whole = [
    { set: small, count: 2 },
    { set: large, count: 6 },
  ].map(({ set, count }) =>
    Object.fromEntries(["source.tar.gz", ...names(count)].map((name) => [name, set.digest])),
  );
  const published = new AbortController();
  const seen = new Set<unknown>();
  const reader = async (): Promise<void> => {
    while (!published.signal.aborted) {
      const view = await lookOnce(raw);
      const match = whole.find((set) => isSame(set, view));
      assert.notEqual(match, undefined, `a mixture: ${JSON.stringify(view)}`);
      seen.add(match);
    }
  };
  const publisher = async (): Promise<void> => {
    try {
      for (const archiveSet of [large, small, large, small]) {
        await publishArchive({ ...common, archiveSet });
        // The next one waits for a look, so that both sets are seen on any machine.
        await lookOnce(raw);
      }
    } finally {
      published.abort();
    }
  };
  await Promise.all([reader(), publisher()]);
  assert.deepEqual(await lookOnce(raw), whole[0]);
  assert.equal(seen.size, 2);
});

function isSame(a: Record<string, unknown>, b: Record<string, unknown>): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}

// A failure at any step of a publication must leave the old set, and no trace of the new one.
const steps = ["lock", "create", "write_file", "copy", "multiset_attributes", "commit_transaction"];

for (const command of steps) {
  test(`publishArchive() changes nothing when ${command} is refused`, async (t) => {
    const { client, raw, cluster } = await startTestCluster(t);
    const common = { client, buildFolder: BUILD_FOLDER, publisher: PUBLISHER, log: makeLog().log };
    const old = await makeSet(t, "old", 1);
    await publishArchive({ ...common, archiveSet: old });
    const before = await raw.get(`${BUILD_FOLDER}/@revision`);

    const action = { type: "error", code: 902, message: "Account is over its limit" } as const;
    // The last request of its kind, where there are several.
    const skip = command === "copy" ? 1 : 0;
    cluster.inject({ command, skip, action });
    const archiveSet = await makeSet(t, "new", 3);
    await assert.rejects(publishArchive({ ...common, archiveSet }), {
      name: "YtError",
      code: 902,
    });
    assert.equal((await raw.read(`${BUILD_FOLDER}/source.tar.gz`)).toString(), "old");
    assert.deepEqual(await raw.list(BUILD_FOLDER), [...names(1), "source.tar.gz", "versions"]);
    assert.deepEqual(await raw.list(`${BUILD_FOLDER}/versions`), [old.digest]);
    assert.equal(await raw.get(`${BUILD_FOLDER}/@revision`), before);

    await publishArchive({ ...common, archiveSet });
    assert.equal((await raw.read(`${BUILD_FOLDER}/source.tar.gz`)).toString(), "new");
  });
}

for (const command of [
  "start_transaction",
  "lock",
  "create",
  "write_file",
  "copy",
  "commit_transaction",
]) {
  for (const when of ["before", "after"] as const) {
    test(`publishArchive() gets over a connection that breaks ${when} ${command}`, async (t) => {
      const { client, raw, cluster } = await startTestCluster(t);
      cluster.inject({ command, when, action: { type: "reset" } });
      const archiveSet = await makeSet(t, "new", 2);
      const published = await publishArchive({
        client,
        buildFolder: BUILD_FOLDER,
        publisher: PUBLISHER,
        archiveSet,
        log: makeLog().log,
      });
      assert.equal((await raw.read(published.archivePath)).toString(), "new");
      assert.deepEqual(await raw.list(BUILD_FOLDER), [...names(2), "source.tar.gz", "versions"]);
    });
  }
}

test("publishArchive() knows its own work when the commit's answer is lost for good", async (t) => {
  const { client, raw, cluster } = await startTestCluster(t);
  const command = "commit_transaction";
  const archiveSet = await makeSet(t, "new", 0);
  // The first commit is that of the upload's nested transaction.
  cluster.inject({ command, skip: 1, when: "after", action: { type: "reset" } });
  cluster.inject({ command, skip: 1, action: { type: "error", code: 11000, message: "Gone" } });
  const published = await publishArchive({
    client,
    buildFolder: BUILD_FOLDER,
    publisher: PUBLISHER,
    archiveSet,
    log: makeLog().log,
  });
  assert.equal((await raw.read(published.archivePath)).toString(), "new");
});

test("publishArchive() stops in the middle of an upload when it is cancelled", async (t) => {
  const { client, raw, cluster } = await startTestCluster(t);
  const controller = new AbortController();
  cluster.inject({ command: "write_file", action: { type: "hang" } });
  const publishing = publishArchive({
    client,
    buildFolder: BUILD_FOLDER,
    publisher: PUBLISHER,
    archiveSet: await makeSet(t, "new", 0),
    log: makeLog().log,
    signal: controller.signal,
  });
  const rejected = assert.rejects(publishing, { name: "CancelledError" });
  while (!cluster.requests.some(({ command }) => command === "write_file")) {
    await delay(5);
  }
  controller.abort();
  await rejected;
  assert.equal(await raw.exists(BUILD_FOLDER), false);
});
