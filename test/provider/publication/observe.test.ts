/** Which differences between the cluster and a publication are found. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { observePublication, publishArchive } from "../../../provider/publication/index.ts";
import { createYtClient, UnreachableError } from "../../../provider/yt/index.ts";
import {
  BUILD_FOLDER,
  makeArchiveSet,
  makeLog,
  md5,
  OTHER_PUBLISHER,
  PUBLISHER,
  sha256,
} from "../../tools/publication-fixtures.ts";
import { startTestCluster } from "../../tools/test-cluster.ts";

const WRAPPER = "operation_wrapper_run_map.sh";
const ARCHIVE_PATH = `${BUILD_FOLDER}/source.tar.gz`;
const WRAPPER_PATH = `${BUILD_FOLDER}/${WRAPPER}`;

async function publish(t: TestContext) {
  const cluster = await startTestCluster(t);
  const { client } = cluster;
  const archiveSet = await makeArchiveSet(t, { archive: "ours", wrappers: { [WRAPPER]: "ours" } });
  const common = { client, buildFolder: BUILD_FOLDER };
  await publishArchive({ ...common, archiveSet, publisher: PUBLISHER, log: makeLog().log });
  const { digest } = archiveSet;
  const versionDirectory = `${BUILD_FOLDER}/versions/${digest}`;
  const observe = async () => observePublication({ ...common, digest });
  return { ...cluster, archiveSet, versionDirectory, observe };
}

test("observePublication() finds a publication in place, and what is recorded of it", async (t) => {
  const { observe, archiveSet } = await publish(t);
  assert.deepEqual(await observe(), {
    type: "in place",
    sha256: sha256("ours"),
    md5: md5("ours"),
    sizeBytes: 4,
    parts: archiveSet.parts,
    publisher: PUBLISHER,
    promotedFrom: undefined,
  });
});

test("observePublication() misses the archive, the folder, and a folder that is a file now", async (t) => {
  const { raw, observe } = await publish(t);
  const missing = { type: "archive missing", path: ARCHIVE_PATH };
  await raw.remove(ARCHIVE_PATH);
  assert.deepEqual(await observe(), missing);
  await raw.remove(BUILD_FOLDER);
  assert.deepEqual(await observe(), missing);
  await raw.create("file", BUILD_FOLDER);
  assert.deepEqual(await observe(), missing);
});

test("observePublication() sees that an archive was written anew", async (t) => {
  const { raw, observe } = await publish(t);
  await raw.write(ARCHIVE_PATH, "else");
  assert.deepEqual(await observe(), {
    type: "archive altered",
    path: ARCHIVE_PATH,
    how: `was written anew: its MD5 is ${md5("else")}, recorded is ${md5("ours")}`,
  });
});

test("observePublication() sees that an archive was replaced by somebody's own", async (t) => {
  const { raw, observe } = await publish(t);
  await raw.create("file", ARCHIVE_PATH, { force: true });
  assert.deepEqual(await observe(), {
    type: "archive altered",
    path: ARCHIVE_PATH,
    how: "was not written by this tool",
  });
  await raw.create("map_node", ARCHIVE_PATH, { force: true });
  assert.deepEqual(await observe(), {
    type: "archive altered",
    path: ARCHIVE_PATH,
    how: 'is a node of type "map_node", not a file',
  });
});

test("observePublication() says whose version is live instead", async (t) => {
  const { client, observe } = await publish(t);
  const theirs = await makeArchiveSet(t, { archive: "theirs" });
  await publishArchive({
    client,
    buildFolder: BUILD_FOLDER,
    archiveSet: theirs,
    publisher: OTHER_PUBLISHER,
    adopt: true,
    log: makeLog().log,
  });
  assert.deepEqual(await observe(), {
    type: "archive altered",
    path: ARCHIVE_PATH,
    how:
      `holds another version: ${theirs.digest}, published by ` +
      'resource "hourly" of stack "prod" (project "sales")',
  });
});

test("observePublication() misses a wrapper, and sees one that was altered", async (t) => {
  const { raw, observe } = await publish(t);
  await raw.write(WRAPPER_PATH, "else");
  assert.deepEqual(await observe(), {
    type: "wrapper altered",
    path: WRAPPER_PATH,
    how: `was written anew: its MD5 is ${md5("else")}, recorded is ${md5("ours")}`,
  });
  await raw.remove(WRAPPER_PATH);
  assert.deepEqual(await observe(), { type: "wrapper missing", path: WRAPPER_PATH });
});

test("observePublication() sees that a wrapper is another version's", async (t) => {
  const { client, raw, observe, archiveSet } = await publish(t);
  const old = await makeArchiveSet(t, { archive: "old", wrappers: { [WRAPPER]: "old" } });
  const common = { client, buildFolder: BUILD_FOLDER, publisher: PUBLISHER, log: makeLog().log };
  await publishArchive({ ...common, archiveSet: old });
  await publishArchive({ ...common, archiveSet });
  await raw.command("copy", {
    source_path: `${BUILD_FOLDER}/versions/${old.digest}/${WRAPPER}`,
    destination_path: WRAPPER_PATH,
    force: true,
  });
  assert.deepEqual(await observe(), {
    type: "wrapper altered",
    path: WRAPPER_PATH,
    how: "belongs to another version",
  });
});

test("observePublication() looks into the version too", async (t) => {
  const { raw, observe, versionDirectory } = await publish(t);
  await raw.write(`${versionDirectory}/${WRAPPER}`, "else");
  assert.deepEqual(await observe(), {
    type: "version missing",
    path: `${versionDirectory}/${WRAPPER}`,
    how: `was written anew: its MD5 is ${md5("else")}, recorded is ${md5("ours")}`,
  });
  await raw.remove(versionDirectory);
  assert.deepEqual(await observe(), {
    type: "version missing",
    path: `${versionDirectory}/source.tar.gz`,
    how: "is missing",
  });
});

test("observePublication() takes an unreachable cluster for an error, not for missing", async () => {
  const client = createYtClient({ proxy: "127.0.0.1:9", retry: { attempts: 1 } });
  await assert.rejects(
    observePublication({ client, buildFolder: BUILD_FOLDER, digest: "d" }),
    UnreachableError,
  );
});
