/** What `read` finds when the cluster was changed by others, and how the next update repairs it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { diff } from "../../../provider/resource/diff.ts";
import {
  BUILD_FOLDER,
  describeNodes,
  makeProjectWithCluster,
  md5,
  sha256,
  STABLE_NAMES,
  unusedHost,
} from "./lifecycle.ts";

const WRAPPER = "operation_wrapper_clean_map.sh";

/** A project and a cluster, with a resource that is up. */
async function bringUp(t: TestContext) {
  const world = await makeProjectWithCluster(t);
  const resource = world.declare(world.url);
  await resource.up();
  const versionFolder = `${BUILD_FOLDER}/versions/${resource.text("digest")}`;
  return { ...world, resource, versionFolder };
}

/** What happens to the cluster, and what `read` then says of the archive. */
interface Drift {
  readonly name: string;
  readonly damage: (world: Awaited<ReturnType<typeof bringUp>>) => Promise<void>;
  readonly archive: (world: Awaited<ReturnType<typeof bringUp>>) => string;
  /** How many files the repair sends. */
  readonly sent: number;
}

const DRIFTS: readonly Drift[] = [
  {
    name: "a missing archive",
    damage: ({ raw }) => raw.remove(`${BUILD_FOLDER}/source.tar.gz`),
    archive: () => `archive missing: ${BUILD_FOLDER}/source.tar.gz`,
    sent: 0,
  },
  {
    name: "an altered archive",
    damage: ({ raw }) => raw.write(`${BUILD_FOLDER}/source.tar.gz`, "other bytes"),
    archive: ({ resource }) =>
      `archive altered: ${BUILD_FOLDER}/source.tar.gz: was written anew: its MD5 is ` +
      `${md5("other bytes")}, recorded is ${resource.text("md5")}`,
    sent: 0,
  },
  {
    name: "a missing wrapper",
    damage: ({ raw }) => raw.remove(`${BUILD_FOLDER}/${WRAPPER}`),
    archive: () => `wrapper missing: ${BUILD_FOLDER}/${WRAPPER}`,
    sent: 0,
  },
  {
    name: "an altered wrapper",
    damage: async ({ raw }) => {
      await raw.remove(`${BUILD_FOLDER}/${WRAPPER}`);
      await raw.create("file", `${BUILD_FOLDER}/${WRAPPER}`);
    },
    archive: () => `wrapper altered: ${BUILD_FOLDER}/${WRAPPER}: was not written by this tool`,
    sent: 0,
  },
  {
    name: "a missing version",
    damage: ({ raw, versionFolder }) => raw.remove(versionFolder),
    archive: ({ versionFolder }) => `version missing: ${versionFolder}/source.tar.gz: is missing`,
    sent: 3,
  },
  {
    name: "a missing wrapper of the version",
    damage: ({ raw, versionFolder }) => raw.remove(`${versionFolder}/${WRAPPER}`),
    archive: ({ versionFolder }) => `version missing: ${versionFolder}/${WRAPPER}: is missing`,
    sent: 1,
  },
  {
    name: "a missing build folder",
    damage: ({ raw }) => raw.remove(BUILD_FOLDER),
    archive: () => `archive missing: ${BUILD_FOLDER}/source.tar.gz`,
    sent: 3,
  },
];

for (const { name, damage, archive, sent } of DRIFTS) {
  test(`read() finds ${name}, and sync() repairs it`, async (t) => {
    const world = await bringUp(t);
    const { resource, raw, versionFolder } = world;
    const healthy = { ...resource.outputs };
    const inputs = await resource.checked();
    await damage(world);
    const before = await describeNodes(raw, "/");

    const found = await resource.refresh();
    assert.deepEqual(found, { ...inputs, archive: archive(world) });
    assert.deepEqual(resource.outputs, { ...healthy, archive: archive(world) });
    assert.deepEqual(await describeNodes(raw, "/"), before);
    assert.deepEqual(diff(resource.outputs, inputs), { changes: true, replaces: [] });

    world.cluster.clearRequests();
    assert.equal(await resource.up(), "update");
    assert.equal(world.count("write_file"), sent);
    assert.deepEqual(resource.outputs, healthy);
    for (const folder of [BUILD_FOLDER, versionFolder]) {
      const names = (await raw.list(folder)).filter((child) => child !== "versions");
      assert.deepEqual(names, STABLE_NAMES);
      assert.equal(sha256(await raw.read(`${folder}/source.tar.gz`)), resource.text("sha256"));
      assert.match((await raw.read(`${folder}/${WRAPPER}`)).toString(), /^#!/);
    }
    assert.deepEqual(await resource.refresh(), inputs);
  });
}

test("read() gives the inputs back when all is in place, and changes nothing", async (t) => {
  const { resource, raw } = await bringUp(t);
  const inputs = await resource.checked();
  const { outputs } = resource;
  const before = await describeNodes(raw, "/");
  assert.deepEqual(await resource.refresh(), inputs);
  assert.deepEqual(resource.outputs, outputs);
  assert.deepEqual(diff(resource.outputs ?? {}, inputs), { changes: false, replaces: [] });
  assert.deepEqual(await describeNodes(raw, "/"), before);
});

test("read() says whose version is live instead", async (t) => {
  const world = await bringUp(t);
  const { resource, url } = world;
  await world.edit({ "stages/clean/src/mapper.py": "print('theirs')\n" });
  const theirs = world.declare(url, { pipeline: "daily", adopt: true }, { resource: "other" });
  await theirs.up();
  const found = await resource.refresh();
  assert.equal(
    found["archive"],
    `archive altered: ${BUILD_FOLDER}/source.tar.gz: holds another version: ${theirs.text("digest")}, ` +
      'published by resource "other" of stack "prod" (project "sales")',
  );
});

test("read() takes a cluster that does not answer for an error, not for drift", async (t) => {
  const { resource } = await bringUp(t);
  const host = await unusedHost();
  const { outputs } = resource;
  const place = { proxy: host, buildFolder: BUILD_FOLDER };
  resource.outputs = { ...outputs, __published: place };
  await assert.rejects(resource.refresh(), {
    name: "UnreachableError",
    message:
      `Cannot list "${BUILD_FOLDER}" as cluster "${host}" does not answer: connection to ` +
      `${host} refused (ECONNREFUSED): set its address with ` +
      '"pulumi config set yt:proxy HOST:PORT" or YT_PROXY',
  });
});

test("sync() does not overwrite what somebody put in the archive's place", async (t) => {
  const { resource, raw } = await bringUp(t);
  await raw.remove(`${BUILD_FOLDER}/source.tar.gz`);
  await raw.create("file", `${BUILD_FOLDER}/source.tar.gz`);
  await raw.write(`${BUILD_FOLDER}/source.tar.gz`, "mine");
  const found = await resource.refresh();
  assert.equal(
    found["archive"],
    `archive altered: ${BUILD_FOLDER}/source.tar.gz: was not written by this tool`,
  );
  await assert.rejects(resource.up(), {
    message:
      `Cannot publish to "${BUILD_FOLDER}" as "${BUILD_FOLDER}/source.tar.gz" was not written by this tool: ` +
      'set "adopt: true" to take it over, or choose another build folder',
  });
  assert.equal((await raw.read(`${BUILD_FOLDER}/source.tar.gz`)).toString(), "mine");
});
