/** Which version of a build folder is promoted. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { findVersion, publishArchive } from "../../../provider/publication/index.ts";
import { UserError } from "../../../common/errors/user-error.ts";
import {
  BUILD_FOLDER,
  makeArchiveSet,
  makeLog,
  md5,
  PUBLISHER,
  sha256,
} from "../../tools/publication-fixtures.ts";
import { startTestCluster } from "../../tools/test-cluster.ts";

const WRAPPER = "operation_wrapper_run_map.sh";

function refusal(message: string): UserError {
  return new UserError(message, { argument: "promoteFrom" });
}

async function publishTwo(t: TestContext) {
  const cluster = await startTestCluster(t);
  const common = { client: cluster.client, buildFolder: BUILD_FOLDER };
  const first = await makeArchiveSet(t, { archive: "first", wrappers: { [WRAPPER]: "w1" } });
  const second = await makeArchiveSet(t, { archive: "second", wrappers: { [WRAPPER]: "w2" } });
  for (const archiveSet of [first, second]) {
    await publishArchive({ ...common, archiveSet, publisher: PUBLISHER, log: makeLog().log });
  }
  return { ...cluster, common, first, second };
}

test("findVersion() finds the live version, in its immutable place", async (t) => {
  const { common, second, raw } = await publishTwo(t);
  const directory = `${BUILD_FOLDER}/versions/${second.digest}`;
  assert.deepEqual(await findVersion(common), {
    digest: second.digest,
    sha256: sha256("second"),
    md5: md5("second"),
    sizeBytes: 6,
    parts: second.parts,
    wrappers: [{ name: WRAPPER, sha256: sha256("w2"), md5: md5("w2"), sizeBytes: 2 }],
    directory,
    live: true,
    publishedAt: await raw.get(`${directory}/source.tar.gz/@creation_time`),
    publisher: PUBLISHER,
  });
});

test("findVersion() finds an older version by its SHA-256 or its digest", async (t) => {
  const { common, first } = await publishTwo(t);
  const bySha256 = await findVersion({ ...common, sha256: first.sha256 });
  const byDigest = await findVersion({ ...common, digest: first.digest });
  assert.deepEqual(bySha256, byDigest);
  assert.equal(bySha256.directory, `${BUILD_FOLDER}/versions/${first.digest}`);
  assert.equal(bySha256.live, false);
});

test("findVersion() falls back to the stable names when the version's place is gone", async (t) => {
  const { raw, common, second } = await publishTwo(t);
  await raw.remove(`${BUILD_FOLDER}/versions/${second.digest}`);
  assert.equal((await findVersion(common)).directory, BUILD_FOLDER);
});

test("findVersion() falls back to the stable names when the version's archive is another one", async (t) => {
  const { raw, common, second } = await publishTwo(t);
  const kept = `${BUILD_FOLDER}/versions/${second.digest}/source.tar.gz`;
  // The same content, compressed by another zlib: whole, with a record of its own.
  const elsewhere = "//home/daily/elsewhere";
  const archiveSet = { ...(await makeArchiveSet(t, { archive: "2nd" })), digest: second.digest };
  const options = { ...common, buildFolder: elsewhere, publisher: PUBLISHER, log: makeLog().log };
  await publishArchive({ ...options, archiveSet });
  const copy = { source_path: `${elsewhere}/source.tar.gz`, destination_path: kept, force: true };
  await raw.command("copy", copy);
  const found = await findVersion(common);
  assert.equal(found.directory, BUILD_FOLDER);
  assert.equal(found.sha256, second.sha256);
  await raw.write(kept, "altered");
  assert.equal((await findVersion(common)).directory, BUILD_FOLDER);
});

test("findVersion() says that there is no archive, or none of ours", async (t) => {
  const { raw, client } = await startTestCluster(t);
  const options = { client, buildFolder: BUILD_FOLDER };
  await assert.rejects(
    findVersion(options),
    refusal(
      `Cannot promote from "${BUILD_FOLDER}" on cluster "test" as there is no "source.tar.gz": ` +
        "publish it there first",
    ),
  );
  await raw.create("file", `${BUILD_FOLDER}/source.tar.gz`);
  await assert.rejects(
    findVersion(options),
    refusal(
      `Cannot promote from "${BUILD_FOLDER}" on cluster "test" as its "source.tar.gz" ` +
        "was not written by this tool",
    ),
  );
});

test("findVersion() lists the versions there are, newest first, when the pin fits none", async (t) => {
  const { raw, common, first, second } = await publishTwo(t);
  const timeOf = async (digest: string) =>
    String(await raw.get(`${BUILD_FOLDER}/versions/${digest}/@creation_time`));
  const firstTime = await timeOf(first.digest);
  const secondTime = await timeOf(second.digest);
  await assert.rejects(
    findVersion({ ...common, sha256: "0".repeat(64) }),
    refusal(
      `Cannot promote from "${BUILD_FOLDER}" on cluster "test" as no version there has ` +
        `SHA-256 ${"0".repeat(64)}: there are ${second.sha256} of ${secondTime}, ` +
        `${first.sha256} of ${firstTime}`,
    ),
  );
});

test("findVersion() refuses a version whose content is not what was recorded", async (t) => {
  const { raw, common, first } = await publishTwo(t);
  const directory = `${BUILD_FOLDER}/versions/${first.digest}`;
  await raw.write(`${directory}/source.tar.gz`, "else");
  await assert.rejects(
    findVersion({ ...common, digest: first.digest }),
    refusal(
      `Cannot promote "${directory}/source.tar.gz" on cluster "test" as it was written anew: ` +
        `its MD5 is ${md5("else")}, recorded is ${md5("first")}: publish it again in its own stack`,
    ),
  );
});

test("findVersion() refuses a version that has lost a wrapper", async (t) => {
  const { raw, common, first } = await publishTwo(t);
  const directory = `${BUILD_FOLDER}/versions/${first.digest}`;
  await raw.remove(`${directory}/${WRAPPER}`);
  await assert.rejects(
    findVersion({ ...common, sha256: first.sha256 }),
    refusal(
      `Cannot promote "${directory}/${WRAPPER}" on cluster "test" as it is missing: ` +
        "publish it again in its own stack",
    ),
  );
});
