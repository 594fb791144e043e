/** What `read` finds when the cluster was changed by others, and how the next update repairs it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { KNOWN_KEY } from "../../../provider/resource/inputs.ts";
import { publishArchive } from "../../../provider/publication/index.ts";
import { createYtClient } from "../../../provider/yt/index.ts";
import { makeArchiveSet } from "../../tools/publication-fixtures.ts";
import type { RawCluster } from "../../tools/raw-cluster.ts";
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
import { createRecordingClock } from "../../tools/recording-clock.ts";

const OTHER_FOLDER = "//home/daily/other";
const DECLARER = { resource: "daily", project: "sales", stack: "prod" };
const LOST_RECORD = "has lost what was recorded on it (attributes ytcode_…)";
const WRAPPER = "operation_wrapper_clean_map.sh";

/** A project and a cluster, with a resource that is up. */
async function bringUp(t: TestContext) {
  const world = await makeProjectWithCluster(t);
  const resource = world.declare(world.url);
  await resource.up();
  const versionFolder = `${BUILD_FOLDER}/versions/${resource.text("digest")}`;
  /** Publishes the same content elsewhere, compressed by another zlib: whole, with a record of its own. */
  const other = async (): Promise<void> => {
    const { parts } = (await resource.checked())[KNOWN_KEY];
    const made = await makeArchiveSet(t, { archive: "other gzip", parts });
    const wrappers = Object(await world.raw.get(`${BUILD_FOLDER}/source.tar.gz/@ytcode_wrappers`));
    await publishArchive({
      client: createYtClient({ proxy: world.url }),
      buildFolder: OTHER_FOLDER,
      archiveSet: { ...made, digest: resource.text("digest") },
      publisher: { ...DECLARER, resourceId: resource.id, toolVersion: "0.1.0" },
      log: () => undefined,
    });
    await world.raw.set(`${OTHER_FOLDER}/source.tar.gz/@ytcode_wrappers`, wrappers);
  };
  return { ...world, resource, versionFolder, other };
}

/** Takes all user attributes of a node away. */
async function strip(raw: RawCluster, path: string): Promise<void> {
  for (const name of Object.keys(Object(await raw.get(`${path}/@user_attributes`)))) {
    await raw.remove(`${path}/@${name}`);
  }
}

/** Makes a link that leads nowhere. */
async function makeBrokenLink(raw: RawCluster, target: string, path: string): Promise<void> {
  await raw.create("file", target);
  await raw.command("link", { target_path: target, link_path: path });
  await raw.remove(target);
}

/** What happens to the cluster, and what `read` then says of the archive. */
interface Drift {
  readonly name: string;
  readonly damage: (world: Awaited<ReturnType<typeof bringUp>>) => Promise<unknown>;
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
  {
    name: "a missing versions folder",
    damage: ({ raw }) => raw.remove(`${BUILD_FOLDER}/versions`),
    archive: ({ versionFolder }) => `version missing: ${versionFolder}/source.tar.gz: is missing`,
    sent: 3,
  },
  {
    name: "an archive of other gzip bytes, with a record of its own",
    damage: async ({ raw, other }) => {
      await other();
      await raw.command("copy", {
        source_path: `${OTHER_FOLDER}/source.tar.gz`,
        destination_path: `${BUILD_FOLDER}/source.tar.gz`,
        force: true,
      });
    },
    archive: ({ resource }) =>
      `archive altered: ${BUILD_FOLDER}/source.tar.gz: holds other bytes than were published: ` +
      `its SHA-256 is ${sha256("other gzip")}, published was ${resource.text("sha256")}`,
    sent: 0,
  },
  {
    name: "an archive whose attributes are stripped",
    damage: ({ raw }) => strip(raw, `${BUILD_FOLDER}/source.tar.gz`),
    archive: () => `archive altered: ${BUILD_FOLDER}/source.tar.gz: ${LOST_RECORD}`,
    sent: 0,
  },
  {
    name: "a wrapper whose attributes are stripped",
    damage: ({ raw }) => strip(raw, `${BUILD_FOLDER}/${WRAPPER}`),
    archive: () => `wrapper altered: ${BUILD_FOLDER}/${WRAPPER}: was not written by this tool`,
    sent: 0,
  },
  {
    name: "attributes that are stripped everywhere",
    damage: async ({ raw, versionFolder }) => {
      for (const folder of [BUILD_FOLDER, versionFolder]) {
        for (const name of STABLE_NAMES) {
          await strip(raw, `${folder}/${name}`);
        }
      }
      await strip(raw, versionFolder);
    },
    archive: () => `archive altered: ${BUILD_FOLDER}/source.tar.gz: ${LOST_RECORD}`,
    sent: 3,
  },
  {
    name: "a version's archive whose attributes are stripped",
    damage: ({ raw, versionFolder }) => strip(raw, `${versionFolder}/source.tar.gz`),
    archive: ({ versionFolder }) =>
      `version missing: ${versionFolder}/source.tar.gz: ${LOST_RECORD}`,
    sent: 1,
  },
  {
    name: "a version whose attributes are stripped",
    damage: ({ raw, versionFolder }) => strip(raw, versionFolder),
    archive: ({ versionFolder }) => `version missing: ${versionFolder}: ${LOST_RECORD}`,
    sent: 0,
  },
  {
    name: "an archive that has lost its owner",
    damage: async ({ raw }) => {
      for (const name of ["resource", "project", "stack", "resource_id"]) {
        await raw.remove(`${BUILD_FOLDER}/source.tar.gz/@ytcode_${name}`);
      }
    },
    archive: () =>
      `archive altered: ${BUILD_FOLDER}/source.tar.gz: has lost the record of its owner`,
    sent: 0,
  },
  {
    name: "a wrapper that is not executable",
    damage: ({ raw }) => raw.set(`${BUILD_FOLDER}/${WRAPPER}/@executable`, false),
    archive: () => `wrapper altered: ${BUILD_FOLDER}/${WRAPPER}: is not executable`,
    sent: 0,
  },
  {
    name: "a version's wrapper that is not executable",
    damage: ({ raw, versionFolder }) => raw.remove(`${versionFolder}/${WRAPPER}/@executable`),
    archive: ({ versionFolder }) =>
      `version missing: ${versionFolder}/${WRAPPER}: is not executable`,
    sent: 0,
  },
  {
    name: "a wrapper too many",
    damage: ({ raw }) =>
      raw.command("copy", {
        source_path: `${BUILD_FOLDER}/${WRAPPER}`,
        destination_path: `${BUILD_FOLDER}/operation_wrapper_gone_map.sh`,
      }),
    archive: () => `wrapper too many: ${BUILD_FOLDER}/operation_wrapper_gone_map.sh`,
    sent: 0,
  },
  {
    name: "a wrapper too many in the version",
    damage: ({ raw, versionFolder }) =>
      raw.command("copy", {
        source_path: `${BUILD_FOLDER}/${WRAPPER}`,
        destination_path: `${versionFolder}/operation_wrapper_gone_map.sh`,
      }),
    archive: ({ versionFolder }) =>
      `version missing: ${versionFolder}/operation_wrapper_gone_map.sh: is no part of it`,
    sent: 0,
  },
  {
    name: "an edited record of wrappers",
    damage: ({ raw }) => raw.set(`${BUILD_FOLDER}/source.tar.gz/@ytcode_wrappers`, {}),
    archive: () =>
      `archive altered: ${BUILD_FOLDER}/source.tar.gz: has another record of its wrappers than ` +
      "was published (attribute ytcode_wrappers)",
    sent: 0,
  },
  {
    name: "an edited record of wrappers in the version",
    damage: ({ raw, versionFolder }) =>
      raw.set(`${versionFolder}/source.tar.gz/@ytcode_wrappers`, { [WRAPPER]: sha256("else") }),
    archive: ({ versionFolder }) =>
      `version missing: ${versionFolder}/source.tar.gz: has another record of its wrappers than ` +
      "was published (attribute ytcode_wrappers)",
    sent: 0,
  },
  {
    name: "an edited record of parts in the version",
    damage: ({ raw, versionFolder }) =>
      raw.set(`${versionFolder}/source.tar.gz/@ytcode_parts`, { "stages/clean": "other" }),
    archive: ({ versionFolder }) =>
      `version missing: ${versionFolder}/source.tar.gz: has another record of its parts than ` +
      "was published (attribute ytcode_parts)",
    sent: 0,
  },
  {
    name: "a broken link in the archive's place",
    damage: async ({ raw }) => {
      await raw.remove(`${BUILD_FOLDER}/source.tar.gz`);
      await makeBrokenLink(raw, "//home/daily/nowhere", `${BUILD_FOLDER}/source.tar.gz`);
    },
    archive: () =>
      `archive altered: ${BUILD_FOLDER}/source.tar.gz: is a node of type "link", not a file`,
    sent: 0,
  },
  {
    name: "a broken link in a wrapper's place",
    damage: async ({ raw }) => {
      await raw.remove(`${BUILD_FOLDER}/${WRAPPER}`);
      await makeBrokenLink(raw, "//home/daily/nowhere", `${BUILD_FOLDER}/${WRAPPER}`);
    },
    archive: () =>
      `wrapper altered: ${BUILD_FOLDER}/${WRAPPER}: is a node of type "link", not a file`,
    sent: 0,
  },
  {
    name: "a broken link in the place of a version's archive",
    damage: async ({ raw, versionFolder }) => {
      await raw.remove(`${versionFolder}/source.tar.gz`);
      await makeBrokenLink(raw, "//home/daily/nowhere", `${versionFolder}/source.tar.gz`);
    },
    archive: ({ versionFolder }) =>
      `version missing: ${versionFolder}/source.tar.gz: is a node of type "link", not a file`,
    sent: 1,
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

test("read() finds other gzip bytes of the same content in a version, which sync() takes over", async (t) => {
  const { resource, raw, versionFolder, other } = await bringUp(t);
  await other();
  await raw.command("copy", {
    source_path: `${OTHER_FOLDER}/source.tar.gz`,
    destination_path: `${versionFolder}/source.tar.gz`,
    force: true,
  });
  const { archive } = await resource.refresh();
  assert.equal(
    archive,
    `version missing: ${versionFolder}/source.tar.gz: holds other bytes than were published: ` +
      `its SHA-256 is ${sha256("other gzip")}, published was ${resource.text("sha256")}`,
  );
  await resource.up();
  assert.equal(resource.text("sha256"), sha256("other gzip"));
  assert.equal((await raw.read(`${BUILD_FOLDER}/source.tar.gz`)).toString(), "other gzip");
  assert.equal((await resource.refresh())["archive"], "in place");
});

/** What may stand where a folder should be. */
const OBSTACLES: Readonly<
  Record<
    string,
    (raw: RawCluster, versionFolder: string) => Promise<{ path: string; type: string }>
  >
> = {
  "versions is a file": async (raw) => {
    const path = `${BUILD_FOLDER}/versions`;
    await raw.create("file", path, { force: true });
    return { path, type: "file" };
  },
  "versions is a link that leads nowhere": async (raw) => {
    const path = `${BUILD_FOLDER}/versions`;
    await raw.remove(path);
    await makeBrokenLink(raw, "//home/daily/nowhere", path);
    return { path, type: "link" };
  },
  "the version is a file": async (raw, path) => {
    await raw.create("file", path, { force: true });
    return { path, type: "file" };
  },
  "the version is a link to a folder": async (raw, path) => {
    await raw.command("move", { source_path: path, destination_path: "//home/daily/moved" });
    await raw.command("link", { target_path: "//home/daily/moved", link_path: path });
    return { path, type: "link" };
  },
  "the version is a link that leads nowhere": async (raw, path) => {
    await raw.remove(path);
    await makeBrokenLink(raw, "//home/daily/nowhere", path);
    return { path, type: "link" };
  },
};

for (const [name, obstruct] of Object.entries(OBSTACLES)) {
  test(`read() and sync() say what to remove when ${name}`, async (t) => {
    const { resource, raw, versionFolder } = await bringUp(t);
    const { path, type } = await obstruct(raw, versionFolder);
    const how = `is a node of type "${type}": remove it, or choose another build folder`;
    assert.equal((await resource.refresh())["archive"], `version missing: ${path}: ${how}`);
    const before = await describeNodes(raw, "/");
    await assert.rejects(resource.up(), {
      name: "UserError",
      message: `Cannot publish to "${BUILD_FOLDER}" as "${path}" ${how}`,
    });
    assert.deepEqual(await describeNodes(raw, "/"), before);
    await raw.command("remove", { path: `${path}&`, recursive: true });
    await resource.up();
    assert.equal((await resource.refresh())["archive"], "in place");
  });
}

test("read() takes versions that are a link to a folder elsewhere as they are", async (t) => {
  const { resource, raw } = await bringUp(t);
  const path = `${BUILD_FOLDER}/versions`;
  await raw.command("move", { source_path: path, destination_path: "//home/daily/moved" });
  await raw.command("link", { target_path: "//home/daily/moved", link_path: path });
  assert.equal((await resource.refresh())["archive"], "in place");
});

test("read() says what looks like a wrapper and is nobody's, which is no drift", async (t) => {
  const { resource, raw } = await bringUp(t);
  const path = `${BUILD_FOLDER}/operation_wrapper_mine_map.sh`;
  await raw.create("file", path);
  resource.lines.length = 0;
  assert.equal((await resource.refresh())["archive"], "in place");
  assert.deepEqual(resource.lines, [
    `"${path}" was not published by this resource: remove it if nobody needs it`,
  ]);
});

test("read() goes by what is recorded on the cluster where an earlier release kept nothing in state", async (t) => {
  const { resource, raw } = await bringUp(t);
  const { sha256: _, md5: __, bytes: ___, __known: known, ...kept } = resource.outputs ?? {};
  const { parts: ____, ...follows } = Object(known);
  resource.outputs = { ...kept, __known: follows };
  assert.equal((await resource.refresh())["archive"], "in place");
  await raw.set(`${BUILD_FOLDER}/${WRAPPER}/@ytcode_sha256`, sha256("else"));
  assert.equal(
    (await resource.refresh())["archive"],
    `wrapper altered: ${BUILD_FOLDER}/${WRAPPER}: belongs to another version`,
  );
});

test("read() gives the inputs back when all is in place, in one request that changes nothing", async (t) => {
  const { resource, raw, cluster } = await bringUp(t);
  const inputs = await resource.checked();
  const { outputs } = resource;
  const before = await describeNodes(raw, "/");
  cluster.clearRequests();
  assert.deepEqual(await resource.refresh(), inputs);
  assert.equal(cluster.requests.length, 1);
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
  resource.settings = { ...resource.settings, clock: createRecordingClock() };
  await assert.rejects(resource.refresh(), {
    name: "UnreachableError",
    message:
      `Cannot list "${BUILD_FOLDER}" as cluster "${host}" does not answer: connection to ` +
      `${host} refused (ECONNREFUSED): set its address with ` +
      '"ytcode config set yt:proxy HOST:PORT" or YT_PROXY',
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
