/** Whose nodes a publication takes over: its own and nobody's without a word, others' only when told to. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { publishArchive, removePublication } from "../../../provider/publication/index.ts";
import type { PublishArchiveOptions } from "../../../provider/publication/index.ts";
import { UserError } from "../../../common/errors/user-error.ts";
import type { RawCluster } from "../../tools/raw-cluster.ts";
import {
  BUILD_FOLDER,
  makeArchiveSet,
  makeLog,
  OTHER_PUBLISHER,
  PUBLISHER,
} from "../../tools/publication-fixtures.ts";
import { startTestCluster } from "../../tools/test-cluster.ts";

const WRAPPER = "operation_wrapper_run_map.sh";
const ARCHIVE = `${BUILD_FOLDER}/source.tar.gz`;
const ADVICE = 'set "adopt: true" to take it over, or choose another build folder';
const THEIRS = 'resource "daily" of stack "dev" (project "sales")';
const OURS = 'resource "hourly" of stack "prod" (project "sales")';

/** An archive that PUBLISHER has published, and how others publish the same one. */
async function publish(t: TestContext) {
  const cluster = await startTestCluster(t);
  const archiveSet = await makeArchiveSet(t, { archive: "same", wrappers: { [WRAPPER]: "same" } });
  const { lines, log } = makeLog();
  const common = { client: cluster.client, buildFolder: BUILD_FOLDER, archiveSet, log };
  const publishAs = async (
    publisher: PublishArchiveOptions["publisher"],
    more: Partial<PublishArchiveOptions> = {},
  ) => publishArchive({ ...common, ...more, publisher });
  const removeAs = async ({ resourceId }: PublishArchiveOptions["publisher"]) =>
    removePublication({ ...common, resourceId });
  await publishAs(PUBLISHER);
  lines.length = 0;
  const version = `${BUILD_FOLDER}/versions/${archiveSet.digest}`;
  return { ...cluster, archiveSet, version, lines, publishAs, removeAs };
}

function belongs(path: string, to: string, publisher: string, advice = ADVICE): UserError {
  return new UserError(
    `Cannot publish to "${BUILD_FOLDER}" as "${path}" belongs to ${to}, and this is ${publisher}: ${advice}`,
    { argument: "buildFolder" },
  );
}

/** Every node below the build folder with its attributes, to see that nothing has changed. */
async function look(raw: RawCluster, path = BUILD_FOLDER): Promise<readonly unknown[]> {
  const children = await raw.listWithAttributes(path, ["type", "revision", "user_attributes"]);
  const below = children
    .filter(({ attributes }) => attributes["type"] === "map_node")
    .map(({ name }) => look(raw, `${path}/${name}`));
  return [...children, ...(await Promise.all(below)).flat()];
}

test("publishArchive() refuses equal content of another resource, stack or project by name", async (t) => {
  const { raw, publishAs, lines } = await publish(t);
  const before = await look(raw);
  await assert.rejects(publishAs(OTHER_PUBLISHER), belongs(ARCHIVE, THEIRS, OURS));
  const elsewhere = { ...PUBLISHER, project: "other", resourceId: "9" };
  await assert.rejects(
    publishAs(elsewhere),
    belongs(ARCHIVE, THEIRS, 'resource "daily" of stack "dev" (project "other")'),
  );
  assert.deepEqual(await look(raw), before);
  assert.equal(
    lines.some((line) => line.includes("Taking over")),
    false,
  );
});

test("publishArchive() tells who may have been renamed to give the old name as an alias", async (t) => {
  const { publishAs } = await publish(t);
  const renamed = { ...PUBLISHER, resource: "nightly", resourceId: "9" };
  await assert.rejects(
    publishAs(renamed),
    belongs(
      ARCHIVE,
      THEIRS,
      'resource "nightly" of stack "dev" (project "sales")',
      'if it was renamed, give it the alias "daily", else set "adopt: true" to take it over, or choose another build folder',
    ),
  );
});

test("publishArchive() adopts from another resource when told to, and says from whom", async (t) => {
  const { raw, archiveSet, version, publishAs, lines } = await publish(t);
  const published = await publishAs(OTHER_PUBLISHER, { adopt: true });
  assert.equal(published.bytesSent, 0);
  const taken = lines.filter((line) => line.includes("Taking over"));
  assert.deepEqual(taken, [
    `[Upload] Taking over "${ARCHIVE}", which belonged to ${THEIRS}`,
    `[Upload] Taking over "${version}", which belonged to ${THEIRS}`,
  ]);
  for (const path of [ARCHIVE, `${BUILD_FOLDER}/${WRAPPER}`, version, `${version}/${WRAPPER}`]) {
    assert.equal(await raw.get(`${path}/@ytcode_resource_id`), OTHER_PUBLISHER.resourceId, path);
  }
  lines.length = 0;
  await publishAs(OTHER_PUBLISHER, { adopt: true });
  assert.equal(
    lines.some((line) => line.includes("Taking over")),
    false,
  );
  assert.equal(archiveSet.digest, await raw.get(`${ARCHIVE}/@ytcode_digest`));
});

test("publishArchive() says of what it adopts that no tool of this kind wrote it", async (t) => {
  const { raw, publishAs, lines, removeAs } = await publish(t);
  await removeAs(PUBLISHER);
  await raw.create("file", ARCHIVE);
  await publishAs(PUBLISHER, { adopt: true });
  assert.ok(
    lines.includes(`[Upload] Taking over "${ARCHIVE}", which was not written by this tool`),
    lines.join("\n"),
  );
});

test("publishArchive() goes on over what bears its own id, under whatever name, and records the new one", async (t) => {
  const { raw, version, publishAs } = await publish(t);
  const renamed = { ...PUBLISHER, resource: "nightly", project: "shop", stack: "main" };
  await publishAs(renamed);
  for (const path of [ARCHIVE, `${BUILD_FOLDER}/${WRAPPER}`, version]) {
    assert.equal(await raw.get(`${path}/@ytcode_stack`), "main", path);
    assert.equal(await raw.get(`${path}/@ytcode_resource`), "nightly", path);
  }
});

test("publishArchive() takes equal content of nobody without a word, and other content only when told to", async (t) => {
  const { raw, archiveSet, publishAs, lines } = await publish(t);
  const forget = async (): Promise<void> => {
    for (const folder of [BUILD_FOLDER, `${BUILD_FOLDER}/versions/${archiveSet.digest}`]) {
      for (const name of ["source.tar.gz", WRAPPER]) {
        for (const field of ["resource", "project", "stack", "resource_id"]) {
          await raw.remove(`${folder}/${name}/@ytcode_${field}`);
        }
      }
    }
  };
  await forget();
  await publishAs(OTHER_PUBLISHER);
  assert.equal(await raw.get(`${ARCHIVE}/@ytcode_resource_id`), OTHER_PUBLISHER.resourceId);
  assert.equal(
    lines.some((line) => line.includes("Taking over")),
    false,
  );

  await forget();
  const other = await makeArchiveSet(t, { archive: "other", wrappers: { [WRAPPER]: "other" } });
  await assert.rejects(
    publishAs(PUBLISHER, { archiveSet: other }),
    new UserError(
      `Cannot publish to "${BUILD_FOLDER}" as "${ARCHIVE}" has other content, and no owner is recorded: ${ADVICE}`,
      { argument: "buildFolder" },
    ),
  );
  await publishAs(PUBLISHER, { archiveSet: other, adopt: true });
  assert.ok(lines.includes(`[Upload] Taking over "${ARCHIVE}", which had no owner`));
});

test("publishArchive() refuses another resource's wrapper also when the archive is gone", async (t) => {
  const { raw, publishAs } = await publish(t);
  await raw.remove(ARCHIVE);
  const before = await look(raw);
  await assert.rejects(
    publishAs(OTHER_PUBLISHER),
    belongs(`${BUILD_FOLDER}/${WRAPPER}`, THEIRS, OURS),
  );
  assert.deepEqual(await look(raw), before);
});

test("publishArchive() refuses another resource's version also when its stable names are gone", async (t) => {
  const { raw, version, archiveSet, publishAs } = await publish(t);
  await raw.remove(ARCHIVE);
  await raw.remove(`${BUILD_FOLDER}/${WRAPPER}`);
  const before = await look(raw);
  await assert.rejects(publishAs(OTHER_PUBLISHER), belongs(version, THEIRS, OURS));
  assert.deepEqual(await look(raw), before);

  await publishAs(OTHER_PUBLISHER, { adopt: true });
  assert.equal(await raw.get(`${version}/@ytcode_stack`), OTHER_PUBLISHER.stack);
  assert.deepEqual(await raw.list(`${BUILD_FOLDER}/versions`), [archiveSet.digest]);
});

test("publishArchive() lets others' versions be, whatever keepVersions says", async (t) => {
  const { raw, archiveSet, publishAs } = await publish(t);
  const digests: string[] = [];
  for (const archive of ["one", "two"]) {
    const next = await makeArchiveSet(t, { archive });
    digests.push(next.digest);
    await publishAs(OTHER_PUBLISHER, { archiveSet: next, adopt: true, keepVersions: 1 });
  }
  const kept = [archiveSet.digest, String(digests[1])].toSorted();
  assert.deepEqual(await raw.list(`${BUILD_FOLDER}/versions`), kept);
});

test("publishArchive() records its new name on its old versions, too", async (t) => {
  const { raw, version, publishAs, removeAs } = await publish(t);
  const renamed = { ...PUBLISHER, stack: "main" };
  const next = await makeArchiveSet(t, { archive: "next" });
  await publishAs(renamed, { archiveSet: next });
  assert.equal(await raw.get(`${version}/@ytcode_stack`), "main");
  // Its state is lost now: by name alone it finds what is its own.
  const back = { ...renamed, resourceId: "after the loss" };
  await publishAs(back, { archiveSet: next });
  assert.equal(await raw.get(`${version}/@ytcode_resource_id`), back.resourceId);
  await removeAs(PUBLISHER);
  assert.equal(await raw.exists(version), true);
  await removeAs(back);
  assert.equal(await raw.exists(BUILD_FOLDER), false);
});

test("publishArchive() removes no wrapper of another resource, though the old archive lists it", async (t) => {
  const { raw, publishAs } = await publish(t);
  await raw.set(`${BUILD_FOLDER}/${WRAPPER}/@ytcode_resource`, "another");
  await raw.set(`${BUILD_FOLDER}/${WRAPPER}/@ytcode_resource_id`, "another");
  await publishAs(PUBLISHER, { archiveSet: await makeArchiveSet(t, { archive: "bare" }) });
  assert.equal(await raw.exists(`${BUILD_FOLDER}/${WRAPPER}`), true);
});
