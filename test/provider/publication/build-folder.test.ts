/** Folders that are made for a publication, before it, and what becomes of them when it fails. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { publishArchive } from "../../../provider/publication/index.ts";
import { UserError } from "../../../common/errors/user-error.ts";
import { makeArchiveSet, makeLog, PUBLISHER } from "../../tools/publication-fixtures.ts";
import { startTestCluster } from "../../tools/test-cluster.ts";
import type { TestCluster } from "../../tools/test-cluster.ts";

const REFUSAL = { type: "error", code: 902, message: "Account is over its limit" } as const;

async function publish(
  t: Parameters<typeof makeArchiveSet>[0],
  { client }: TestCluster,
  buildFolder: string,
) {
  const archiveSet = await makeArchiveSet(t, { archive: buildFolder });
  const { log } = makeLog();
  return publishArchive({ client, buildFolder, archiveSet, publisher: PUBLISHER, log });
}

test("publications under one new folder do not wait for each other", async (t) => {
  const world = await startTestCluster(t);
  const started = Promise.withResolvers<void>();
  const others = ["//home/new/deep/b", "//home/new/c"];
  world.cluster.inject({
    command: "write_file",
    matches: ({ path }) => {
      const isFirst = path?.startsWith("//home/new/deep/a/") === true;
      if (isFirst) {
        started.resolve();
      }
      return isFirst;
    },
    action: { type: "hang" },
  });
  const stopping = new AbortController();
  const archiveSet = await makeArchiveSet(t, { archive: "a" });
  const first = publishArchive({
    client: world.client,
    buildFolder: "//home/new/deep/a",
    archiveSet,
    publisher: PUBLISHER,
    log: makeLog().log,
    signal: stopping.signal,
  });
  const stopped = assert.rejects(first, { name: "CancelledError" });
  await started.promise;
  for (const buildFolder of others) {
    await publish(t, world, buildFolder);
  }
  stopping.abort();
  await stopped;
  assert.deepEqual(await world.raw.list("//home/new"), ["c", "deep"]);
  assert.deepEqual(await world.raw.list("//home/new/deep"), ["b"]);
});

test("a publication that fails removes the folders that it has made", async (t) => {
  const world = await startTestCluster(t);
  world.cluster.inject({ command: "write_file", action: REFUSAL });
  await assert.rejects(publish(t, world, "//home/new/deep/a"), { code: 902 });
  assert.equal(await world.raw.exists("//home/new"), false);
  assert.equal(await world.raw.exists("//home"), true);
});

test("a publication that fails leaves a folder that somebody else has put something into", async (t) => {
  const world = await startTestCluster(t);
  const { raw, cluster } = world;
  const putting = Promise.withResolvers<unknown>();
  cluster.inject({
    command: "write_file",
    matches: () => {
      putting.resolve(raw.create("table", "//home/new/table"));
      return true;
    },
    action: { type: "delay", delayMs: 1 },
  });
  cluster.inject({ command: "commit_transaction", skip: 1, action: REFUSAL });
  await assert.rejects(publish(t, world, "//home/new/deep/a"), { code: 902 });
  await putting.promise;
  assert.deepEqual(await raw.list("//home/new"), ["table"]);
});

test("a publication that fails leaves folders that were there before, though they are empty", async (t) => {
  const world = await startTestCluster(t);
  await world.raw.create("map_node", "//home/old");
  world.cluster.inject({ command: "write_file", action: REFUSAL });
  await assert.rejects(publish(t, world, "//home/old/a"), { code: 902 });
  assert.deepEqual(await world.raw.list("//home/old"), []);
});

test("publishArchive() says that the build folder is a link to nowhere", async (t) => {
  const world = await startTestCluster(t);
  await world.raw.create("map_node", "//home/there");
  await world.raw.command("link", { target_path: "//home/there", link_path: "//home/link" });
  await world.raw.remove("//home/there");
  await assert.rejects(
    publish(t, world, "//home/link"),
    new UserError(
      'Cannot use "//home/link" as build folder as it is a link to what does not exist: choose another build folder',
      { argument: "buildFolder" },
    ),
  );
});
