/** Removing a publication: all of it, and nothing else. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { publishArchive, removePublication } from "../../../provider/publication/index.ts";
import { withTransaction } from "../../../provider/yt/index.ts";
import {
  BUILD_FOLDER,
  makeArchiveSet,
  makeLog,
  OTHER_PUBLISHER,
  PUBLISHER,
} from "../../tools/publication-fixtures.ts";
import { startTestCluster } from "../../tools/test-cluster.ts";

const WRAPPER = "operation_wrapper_run_map.sh";

async function publish(t: TestContext) {
  const cluster = await startTestCluster(t);
  const common = { client: cluster.client, buildFolder: BUILD_FOLDER, log: makeLog().log };
  const archiveSet = await makeArchiveSet(t, { archive: "ours", wrappers: { [WRAPPER]: "ours" } });
  await publishArchive({ ...common, archiveSet, publisher: PUBLISHER });
  const remove = async () => removePublication({ ...common, resourceId: PUBLISHER.resourceId });
  return { ...cluster, common, archiveSet, remove };
}

test("removePublication() removes everything it wrote, and the folders when they are empty", async (t) => {
  const { raw, remove, archiveSet } = await publish(t);
  assert.deepEqual(await remove(), [
    `${BUILD_FOLDER}/${WRAPPER}`,
    `${BUILD_FOLDER}/source.tar.gz`,
    `${BUILD_FOLDER}/versions/${archiveSet.digest}`,
    `${BUILD_FOLDER}/versions`,
    BUILD_FOLDER,
  ]);
  assert.equal(await raw.exists(BUILD_FOLDER), false);
  assert.equal(await raw.exists("//home/daily"), true);
});

test("removePublication() is done when there is nothing", async (t) => {
  const { raw, remove } = await publish(t);
  await remove();
  assert.deepEqual(await remove(), []);
  await raw.create("map_node", BUILD_FOLDER);
  assert.deepEqual(await remove(), []);
  assert.equal(await raw.exists(BUILD_FOLDER), true);
});

test("removePublication() leaves what others put there", async (t) => {
  const { raw, remove, archiveSet } = await publish(t);
  const directory = `${BUILD_FOLDER}/versions/${archiveSet.digest}`;
  await raw.create("table", `${BUILD_FOLDER}/table`);
  await raw.create("file", `${directory}/note`);
  await raw.command("copy", {
    source_path: `${BUILD_FOLDER}/source.tar.gz`,
    destination_path: `${BUILD_FOLDER}/backup.tar.gz`,
  });
  await remove();
  assert.deepEqual(await raw.list(BUILD_FOLDER), ["backup.tar.gz", "table", "versions"]);
  assert.deepEqual(await raw.list(directory), ["note"]);
});

test("removePublication() leaves the live set when another resource has published since", async (t) => {
  const { raw, remove, common } = await publish(t);
  const theirs = await makeArchiveSet(t, { archive: "theirs", wrappers: { [WRAPPER]: "theirs" } });
  await publishArchive({ ...common, archiveSet: theirs, publisher: OTHER_PUBLISHER, adopt: true });
  await remove();
  assert.deepEqual(await raw.list(BUILD_FOLDER), [WRAPPER, "source.tar.gz", "versions"]);
  assert.deepEqual(await raw.list(`${BUILD_FOLDER}/versions`), [theirs.digest]);
  assert.equal((await raw.read(`${BUILD_FOLDER}/source.tar.gz`)).toString(), "theirs");
});

test("removePublication() removes all or nothing", async (t) => {
  const { raw, remove, archiveSet } = await publish(t);
  const directory = `${BUILD_FOLDER}/versions/${archiveSet.digest}`;
  const deny = { action: "deny", subjects: ["everyone"], permissions: ["remove", "write"] };
  await raw.set(`${directory}/source.tar.gz/@acl`, [deny]);
  await assert.rejects(remove(), { name: "AuthorizationError" });
  assert.equal((await raw.read(`${BUILD_FOLDER}/source.tar.gz`)).toString(), "ours");
});

test("removePublication() removes what the same resource published before it lost its state", async (t) => {
  const { raw, common } = await publish(t);
  const archiveSet = await makeArchiveSet(t, {
    archive: "later",
    wrappers: { [WRAPPER]: "later" },
  });
  const comeBack = { ...PUBLISHER, resourceId: "after-the-loss" };
  await publishArchive({ ...common, archiveSet, publisher: comeBack });
  await removePublication({ ...common, resourceId: comeBack.resourceId });
  assert.equal(await raw.exists(BUILD_FOLDER), false);
});

test("removePublication() leaves a copy of a version that somebody keeps under another name", async (t) => {
  const { raw, remove, archiveSet } = await publish(t);
  const versions = `${BUILD_FOLDER}/versions`;
  await raw.command("copy", {
    source_path: `${versions}/${archiveSet.digest}`,
    destination_path: `${versions}/copy`,
  });
  await remove();
  assert.deepEqual(await raw.list(BUILD_FOLDER), ["versions"]);
  assert.deepEqual(await raw.list(versions), ["copy"]);
  assert.deepEqual(await raw.list(`${versions}/copy`), [WRAPPER, "source.tar.gz"]);
});

test("removePublication() leaves an empty folder that somebody has locked, and says so", async (t) => {
  const { client, raw, common } = await publish(t);
  const { lines, log } = makeLog();
  await withTransaction(client, { title: "Use it" }, async (transaction) => {
    await transaction.lock(BUILD_FOLDER, { mode: "shared", childKey: "theirs" });
    const { resourceId } = PUBLISHER;
    const removed = await removePublication({ ...common, resourceId, log });
    assert.equal(removed.includes(BUILD_FOLDER), false);
  });
  assert.deepEqual(await raw.list(BUILD_FOLDER), []);
  assert.equal(lines.length, 1);
  assert.match(lines[0] ?? "", new RegExp(`^\\[Upload\\] Keeping "${BUILD_FOLDER}": Cannot take `));
});

test("removePublication() leaves all that the same resource has under its new id, old versions too", async (t) => {
  const { raw, remove, common, archiveSet } = await publish(t);
  const later = await makeArchiveSet(t, { archive: "later", wrappers: { [WRAPPER]: "later" } });
  const replacement = { ...PUBLISHER, resourceId: "replacement" };
  await publishArchive({ ...common, archiveSet: later, publisher: replacement });
  assert.deepEqual(await remove(), []);
  assert.deepEqual(
    await raw.list(`${BUILD_FOLDER}/versions`),
    [archiveSet.digest, later.digest].toSorted(),
  );
});

test("removePublication() leaves no version to nobody after another resource has adopted one", async (t) => {
  const { raw, remove, common, archiveSet } = await publish(t);
  const second = await makeArchiveSet(t, { archive: "second" });
  await publishArchive({ ...common, archiveSet: second, publisher: PUBLISHER });
  await publishArchive({
    ...common,
    archiveSet: second,
    publisher: OTHER_PUBLISHER,
    adopt: true,
  });
  await remove();
  assert.deepEqual(await raw.list(`${BUILD_FOLDER}/versions`), [second.digest]);
  assert.equal(await raw.exists(`${BUILD_FOLDER}/versions/${archiveSet.digest}`), false);
  await removePublication({ ...common, resourceId: OTHER_PUBLISHER.resourceId });
  assert.equal(await raw.exists(BUILD_FOLDER), false);
});

test("removePublication() leaves a copy of a wrapper that somebody keeps beside it", async (t) => {
  const { raw, remove } = await publish(t);
  await raw.command("copy", {
    source_path: `${BUILD_FOLDER}/${WRAPPER}`,
    destination_path: `${BUILD_FOLDER}/operation_wrapper_old_map.sh`,
  });
  await remove();
  assert.deepEqual(await raw.list(BUILD_FOLDER), ["operation_wrapper_old_map.sh"]);
});

test("removePublication() leaves the link by which it was reached, and the folder behind it", async (t) => {
  const { raw, common, archiveSet } = await publish(t);
  await raw.create("map_node", "//home/real");
  await raw.command("link", { target_path: "//home/real", link_path: "//home/alias" });
  const options = { ...common, buildFolder: "//home/alias" };
  const publisher = { ...PUBLISHER, resourceId: "linked" };
  await publishArchive({ ...options, archiveSet, publisher });
  assert.equal(await raw.exists("//home/real/source.tar.gz"), true);
  await removePublication({ ...options, resourceId: "linked" });
  assert.deepEqual(await raw.list("//home/real"), []);
  assert.equal(await raw.exists("//home/alias&"), true);
});

test("removePublication() waits for a version that somebody has locked", async (t) => {
  const { client, raw, common, archiveSet } = await publish(t);
  const version = `${BUILD_FOLDER}/versions/${archiveSet.digest}`;
  const { lines, log } = makeLog();
  const { resourceId } = PUBLISHER;
  let removal: Promise<readonly string[]> = Promise.resolve([]);
  await withTransaction(client, { title: "Mark it" }, async (transaction) => {
    await transaction.lock(version, { mode: "exclusive" });
    const waiting = new Promise<void>((resolve) => {
      removal = removePublication({
        ...common,
        resourceId,
        log: (line) => {
          log(line);
          resolve();
        },
      });
    });
    await waiting;
    assert.equal((await raw.read(`${BUILD_FOLDER}/source.tar.gz`)).toString(), "ours");
  });
  await removal;
  assert.match(lines[0] ?? "", /^\[Upload\] Waiting for transaction \S+ "Mark it"/);
  assert.equal(await raw.exists(BUILD_FOLDER), false);
});
