/** Marks that keep a version at its source for as long as somebody runs it elsewhere. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import {
  findVersion,
  markVersion,
  promoteArchive,
  publishArchive,
  withdrawMarks,
} from "../../../provider/publication/index.ts";
import type { Publisher } from "../../../provider/publication/index.ts";
import { AuthorizationError } from "../../../provider/yt/index.ts";
import { UserError } from "../../../common/errors/user-error.ts";
import {
  BUILD_FOLDER,
  makeArchiveSet,
  makeLog,
  OTHER_PUBLISHER,
  PUBLISHER,
} from "../../tools/publication-fixtures.ts";
import { startTestCluster } from "../../tools/test-cluster.ts";

const TARGET_FOLDER = "//home/prod/build";
/** Its resource's id has slashes. */
const MARK = "ytcode_kept_for_prod_hourly_7";

function directoryOf(digest: string): string {
  return `${BUILD_FOLDER}/versions/${digest}`;
}

/** A source in which versions are published, and what promotes from it. */
async function makeSource(t: TestContext) {
  const cluster = await startTestCluster(t);
  const { client, raw } = cluster;
  const { lines, log } = makeLog();
  const publish = async (content: string): Promise<string> => {
    const archiveSet = await makeArchiveSet(t, { archive: content });
    const common = { client, buildFolder: BUILD_FOLDER, publisher: PUBLISHER, keepVersions: 1 };
    await publishArchive({ ...common, archiveSet, log });
    return archiveSet.digest;
  };
  const promote = async (digest: string, publisher: Publisher = OTHER_PUBLISHER): Promise<void> => {
    const version = await findVersion({ client, buildFolder: BUILD_FOLDER, digest });
    await promoteArchive({
      source: { client, proxy: cluster.url, buildFolder: BUILD_FOLDER, version },
      target: { client, buildFolder: TARGET_FOLDER },
      sameCluster: true,
      publisher,
      adopt: true,
      log,
    });
  };
  const marksOf = async (digest: string): Promise<readonly string[]> => {
    const attributes = await raw.get(`${directoryOf(digest)}/@user_attributes`);
    return Object.keys(attributes ?? {}).filter((name) => name.startsWith("ytcode_kept_for_"));
  };
  const isThere = async (digest: string) => raw.exists(directoryOf(digest));
  return { ...cluster, lines, log, publish, promote, marksOf, isThere };
}

test("a promoted version stays at its source until another is promoted, however old it is", async (t) => {
  const { raw, publish, promote, marksOf, isThere } = await makeSource(t);
  const first = await publish("one");
  await promote(first);
  const { renewed_at: renewedAt, ...mark } = Object(
    await raw.get(`${directoryOf(first)}/@${MARK}`),
  );
  assert.deepEqual(mark, {
    project: "sales",
    stack: "prod",
    resource: "hourly",
    proxy: "test",
    build_folder: TARGET_FOLDER,
  });
  assert.equal(new Date(renewedAt).toISOString(), renewedAt);

  // As after more than the 30 days for which earlier releases kept it.
  await raw.set(`${directoryOf(first)}/@ytcode_promoted_at`, "2020-01-01T00:00:00.000Z");
  await publish("two");
  const third = await publish("three");
  assert.equal(await isThere(first), true);

  await promote(third);
  assert.deepEqual(await marksOf(first), []);
  assert.deepEqual(await marksOf(third), [MARK]);
  await publish("four");
  assert.equal(await isThere(first), false);
  assert.equal(await isThere(third), true);
});

test("a promotion that fails keeps nothing at its source but what its resource runs", async (t) => {
  const { raw, publish, promote, marksOf } = await makeSource(t);
  const first = await publish("one");
  await raw.create("table", `${TARGET_FOLDER}/source.tar.gz`);
  await assert.rejects(promote(first), UserError);
  assert.deepEqual(await marksOf(first), []);

  await raw.remove(`${TARGET_FOLDER}/source.tar.gz`);
  await promote(first);
  const second = await publish("two");
  const deny = { action: "deny", subjects: ["everyone"], permissions: ["write"] };
  await raw.set(`${TARGET_FOLDER}/@acl`, [deny]);
  await assert.rejects(promote(second), AuthorizationError);
  assert.deepEqual([await marksOf(first), await marksOf(second)], [[MARK], []]);
});

test("a promotion that is stopped after its commit is done, and says which marks stay", async (t) => {
  const { client, publish, promote, marksOf, lines } = await makeSource(t);
  const first = await publish("one");
  await promote(first);
  const second = await publish("two");
  const stopping = new AbortController();
  const version = await findVersion({ client, buildFolder: BUILD_FOLDER, digest: second });
  lines.length = 0;
  await promoteArchive({
    source: { client, proxy: "test", buildFolder: BUILD_FOLDER, version },
    target: { client, buildFolder: TARGET_FOLDER },
    sameCluster: true,
    publisher: OTHER_PUBLISHER,
    signal: stopping.signal,
    log: (line) => {
      lines.push(line);
      if (line.includes("Code uploaded successfully")) {
        stopping.abort();
      }
    },
  });
  assert.match(lines.at(-1) ?? "", /^\[Upload\] Marks of versions that .*: cancelled$/);
  assert.deepEqual([await marksOf(first), await marksOf(second)], [[MARK], [MARK]]);
});

test("a mark that somebody has edited keeps the version, too", async (t) => {
  const { raw, publish, isThere } = await makeSource(t);
  const first = await publish("one");
  await raw.set(`${directoryOf(first)}/@ytcode_kept_for_me`, "because");
  await publish("two");
  assert.equal(await isThere(first), true);
});

test("promoteArchive() leaves the marks of others alone, and takes over those of its own place", async (t) => {
  const { client, publish, promote, marksOf, log } = await makeSource(t);
  const first = await publish("one");
  await promote(first);
  const place = { client, buildFolder: BUILD_FOLDER };
  const other = { ...OTHER_PUBLISHER, resourceId: "test/1", stack: "test", proxy: "test" };
  await markVersion(place, first, { ...other, buildFolder: "//home/t" }, new Date(), log);
  const second = await publish("two");
  // The state was lost: the same resource has another id.
  await promote(second, { ...OTHER_PUBLISHER, resourceId: "prod/hourly/8" });
  assert.deepEqual(await marksOf(first), ["ytcode_kept_for_test_1"]);
  assert.deepEqual(await marksOf(second), ["ytcode_kept_for_prod_hourly_8"]);
});

test("two promotions at once mark one version, while its own stack publishes", async (t) => {
  const { client, publish, marksOf, log, lines } = await makeSource(t);
  const digest = await publish("one");
  const transactionId = await client.startTransaction({ title: "other", timeoutMs: 60_000 });
  const others = client.scoped({ transactionId, signal: undefined });
  await others.multisetAttributes(directoryOf(digest), {
    ytcode_kept_for_a: {},
    ytcode_version: "1",
  });
  const user = { ...OTHER_PUBLISHER, proxy: "test", buildFolder: TARGET_FOLDER };
  lines.length = 0;
  await Promise.all(
    ["b", "c"].map(async (resourceId) =>
      markVersion(
        { client, buildFolder: BUILD_FOLDER },
        digest,
        { ...user, resourceId },
        new Date(),
        log,
      ),
    ),
  );
  await client.commitTransaction(transactionId);
  assert.deepEqual(lines, []);
  const names = (await marksOf(digest)).toSorted();
  assert.deepEqual(names, ["ytcode_kept_for_a", "ytcode_kept_for_b", "ytcode_kept_for_c"]);
});

test("markVersion() says that a version is about to be removed, and goes on", async (t) => {
  const { client, publish, log, lines } = await makeSource(t);
  const digest = await publish("one");
  const transactionId = await client.startTransaction({ title: "remover", timeoutMs: 60_000 });
  const remover = client.scoped({ transactionId, signal: undefined });
  await remover.remove(directoryOf(digest), { recursive: true });
  const user = { ...OTHER_PUBLISHER, proxy: "test", buildFolder: TARGET_FOLDER };
  lines.length = 0;
  await markVersion({ client, buildFolder: BUILD_FOLDER }, digest, user, new Date(), log);
  assert.equal(lines.length, 1);
  assert.match(lines[0] ?? "", /^\[Upload\] Cannot mark "\/\/home.*" as promoted now: /);
  await client.abortTransaction(transactionId);
});

test("withdrawMarks() of a user who is no more leaves none, and says what it cannot remove", async (t) => {
  const { client, raw, publish, promote, marksOf, lines, log } = await makeSource(t);
  const digest = await publish("one");
  await promote(digest);
  const place = { client, buildFolder: BUILD_FOLDER };
  const { resourceId } = OTHER_PUBLISHER;
  const deny = { action: "deny", subjects: ["everyone"], permissions: ["write"] };
  await raw.set(`${BUILD_FOLDER}/@acl`, [deny]);
  lines.length = 0;
  await withdrawMarks(place, { resourceId }, log);
  assert.equal(lines.length, 1);
  assert.match(lines[0] ?? "", /^\[Upload\] Marks of versions that are no longer in use stay in /);
  assert.deepEqual(await marksOf(digest), [MARK]);
  await raw.set(`${BUILD_FOLDER}/@acl`, []);
  await withdrawMarks(place, { resourceId }, log);
  assert.deepEqual(await marksOf(digest), []);
});
