/** `ytcode history`, and `ytcode inspect` of a version, run as a user runs them. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import type { TestContext } from "node:test";
import {
  findVersion,
  promoteArchive,
  publishArchive,
} from "../../../provider/publication/index.ts";
import { tarOf } from "../inspect/make-archive.ts";
import {
  BUILD_FOLDER,
  makeArchiveSet,
  makeLog,
  OTHER_PUBLISHER,
  PUBLISHER,
} from "../../tools/publication-fixtures.ts";
import { runYtcode } from "../../tools/run-ytcode.ts";
import { startTestCluster } from "../../tools/test-cluster.ts";

const PROD_FOLDER = "//home/prod/build";

function versionOf(digest: string): string {
  return `${BUILD_FOLDER}/versions/${digest}`;
}

/** As people are shown it. */
function short(digest: string): string {
  return digest.slice(0, 12);
}

/** A folder with two versions, of which the first runs in another one, too. */
async function makeHistory(t: TestContext) {
  const cluster = await startTestCluster(t);
  const { client, raw, url } = cluster;
  const { log } = makeLog();
  const versions: Awaited<ReturnType<typeof makeArchiveSet>>[] = [];
  for (const text of ["one", "two"]) {
    const archive = await readFile(await tarOf(t, { [`${text}.txt`]: text }));
    const archiveSet = await makeArchiveSet(t, { archive });
    await publishArchive({
      client,
      buildFolder: BUILD_FOLDER,
      archiveSet,
      publisher: PUBLISHER,
      log,
    });
    versions.push(archiveSet);
  }
  const [first, second] = versions;
  assert.ok(first !== undefined && second !== undefined);
  const version = await findVersion({ client, buildFolder: BUILD_FOLDER, digest: first.digest });
  await promoteArchive({
    source: { client, proxy: url, buildFolder: BUILD_FOLDER, version },
    target: { client, buildFolder: PROD_FOLDER },
    sameCluster: true,
    publisher: OTHER_PUBLISHER,
    log,
  });
  const run = async (...args: string[]) => runYtcode([...args, "--proxy", url]);
  const timeOf = async (path: string) => String(await raw.get(`${path}/@creation_time`));
  return { ...cluster, first, second, run, timeOf };
}

test("history --json tells when, by whom, from where, and who keeps each version", async (t) => {
  const { url, raw, first, second, run, timeOf } = await makeHistory(t);
  const { status, stdout, stderr } = await run("history", BUILD_FOLDER, "--json");
  assert.deepEqual([status, stderr], [0, ""]);
  const attribute = "ytcode_kept_for_prod_hourly_7";
  const mark = Object(await raw.get(`${versionOf(first.digest)}/@${attribute}`));
  const promotedAt = await raw.get(`${versionOf(first.digest)}/@ytcode_promoted_at`);
  const publisher = { resource: "daily", project: "sales", stack: "dev", toolVersion: "0.1.0" };
  const describe = async (set: typeof first) => ({
    digest: set.digest,
    sha256: set.sha256,
    md5: set.md5,
    sizeBytes: set.sizeBytes,
    path: `${versionOf(set.digest)}/source.tar.gz`,
    publishedAt: await timeOf(versionOf(set.digest)),
  });
  const document: unknown = JSON.parse(stdout);
  assert.deepEqual(document, {
    version: 1,
    type: "history",
    buildFolder: BUILD_FOLDER,
    proxy: url,
    versions: [
      {
        ...(await describe(second)),
        live: true,
        liveSince: await timeOf(`${BUILD_FOLDER}/source.tar.gz`),
        publisher,
        promotedFrom: null,
        promotedAt: null,
        keptFor: [],
      },
      {
        ...(await describe(first)),
        live: false,
        liveSince: null,
        publisher,
        promotedFrom: null,
        promotedAt,
        keptFor: [
          {
            resource: "hourly",
            project: "sales",
            stack: "prod",
            proxy: "test",
            buildFolder: PROD_FOLDER,
            renewedAt: mark["renewed_at"],
            attribute,
          },
        ],
      },
    ],
  });

  const promoted = await run("history", PROD_FOLDER, "--json");
  const { versions } = JSON.parse(promoted.stdout);
  assert.deepEqual(versions[0].promotedFrom, {
    proxy: url,
    buildFolder: BUILD_FOLDER,
    sha256: first.sha256,
  });
});

test("history prints a line for each version, newest first, and what is to be known of it", async (t) => {
  const { url, first, second, run } = await makeHistory(t);
  const { status, stdout, stderr } = await run("history", BUILD_FOLDER);
  assert.deepEqual([status, stderr], [0, ""]);
  const lines = stdout
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "TIME")
    .replaceAll(/ {2,}/g, "  ")
    .split("\n");
  const size = (set: typeof first) => `${set.sizeBytes} B`;
  assert.deepEqual(lines, [
    `${BUILD_FOLDER} on ${url}: 2 versions`,
    "",
    "digest  sha256  published  size  by",
    `${short(second.digest)}  ${short(second.sha256)}  TIME  ${size(second)}  daily of stack dev (project sales)  live`,
    `${short(first.digest)}  ${short(first.sha256)}  TIME  ${size(first)}  daily of stack dev (project sales)`,
    `  kept for hourly of stack prod in ${PROD_FOLDER} on test, since TIME (@ytcode_kept_for_prod_hourly_7)`,
    "",
  ]);
  const promoted = await run("history", PROD_FOLDER);
  assert.ok(promoted.stdout.includes(`\n  promoted from ${BUILD_FOLDER} on ${url}\n`));
});

test("history says that there is no such folder, or nothing in it", async (t) => {
  const { url, raw, run } = await makeHistory(t);
  const missing = await run("history", "//home/nobody");
  assert.deepEqual(
    [missing.status, missing.stderr],
    [
      1,
      `ytcode: Cannot show the history of "//home/nobody" on cluster "${url}" as there is no such folder\n`,
    ],
  );
  await raw.create("map_node", "//home/empty");
  const empty = await run("history", "//home/empty");
  assert.deepEqual(
    [empty.status, empty.stdout],
    [0, `//home/empty on ${url}\n  no version was published here by this tool\n`],
  );
});

test("history shows a live archive that has lost its version", async (t) => {
  const { raw, second, run } = await makeHistory(t);
  await raw.remove(`${BUILD_FOLDER}/versions`);
  const { versions } = JSON.parse((await run("history", BUILD_FOLDER, "--json")).stdout);
  assert.equal(versions.length, 1);
  assert.equal(versions[0].digest, second.digest);
  assert.equal(versions[0].path, `${BUILD_FOLDER}/source.tar.gz`);
  assert.equal(versions[0].live, true);
});

test("inspect takes a version by the first digits of its digest or SHA-256, also after --diff", async (t) => {
  const { first, run } = await makeHistory(t);
  for (const digits of [first.digest.slice(0, 8), first.sha256.slice(0, 12).toUpperCase()]) {
    const { status, stdout } = await run("inspect", `${BUILD_FOLDER}@${digits}`, "--json");
    assert.equal(status, 0);
    const { place, packed } = JSON.parse(stdout);
    assert.equal(place.path, `${BUILD_FOLDER}/versions/${first.digest}/source.tar.gz`);
    assert.deepEqual([packed.sha256, packed.md5], [first.sha256, first.md5]);
  }
  const other = `${BUILD_FOLDER}@${first.digest.slice(0, 8)}`;
  const { stdout } = await run("inspect", BUILD_FOLDER, "--diff", other, "--json");
  const { counts } = JSON.parse(stdout);
  assert.deepEqual(counts, { added: 1, removed: 1, changed: 0, renamed: 0 });
});

test("inspect lists the versions there are when none fits, or several do", async (t) => {
  const { url, first, second, run, timeOf } = await makeHistory(t);
  const line = async ({ digest, sha256: hash }: typeof first) =>
    `${digest.slice(0, 12)} (SHA-256 ${hash.slice(0, 12)}) of ` +
    (await timeOf(`${BUILD_FOLDER}/versions/${digest}`));
  const all = `${await line(second)}, ${await line(first)}`;
  const where = `in "${BUILD_FOLDER}" on cluster "${url}"`;
  const unknown = await run("inspect", `${BUILD_FOLDER}@0123456789`);
  assert.deepEqual(
    [unknown.status, unknown.stderr],
    [1, `ytcode: Cannot find version "0123456789" ${where}: there are ${all}\n`],
  );
  const several = await run("inspect", `${BUILD_FOLDER}@`);
  assert.deepEqual(
    [several.status, several.stderr],
    [1, `ytcode: Cannot tell which version "" is ${where}, as it fits several: there are ${all}\n`],
  );
});
