/** Publishing an archive: nodes, records, lines, and what is not sent again. */
import assert from "node:assert/strict";
import { appendFile } from "node:fs/promises";
import { test } from "node:test";
import { publishArchive } from "../../../provider/publication/index.ts";
import {
  BUILD_FOLDER,
  makeArchiveSet,
  makeLog,
  md5,
  OTHER_PUBLISHER,
  PUBLISHER,
  sha256,
} from "../../tools/publication-fixtures.ts";
import { withTransaction } from "../../../provider/yt/index.ts";
import { startTestCluster } from "../../tools/test-cluster.ts";
import type { RawCluster } from "../../tools/raw-cluster.ts";

const WRAPPERS = {
  "operation_wrapper_run_map.sh": "#!/bin/bash\nmap\n",
  "operation_wrapper_run_reduce.sh": "#!/bin/bash\nreduce\n",
};

test("publishArchive() puts archive and wrappers under stable and versioned names", async (t) => {
  const { client, raw } = await startTestCluster(t);
  const archiveSet = await makeArchiveSet(t, { archive: "archive one", wrappers: WRAPPERS });
  const { log } = makeLog();
  const published = await publishArchive({
    client,
    buildFolder: BUILD_FOLDER,
    archiveSet,
    publisher: PUBLISHER,
    log,
  });

  const directory = `${BUILD_FOLDER}/versions/${archiveSet.digest}`;
  const names = [...Object.keys(WRAPPERS), "source.tar.gz"];
  assert.deepEqual(await raw.list(BUILD_FOLDER), [...names, "versions"]);
  assert.deepEqual(await raw.list(directory), names);
  for (const place of [BUILD_FOLDER, directory]) {
    assert.equal((await raw.read(`${place}/source.tar.gz`)).toString(), "archive one");
    for (const [name, content] of Object.entries(WRAPPERS)) {
      assert.equal((await raw.read(`${place}/${name}`)).toString(), content);
      assert.equal(await raw.get(`${place}/${name}/@executable`), true);
    }
  }
  assert.deepEqual(published, {
    archivePath: `${BUILD_FOLDER}/source.tar.gz`,
    versionPath: `${directory}/source.tar.gz`,
    sha256: sha256("archive one"),
    md5: md5("archive one"),
    sizeBytes: 11,
    bytesSent: 11 + Object.values(WRAPPERS).join("").length,
    partsReused: 0,
    uploaded: true,
  });
});

test("publishArchive() records what it wrote, for whom, in user attributes", async (t) => {
  const { client, raw } = await startTestCluster(t);
  const archiveSet = await makeArchiveSet(t, {
    archive: "archive",
    wrappers: WRAPPERS,
    parts: { "stages/ю": "aa", "./stopwords.txt": "bb", $odd: "cc" },
  });
  await publishArchive({
    client,
    buildFolder: BUILD_FOLDER,
    archiveSet,
    publisher: PUBLISHER,
    log: makeLog().log,
  });
  const owner = {
    ytcode_resource: "daily",
    ytcode_project: "sales",
    ytcode_stack: "dev",
    ytcode_resource_id: "dev/daily/1",
    ytcode_version: "0.1.0",
  };
  for (const place of [BUILD_FOLDER, `${BUILD_FOLDER}/versions/${archiveSet.digest}`]) {
    assert.deepEqual(await raw.get(`${place}/source.tar.gz/@user_attributes`), {
      ...owner,
      ytcode_digest: archiveSet.digest,
      ytcode_sha256: sha256("archive"),
      ytcode_md5: md5("archive"),
      ytcode_size_bytes: 7,
      // JSON on the wire gives keys that begin with $ one more.
      ytcode_parts: { "stages/ю": "aa", "./stopwords.txt": "bb", $$odd: "cc" },
      ytcode_wrappers: Object.fromEntries(
        Object.entries(WRAPPERS).map(([name, content]) => [name, sha256(content)]),
      ),
    });
  }
  const wrapper = await raw.get(`${BUILD_FOLDER}/operation_wrapper_run_map.sh/@user_attributes`);
  const content = WRAPPERS["operation_wrapper_run_map.sh"];
  assert.deepEqual(wrapper, {
    ...owner,
    ytcode_digest: archiveSet.digest,
    ytcode_sha256: sha256(content),
    ytcode_md5: md5(content),
    ytcode_size_bytes: content.length,
  });
});

test("publishArchive() writes the lines that the documentation promises", async (t) => {
  const { client } = await startTestCluster(t);
  const { lines, log } = makeLog();
  const parts = { "ytjobs/": "aa", "stages/run": "bb" };
  const common = { client, buildFolder: BUILD_FOLDER, publisher: PUBLISHER, log };
  const first = await makeArchiveSet(t, { archive: "a".repeat(2048), parts });
  await publishArchive({ ...common, archiveSet: first });
  const changed = { ...parts, "stages/run": "cc" };
  const second = await makeArchiveSet(t, { archive: "b".repeat(1536), parts: changed });
  const published = await publishArchive({ ...common, archiveSet: second });
  assert.deepEqual(lines, [
    `[Upload] Uploading code to ${BUILD_FOLDER}...`,
    "[Upload] Code uploaded successfully: 2.0 KiB, 0 of 2 parts reused, 2.0 KiB sent",
    `[Upload] Uploading code to ${BUILD_FOLDER}...`,
    "[Upload] Code uploaded successfully: 1.5 KiB, 1 of 2 parts reused, 1.5 KiB sent",
  ]);
  assert.equal(published.partsReused, 1);
});

test("publishArchive() reports the progress of a long upload, apart from what is to be kept", async (t) => {
  const { client, raw } = await startTestCluster(t);
  const { lines, log } = makeLog();
  const statuses: string[] = [];
  const archive = Buffer.alloc(10 * 1024 * 1024, "x");
  const archiveSet = await makeArchiveSet(t, { archive });
  let nowMs = 0;
  const clock = { ...client.clock, now: () => (nowMs += 500) };
  await publishArchive({
    client: { ...client, clock },
    buildFolder: BUILD_FOLDER,
    publisher: PUBLISHER,
    log,
    status: (line) => statuses.push(line),
    archiveSet,
  });
  assert.match(statuses[0] ?? "", /^\[Upload\] \d+ % \(\d\.\d MiB of 10\.0 MiB\)$/);
  assert.match(statuses[1] ?? "", /^\[Upload\] \d+ %, [\d.]+ [KM]iB\/s, \d+ s left \(/);
  assert.equal(lines.length, 2);
  assert.equal(await raw.get(`${BUILD_FOLDER}/source.tar.gz/@md5`), md5(archive));
});

test("publishArchive() sends nothing that the cluster has, even packed by another zlib", async (t) => {
  const { client, raw } = await startTestCluster(t);
  const common = { client, buildFolder: BUILD_FOLDER, publisher: PUBLISHER, log: makeLog().log };
  const here = await makeArchiveSet(t, {
    archive: "packed here",
    wrappers: WRAPPERS,
    identity: "i",
  });
  await publishArchive({ ...common, archiveSet: here });
  const versionId = await raw.get(`${BUILD_FOLDER}/versions/${here.digest}/source.tar.gz/@id`);

  const there = await makeArchiveSet(t, {
    archive: "and there",
    wrappers: WRAPPERS,
    identity: "i",
  });
  const published = await publishArchive({ ...common, archiveSet: there });
  assert.equal(published.uploaded, false);
  assert.equal(published.bytesSent, 0);
  assert.equal(published.sha256, here.sha256);
  assert.equal(published.md5, here.md5);
  assert.equal(published.sizeBytes, here.sizeBytes);
  assert.equal((await raw.read(published.archivePath)).toString(), "packed here");
  const after = await raw.get(`${BUILD_FOLDER}/versions/${here.digest}/source.tar.gz/@id`);
  assert.equal(after, versionId);
});

test("publishArchive() brings an older version back without sending it", async (t) => {
  const { client, raw } = await startTestCluster(t);
  const common = { client, buildFolder: BUILD_FOLDER, publisher: PUBLISHER, log: makeLog().log };
  const first = await makeArchiveSet(t, { archive: "first", wrappers: WRAPPERS });
  const second = await makeArchiveSet(t, { archive: "second" });
  await publishArchive({ ...common, archiveSet: first });
  await publishArchive({ ...common, archiveSet: second });
  assert.deepEqual(await raw.list(BUILD_FOLDER), ["source.tar.gz", "versions"]);
  const published = await publishArchive({ ...common, archiveSet: first });
  assert.equal(published.bytesSent, 0);
  assert.equal((await raw.read(published.archivePath)).toString(), "first");
  assert.deepEqual(await raw.list(BUILD_FOLDER), [
    ...Object.keys(WRAPPERS),
    "source.tar.gz",
    "versions",
  ]);
});

test("publishArchive() removes wrappers of ours that are gone from the set, and no others", async (t) => {
  const { client, raw } = await startTestCluster(t);
  const common = { client, buildFolder: BUILD_FOLDER, publisher: PUBLISHER, log: makeLog().log };
  const first = await makeArchiveSet(t, { archive: "first", wrappers: WRAPPERS });
  await publishArchive({ ...common, archiveSet: first });
  await raw.create("file", `${BUILD_FOLDER}/operation_wrapper_mine_map.sh`);
  await raw.create("table", `${BUILD_FOLDER}/table`);
  const second = await makeArchiveSet(t, {
    archive: "second",
    wrappers: { "operation_wrapper_run_map.sh": "#!/bin/bash\nnew\n" },
  });
  await publishArchive({ ...common, archiveSet: second });
  assert.deepEqual(await raw.list(BUILD_FOLDER), [
    "operation_wrapper_mine_map.sh",
    "operation_wrapper_run_map.sh",
    "source.tar.gz",
    "table",
    "versions",
  ]);
});

test("publishArchive() leaves what somebody else put in the place of a wrapper that is gone", async (t) => {
  const { client, raw } = await startTestCluster(t);
  const common = { client, buildFolder: BUILD_FOLDER, publisher: PUBLISHER, log: makeLog().log };
  const first = await makeArchiveSet(t, { archive: "first", wrappers: WRAPPERS });
  await publishArchive({ ...common, archiveSet: first });
  const theirs = `${BUILD_FOLDER}/operation_wrapper_run_reduce.sh`;
  await raw.remove(theirs);
  await raw.create("file", theirs);
  await raw.write(theirs, "theirs");
  await publishArchive({ ...common, archiveSet: await makeArchiveSet(t, { archive: "second" }) });
  assert.equal(await raw.exists(`${BUILD_FOLDER}/operation_wrapper_run_map.sh`), false);
  assert.equal((await raw.read(theirs)).toString(), "theirs");
});

const damages = {
  "a missing archive": async (raw, directory) => raw.remove(`${directory}/source.tar.gz`),
  "an altered archive": async (raw, directory) => raw.write(`${directory}/source.tar.gz`, "other"),
  "a missing wrapper": async (raw, directory) =>
    raw.remove(`${directory}/operation_wrapper_run_map.sh`),
  "an altered wrapper": async (raw, directory) =>
    raw.write(`${directory}/operation_wrapper_run_map.sh`, "other"),
} satisfies Record<string, (raw: RawCluster, directory: string) => Promise<void>>;

for (const [damage, inflict] of Object.entries(damages)) {
  test(`publishArchive() repairs a version with ${damage} and leaves the rest of it`, async (t) => {
    const { client, raw } = await startTestCluster(t);
    const common = { client, buildFolder: BUILD_FOLDER, publisher: PUBLISHER, log: makeLog().log };
    const archiveSet = await makeArchiveSet(t, { archive: "whole", wrappers: WRAPPERS });
    await publishArchive({ ...common, archiveSet });
    const directory = `${BUILD_FOLDER}/versions/${archiveSet.digest}`;
    const before = await raw.listWithAttributes(directory, ["id"]);
    await inflict(raw, directory);

    const published = await publishArchive({ ...common, archiveSet });
    const after = await raw.listWithAttributes(directory, ["id"]);
    const kept = after.filter((node) =>
      before.some((old) => old.attributes["id"] === node.attributes["id"]),
    );
    assert.equal(kept.length, 2);
    assert.equal((await raw.read(published.versionPath)).toString(), "whole");
    for (const [name, content] of Object.entries(WRAPPERS)) {
      assert.equal((await raw.read(`${directory}/${name}`)).toString(), content);
    }
  });
}

test("publishArchive() refuses a local archive that was changed after packing", async (t) => {
  const { client, raw } = await startTestCluster(t);
  const archiveSet = await makeArchiveSet(t, { archive: "packed" });
  await appendFile(archiveSet.archiveFile, "!");
  await assert.rejects(
    publishArchive({
      client,
      buildFolder: BUILD_FOLDER,
      archiveSet,
      publisher: PUBLISHER,
      log: makeLog().log,
    }),
    {
      name: "UserError",
      message:
        `Cannot upload "${archiveSet.archiveFile}" as it is not what was packed: its SHA-256 is ` +
        `${sha256("packed!")}, after packing it was ${sha256("packed")}: run it again`,
    },
  );
  assert.equal(await raw.exists(BUILD_FOLDER), false);
});

test("publishArchive() keeps the newest versions and the live one", async (t) => {
  const { client, raw } = await startTestCluster(t);
  const common = { client, buildFolder: BUILD_FOLDER, publisher: PUBLISHER, log: makeLog().log };
  const sets = [];
  for (const archive of ["one", "two", "three", "four"]) {
    const archiveSet = await makeArchiveSet(t, { archive });
    sets.push(archiveSet);
    await publishArchive({ ...common, archiveSet });
  }
  const [first, second, third, fourth] = sets.map(({ digest }) => digest);
  await raw.create("map_node", `${BUILD_FOLDER}/versions/mine`);
  await raw.set(`${BUILD_FOLDER}/versions/${second}/@ytcode_promoted_at`, new Date().toISOString());
  const [oldest] = sets;
  assert.ok(oldest !== undefined);
  await publishArchive({ ...common, archiveSet: oldest, keepVersions: 1 });
  const left = new Set(await raw.list(`${BUILD_FOLDER}/versions`));
  assert.deepEqual(left, new Set([first, second, fourth, "mine"]));
  assert.equal(await raw.exists(`${BUILD_FOLDER}/versions/${third}`), false);
});

test("publishArchive() keeps an old version that is locked, and copies under other names", async (t) => {
  const { client, raw } = await startTestCluster(t);
  const { lines, log } = makeLog();
  const common = { client, buildFolder: BUILD_FOLDER, publisher: PUBLISHER, log, keepVersions: 1 };
  const old = await makeArchiveSet(t, { archive: "old" });
  await publishArchive({ ...common, archiveSet: old });
  const versions = `${BUILD_FOLDER}/versions`;
  const oldVersion = `${versions}/${old.digest}`;
  const copy = { source_path: oldVersion, destination_path: `${versions}/copy` };
  await raw.command("copy", copy);
  await withTransaction(client, { title: "Read it" }, async (transaction) => {
    await transaction.lock(oldVersion, { mode: "exclusive" });
    lines.length = 0;
    const archiveSet = await makeArchiveSet(t, { archive: "new" });
    await publishArchive({ ...common, archiveSet });
    assert.deepEqual(await raw.list(versions), [old.digest, archiveSet.digest, "copy"].toSorted());
    assert.equal(lines.length, 3);
    assert.match(
      lines[1] ?? "",
      new RegExp(`^\\[Upload\\] Keeping old version "${oldVersion}" for now: Cannot take .* lock`),
    );
  });
  const archiveSet = await makeArchiveSet(t, { archive: "newest" });
  await publishArchive({ ...common, archiveSet });
  assert.deepEqual(await raw.list(versions), [archiveSet.digest, "copy"].toSorted());
});

test("publishArchive() takes over the same content of another resource without sending it, when told to", async (t) => {
  const { client, raw } = await startTestCluster(t);
  const common = { client, buildFolder: BUILD_FOLDER, log: makeLog().log };
  const archiveSet = await makeArchiveSet(t, { archive: "same", wrappers: WRAPPERS });
  await publishArchive({ ...common, archiveSet, publisher: OTHER_PUBLISHER });
  const taken = { ...common, archiveSet, publisher: PUBLISHER, adopt: true };
  const published = await publishArchive(taken);
  assert.equal(published.bytesSent, 0);
  const directory = `${BUILD_FOLDER}/versions/${archiveSet.digest}`;
  for (const path of [
    published.archivePath,
    published.versionPath,
    directory,
    `${BUILD_FOLDER}/operation_wrapper_run_map.sh`,
    `${directory}/operation_wrapper_run_map.sh`,
  ]) {
    assert.equal(await raw.get(`${path}/@ytcode_resource_id`), PUBLISHER.resourceId);
  }
});
