/** What a publication does not replace, and what it says then. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { publishArchive } from "../../../provider/publication/index.ts";
import type { PublishArchiveOptions } from "../../../provider/publication/index.ts";
import { UserError } from "../../../common/errors/user-error.ts";
import { createYtClient } from "../../../provider/yt/index.ts";
import {
  BUILD_FOLDER,
  makeArchiveSet,
  makeLog,
  OTHER_PUBLISHER,
  PUBLISHER,
} from "../../tools/publication-fixtures.ts";
import { startTestCluster } from "../../tools/test-cluster.ts";

const ADVICE = 'set "adopt: true" to take it over, or choose another build folder';
const WRAPPER = "operation_wrapper_run_map.sh";

function refusal(message: string): UserError {
  return new UserError(message, { argument: "buildFolder" });
}

async function prepare(t: Parameters<typeof startTestCluster>[0]) {
  const cluster = await startTestCluster(t);
  const archiveSet = await makeArchiveSet(t, { archive: "ours", wrappers: { [WRAPPER]: "ours" } });
  const options: PublishArchiveOptions = {
    client: cluster.client,
    buildFolder: BUILD_FOLDER,
    archiveSet,
    publisher: PUBLISHER,
    log: makeLog().log,
  };
  return { ...cluster, options };
}

test("publishArchive() refuses an archive that this tool did not write", async (t) => {
  const { raw, options } = await prepare(t);
  await raw.create("file", `${BUILD_FOLDER}/source.tar.gz`);
  await raw.write(`${BUILD_FOLDER}/source.tar.gz`, "theirs");
  await assert.rejects(
    publishArchive(options),
    refusal(
      `Cannot publish to "${BUILD_FOLDER}" as "${BUILD_FOLDER}/source.tar.gz" ` +
        `was not written by this tool: ${ADVICE}`,
    ),
  );
  assert.equal((await raw.read(`${BUILD_FOLDER}/source.tar.gz`)).toString(), "theirs");
  assert.deepEqual(await raw.list(BUILD_FOLDER), ["source.tar.gz"]);
});

test("publishArchive() takes a foreign archive over when told to adopt", async (t) => {
  const { raw, options } = await prepare(t);
  await raw.create("file", `${BUILD_FOLDER}/source.tar.gz`);
  await raw.create("file", `${BUILD_FOLDER}/${WRAPPER}`);
  await publishArchive({ ...options, adopt: true });
  assert.equal((await raw.read(`${BUILD_FOLDER}/source.tar.gz`)).toString(), "ours");
  assert.equal((await raw.read(`${BUILD_FOLDER}/${WRAPPER}`)).toString(), "ours");
});

test("publishArchive() refuses a wrapper that this tool did not write", async (t) => {
  const { raw, options } = await prepare(t);
  await raw.create("file", `${BUILD_FOLDER}/${WRAPPER}`);
  await assert.rejects(
    publishArchive(options),
    refusal(
      `Cannot publish to "${BUILD_FOLDER}" as "${BUILD_FOLDER}/${WRAPPER}" ` +
        `was not written by this tool: ${ADVICE}`,
    ),
  );
});

test("publishArchive() repairs a wrapper of ours that was replaced by hand", async (t) => {
  const { raw, options } = await prepare(t);
  await publishArchive(options);
  await raw.remove(`${BUILD_FOLDER}/${WRAPPER}`);
  await raw.create("file", `${BUILD_FOLDER}/${WRAPPER}`);
  await publishArchive(options);
  assert.equal((await raw.read(`${BUILD_FOLDER}/${WRAPPER}`)).toString(), "ours");
});

test("publishArchive() refuses another resource's archive and names both", async (t) => {
  const { raw, options } = await prepare(t);
  const theirs = await makeArchiveSet(t, { archive: "theirs" });
  await publishArchive({ ...options, archiveSet: theirs, publisher: OTHER_PUBLISHER });
  await assert.rejects(
    publishArchive(options),
    refusal(
      `Cannot publish to "${BUILD_FOLDER}" as "${BUILD_FOLDER}/source.tar.gz" belongs to ` +
        'resource "hourly" of stack "prod" (project "sales"), and this is ' +
        `resource "daily" of stack "dev" (project "sales"): ${ADVICE}`,
    ),
  );
  assert.deepEqual(await raw.list(`${BUILD_FOLDER}/versions`), [theirs.digest]);
  await publishArchive({ ...options, adopt: true });
  assert.equal((await raw.read(`${BUILD_FOLDER}/source.tar.gz`)).toString(), "ours");
});

test("publishArchive() lets a resource that lost its state go on", async (t) => {
  const { raw, options } = await prepare(t);
  await publishArchive(options);
  const next = await makeArchiveSet(t, { archive: "next" });
  const publisher = { ...PUBLISHER, resourceId: "dev/daily/2" };
  await publishArchive({ ...options, archiveSet: next, publisher });
  assert.equal((await raw.read(`${BUILD_FOLDER}/source.tar.gz`)).toString(), "next");
});

test("publishArchive() never replaces a folder, not even when told to adopt", async (t) => {
  const { raw, options } = await prepare(t);
  await raw.create("map_node", `${BUILD_FOLDER}/source.tar.gz`);
  await assert.rejects(
    publishArchive({ ...options, adopt: true }),
    refusal(
      `Cannot publish to "${BUILD_FOLDER}" as "${BUILD_FOLDER}/source.tar.gz" is a node of type ` +
        `"map_node": remove it, or choose another build folder`,
    ),
  );
});

test("publishArchive() names the node on the way that is no map node, and its type", async (t) => {
  const { raw, options } = await prepare(t);
  await raw.create("table", "//home/table");
  await assert.rejects(
    publishArchive({ ...options, buildFolder: "//home/table/a/b" }),
    refusal(
      'Cannot use "//home/table/a/b" as build folder as "//home/table" is a node of type "table", ' +
        "not a map node: choose another build folder",
    ),
  );
  await assert.rejects(
    publishArchive({ ...options, buildFolder: "//home/table" }),
    refusal(
      'Cannot use "//home/table" as build folder as it is a node of type "table", ' +
        "not a map node: choose another build folder",
    ),
  );
});

test("publishArchive() goes through links to map nodes", async (t) => {
  const { raw, options } = await prepare(t);
  await raw.create("map_node", "//home/real");
  await raw.command("link", { target_path: "//home/real", link_path: "//home/alias" });
  await publishArchive({ ...options, buildFolder: "//home/alias/build" });
  assert.equal((await raw.read("//home/real/build/source.tar.gz")).toString(), "ours");
});

test("publishArchive() says who may not write where", async (t) => {
  const { raw, url, options } = await prepare(t);
  await raw.create("map_node", "//home/closed");
  const deny = { action: "deny", subjects: ["everyone"], permissions: ["write"] };
  await raw.set("//home/closed/@acl", [deny]);
  const client = createYtClient({ proxy: url, displayName: "test", token: "any" });
  await assert.rejects(publishArchive({ ...options, client, buildFolder: "//home/closed/build" }), {
    name: "AuthorizationError",
    message:
      'Cannot create "//home/closed/build" on cluster "test": Access denied for user "root": ' +
      '"write" permission for node //home/closed is denied for "everyone" by ACE at node //home/closed: ' +
      "ask for the permission, or use the token of a user who has it",
  });
  assert.deepEqual(await raw.list("//home/closed"), []);
});

test("publishArchive() refuses a path that is none, and a number of versions that is none", async (t) => {
  const { options } = await prepare(t);
  await assert.rejects(
    publishArchive({ ...options, buildFolder: "home/build" }),
    refusal(
      'Cannot use "home/build" as build folder: a Cypress path begins with "//", like "//home/user/build"',
    ),
  );
  await assert.rejects(
    publishArchive({ ...options, keepVersions: 0 }),
    new UserError("Cannot keep 0 versions: keepVersions must be 1 or more", {
      argument: "keepVersions",
    }),
  );
});
