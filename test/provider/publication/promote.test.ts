/** Publishing what another build folder has. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import {
  findVersion,
  promoteArchive,
  publishArchive,
} from "../../../provider/publication/index.ts";
import type { PromoteArchiveOptions } from "../../../provider/publication/index.ts";
import { UserError } from "../../../common/errors/user-error.ts";
import {
  BUILD_FOLDER,
  makeArchiveSet,
  makeLog,
  PUBLISHER,
  sha256,
} from "../../tools/publication-fixtures.ts";
import { startTestCluster } from "../../tools/test-cluster.ts";
import type { TestCluster } from "../../tools/test-cluster.ts";

const WRAPPER = "operation_wrapper_run_map.sh";
const TARGET_FOLDER = "//home/daily/prod";
const PROD: PromoteArchiveOptions["publisher"] = {
  ...PUBLISHER,
  stack: "prod",
  resourceId: "prod/daily/1",
};

async function publishSource(t: TestContext, cluster: TestCluster, archive = "promoted") {
  const { client } = cluster;
  const archiveSet = await makeArchiveSet(t, { archive, wrappers: { [WRAPPER]: `w ${archive}` } });
  const common = { client, buildFolder: BUILD_FOLDER };
  await publishArchive({ ...common, archiveSet, publisher: PUBLISHER, log: makeLog().log });
  return { archiveSet, version: await findVersion({ ...common, digest: archiveSet.digest }) };
}

function promotion(
  source: TestCluster,
  target: TestCluster,
  version: PromoteArchiveOptions["source"]["version"],
): PromoteArchiveOptions {
  return {
    source: { client: source.client, proxy: "source", buildFolder: BUILD_FOLDER, version },
    target: { client: target.client, buildFolder: TARGET_FOLDER },
    sameCluster: source === target,
    publisher: PROD,
    log: makeLog().log,
  };
}

for (const sameCluster of [true, false]) {
  const where = sameCluster ? "inside one cluster" : "between two clusters";
  test(`promoteArchive() publishes the same bytes ${where}`, async (t) => {
    const source = await startTestCluster(t);
    const target = sameCluster ? source : await startTestCluster(t);
    const { archiveSet, version } = await publishSource(t, source);
    const published = await promoteArchive(promotion(source, target, version));

    const promotedFrom = { proxy: "source", buildFolder: BUILD_FOLDER, sha256: archiveSet.sha256 };
    const directory = `${TARGET_FOLDER}/versions/${archiveSet.digest}`;
    assert.deepEqual(published, {
      archivePath: `${TARGET_FOLDER}/source.tar.gz`,
      versionPath: `${directory}/source.tar.gz`,
      sha256: archiveSet.sha256,
      md5: archiveSet.md5,
      sizeBytes: archiveSet.sizeBytes,
      bytesSent: sameCluster ? 0 : "promoted".length + "w promoted".length,
      partsReused: 0,
      uploaded: !sameCluster,
      promotedFrom,
    });
    for (const place of [TARGET_FOLDER, directory]) {
      assert.equal(sha256(await target.raw.read(`${place}/source.tar.gz`)), archiveSet.sha256);
      assert.equal((await target.raw.read(`${place}/${WRAPPER}`)).toString(), "w promoted");
      assert.deepEqual(await target.raw.get(`${place}/source.tar.gz/@ytcode_promoted_from`), {
        proxy: "source",
        build_folder: BUILD_FOLDER,
        sha256: archiveSet.sha256,
      });
      const owner = await target.raw.get(`${place}/source.tar.gz/@ytcode_stack`);
      assert.equal(owner, "prod");
    }
    assert.equal(await source.raw.get(`${BUILD_FOLDER}/source.tar.gz/@ytcode_stack`), "dev");
  });
}

test("promoteArchive() marks the version, so that its own stack keeps it", async (t) => {
  const cluster = await startTestCluster(t);
  const { archiveSet, version } = await publishSource(t, cluster, "one");
  const before = new Date().toISOString();
  await promoteArchive(promotion(cluster, cluster, version));
  const path = `${BUILD_FOLDER}/versions/${archiveSet.digest}/@ytcode_promoted_at`;
  const promotedAt = String(await cluster.raw.get(path));
  assert.ok(promotedAt >= before && promotedAt <= new Date().toISOString(), promotedAt);

  const next = await makeArchiveSet(t, { archive: "two" });
  await publishArchive({
    client: cluster.client,
    buildFolder: BUILD_FOLDER,
    archiveSet: next,
    publisher: PUBLISHER,
    keepVersions: 1,
    log: makeLog().log,
  });
  assert.equal(await cluster.raw.exists(version.directory), true);
});

test("promoteArchive() takes the live archive when its version's folder is gone", async (t) => {
  const cluster = await startTestCluster(t);
  const { archiveSet, version } = await publishSource(t, cluster);
  await cluster.raw.remove(version.directory);
  const live = await findVersion({ client: cluster.client, buildFolder: BUILD_FOLDER });
  assert.equal(live.directory, BUILD_FOLDER);
  const published = await promoteArchive(promotion(cluster, cluster, live));
  assert.equal(published.sha256, archiveSet.sha256);
  assert.equal(await cluster.raw.exists(version.directory), false);
});

test("promoteArchive() goes on without permission to mark the version, and says so", async (t) => {
  const cluster = await startTestCluster(t);
  const { version } = await publishSource(t, cluster);
  const deny = { action: "deny", subjects: ["everyone"], permissions: ["write"] };
  await cluster.raw.set(`${BUILD_FOLDER}/@acl`, [deny]);
  const { lines, log } = makeLog();
  await promoteArchive({ ...promotion(cluster, cluster, version), log });
  assert.equal(
    lines[0],
    `[Upload] No permission to mark "${version.directory}" as promoted, so its own stack may ` +
      "remove it when it is old",
  );
  assert.equal((await cluster.raw.read(`${TARGET_FOLDER}/source.tar.gz`)).toString(), "promoted");
});

test("promoteArchive() rolls back to a version that the target has, without sending it", async (t) => {
  const source = await startTestCluster(t);
  const target = await startTestCluster(t);
  const one = await publishSource(t, source, "one");
  const two = await publishSource(t, source, "two");
  await promoteArchive(promotion(source, target, one.version));
  await promoteArchive(promotion(source, target, two.version));
  const published = await promoteArchive(promotion(source, target, one.version));
  assert.equal(published.bytesSent, 0);
  assert.equal((await target.raw.read(published.archivePath)).toString(), "one");
});

test("publishArchive() of what was promoted forgets where it came from, and the other way round", async (t) => {
  const cluster = await startTestCluster(t);
  const { archiveSet, version } = await publishSource(t, cluster);
  const places = [TARGET_FOLDER, `${TARGET_FOLDER}/versions/${archiveSet.digest}`];
  const isPromoted = async (): Promise<readonly boolean[]> =>
    Promise.all(
      places.map(async (place) =>
        cluster.raw.exists(`${place}/source.tar.gz/@ytcode_promoted_from`),
      ),
    );
  await promoteArchive(promotion(cluster, cluster, version));
  assert.deepEqual(await isPromoted(), [true, true]);
  const common = { client: cluster.client, publisher: PROD, log: makeLog().log };
  await publishArchive({ ...common, buildFolder: TARGET_FOLDER, archiveSet });
  assert.deepEqual(await isPromoted(), [false, false]);
  await promoteArchive(promotion(cluster, cluster, version));
  assert.deepEqual(await isPromoted(), [true, true]);
});

test("promoteArchive() wants the same bytes, not just the same content", async (t) => {
  const cluster = await startTestCluster(t);
  const identity = "same";
  const here = await makeArchiveSet(t, { archive: "packed here", identity });
  const there = await makeArchiveSet(t, { archive: "packed there", identity });
  const common = { client: cluster.client, log: makeLog().log };
  const dev = { ...common, buildFolder: BUILD_FOLDER, publisher: PUBLISHER };
  await publishArchive({ ...dev, archiveSet: here });
  const prod = { ...common, buildFolder: TARGET_FOLDER, publisher: PROD };
  await publishArchive({ ...prod, archiveSet: there });
  const version = await findVersion(dev);
  const published = await promoteArchive(promotion(cluster, cluster, version));
  assert.equal(published.sha256, here.sha256);
  assert.equal((await cluster.raw.read(published.archivePath)).toString(), "packed here");
});

test("promoteArchive() notices a source that was altered since it was found", async (t) => {
  const source = await startTestCluster(t);
  const target = await startTestCluster(t);
  const { version } = await publishSource(t, source);
  await source.raw.write(`${version.directory}/source.tar.gz`, "altered!");
  await assert.rejects(
    promoteArchive(promotion(source, target, version)),
    new UserError(
      `Cannot promote "${version.directory}/source.tar.gz" on cluster "test" as it is altered: ` +
        `its SHA-256 is ${sha256("altered!")}, recorded is ${sha256("promoted")}`,
    ),
  );
  assert.equal(await target.raw.exists(TARGET_FOLDER), false);
  await assert.rejects(promoteArchive(promotion(source, source, version)), UserError);
  assert.equal(await source.raw.exists(TARGET_FOLDER), false);
});

function toItself(buildFolder: string): UserError {
  return new UserError(
    `Cannot promote "${buildFolder}" to itself: set "buildFolder" to another one, or promote from another archive`,
    { argument: "buildFolder" },
  );
}

test("promoteArchive() refuses to promote a build folder to itself, in whatever spelling", async (t) => {
  const cluster = await startTestCluster(t);
  const { version } = await publishSource(t, cluster);
  const options = promotion(cluster, cluster, version);
  for (const buildFolder of [BUILD_FOLDER, "//home/\\x64aily/build"]) {
    const target = { ...options.target, buildFolder };
    await assert.rejects(promoteArchive({ ...options, target }), toItself(buildFolder));
  }
});

test("promoteArchive() that may adopt looks behind links, and behind other names of the cluster", async (t) => {
  const cluster = await startTestCluster(t);
  const { version, archiveSet } = await publishSource(t, cluster);
  await cluster.raw.command("link", { target_path: "//home/daily", link_path: "//home/alias" });
  const options = { ...promotion(cluster, cluster, version), adopt: true };
  const linked = { ...options.target, buildFolder: "//home/alias/build" };
  await assert.rejects(
    promoteArchive({ ...options, target: linked }),
    toItself("//home/alias/build"),
  );
  const target = { ...options.target, buildFolder: BUILD_FOLDER };
  await assert.rejects(
    promoteArchive({ ...options, target, sameCluster: false }),
    toItself(BUILD_FOLDER),
  );
  const owner = await cluster.raw.get(`${version.directory}/source.tar.gz/@ytcode_resource_id`);
  assert.equal(owner, PUBLISHER.resourceId);
  const published = await promoteArchive(options);
  assert.equal(published.sha256, archiveSet.sha256);
});
