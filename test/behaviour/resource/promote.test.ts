/** Promotions, inside a cluster and between two. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { changedInputs } from "../../../provider/resource/inputs.ts";
import type { Properties } from "../../../provider/resource/arguments.ts";
import { readSettings } from "../../../provider/resource/settings.ts";
import {
  BUILD_FOLDER,
  configuration,
  describeNodes,
  makeProject,
  makeProjectWithCluster,
  md5,
  sha256,
  STABLE_NAMES,
  startCluster,
} from "./lifecycle.ts";
import type { TestResource } from "./lifecycle.ts";

const PROD_FOLDER = "//home/daily/prod";

/** A source that is up, and what promotes from it. */
async function makePromotion(t: TestContext) {
  const world = await makeProjectWithCluster(t);
  const source = world.declare(world.url, undefined, { stack: "dev" });
  await source.up();
  const target = world.declare(world.url, promotionOf(source.outputs));
  return { ...world, source, target };
}

/** The arguments of a promotion from some outputs, as a stack reference gives them. */
function promotionOf(outputs: Properties | undefined): Properties {
  return { promoteFrom: outputs ?? {}, buildFolder: PROD_FOLDER };
}

/** The one failure of a check. */
async function failureOf(resource: TestResource): Promise<unknown> {
  const { failures } = await resource.check();
  assert.equal(failures.length, 1);
  return failures[0];
}

for (const clusters of ["inside one cluster", "between two clusters"]) {
  test(`sync() promotes the same bytes ${clusters}`, async (t) => {
    const { source, target, ...world } = await makePromotion(t);
    const sameCluster = clusters === "inside one cluster";
    const other = sameCluster ? world : await startCluster(t);
    target.args = { ...target.args, proxy: other.cluster.url };
    const inputs = await target.checked();
    other.cluster.clearRequests();
    await target.create(inputs);

    assert.equal(other.count("write_file"), sameCluster ? 0 : STABLE_NAMES.length);
    const versionFolder = `${PROD_FOLDER}/versions/${source.text("digest")}`;
    const promotedFrom = {
      proxy: world.url,
      buildFolder: BUILD_FOLDER,
      sha256: source.text("sha256"),
    };
    const { outputs = {} } = target;
    assert.deepEqual(outputs["promotedFrom"], promotedFrom);
    assert.equal(outputs["archivePath"], `${PROD_FOLDER}/source.tar.gz`);
    assert.equal(outputs["versionPath"], `${versionFolder}/source.tar.gz`);
    for (const name of ["digest", "sha256", "md5", "bytes"]) {
      assert.equal(outputs[name], source.outputs?.[name], name);
    }
    for (const folder of [PROD_FOLDER, versionFolder]) {
      for (const name of STABLE_NAMES) {
        const bytes = await other.raw.read(`${folder}/${name}`);
        assert.deepEqual(bytes, await world.raw.read(`${BUILD_FOLDER}/${name}`));
      }
      const recorded = await other.raw.get(`${folder}/source.tar.gz/@ytcode_promoted_from`);
      assert.deepEqual(recorded, {
        proxy: world.url,
        build_folder: BUILD_FOLDER,
        sha256: source.text("sha256"),
      });
    }
    assert.deepEqual(await target.refresh(), inputs);
    assert.equal(await target.up(), "same");
  });
}

/** A source on a cluster with the token "one", and its promotion to a cluster with the token "two". */
async function makeTwoTokens(
  t: TestContext,
  config: (from: string, to: string) => Record<string, string>,
) {
  const from = await startCluster(t, "one");
  const to = await startCluster(t, "two");
  const project = await makeProject(t);
  const source = project.declare(from.cluster.url, undefined, { stack: "dev" });
  source.settings = { ...source.settings, token: "one" };
  await source.up();
  const target = project.declare(to.cluster.url, promotionOf(source.outputs));
  const settings = config(new URL(from.cluster.url).host, new URL(to.cluster.url).host);
  const environment = { HOME: project.directory };
  const read = readSettings((key) => settings[key], environment, project.directory);
  target.settings = { ...target.settings, ...read, proxy: to.cluster.url };
  return { from, to, target };
}

/** How the tokens of two clusters are set. */
const TWO_TOKENS: Readonly<Record<string, (from: string, to: string) => Record<string, string>>> = {
  "yt:tokens": (from) => ({ "yt:token": "two", "yt:tokens": JSON.stringify({ [from]: "one" }) }),
  "yt:token": (from, to) => ({ "yt:token": JSON.stringify({ [from]: "one", [to]: "two" }) }),
};

for (const [setting, config] of Object.entries(TWO_TOKENS)) {
  test(`sync() promotes between clusters with the token that ${setting} has for each`, async (t) => {
    const { from, to, target } = await makeTwoTokens(t, config);
    from.cluster.clearRequests();
    to.cluster.clearRequests();
    await target.checked();
    // A preview asks the source, and nobody else.
    assert.notDeepEqual(from.cluster.requests, []);
    assert.deepEqual(to.cluster.requests, []);
    assert.equal(await target.up(), "create");
    assert.equal(await to.raw.exists(`${PROD_FOLDER}/source.tar.gz`), true);
  });
}

test("check() of a promotion sends the stack's token to no other cluster", async (t) => {
  // The right one, so that it would do if it were sent.
  const { from, target } = await makeTwoTokens(t, () => ({ "yt:token": "one" }));
  const { host } = new URL(from.cluster.url);
  assert.deepEqual(await failureOf(target), {
    property: "promoteFrom",
    reason:
      `Cannot list "${BUILD_FOLDER}" on cluster "${from.cluster.url}": ` +
      `the cluster wants a token: set "${host}" in yt:tokens (Client is missing credentials)`,
  });
});

test("check() of a promotion names the changed stages and no others, and changes nothing", async (t) => {
  const { source, target, ...world } = await makePromotion(t);
  await target.up();
  await world.edit({ "stages/score/src/vanilla.py": "print('better')\n" });
  await source.up();
  target.args = { ...target.args, ...promotionOf(source.outputs) };
  const before = await describeNodes(world.raw, "/");
  const inputs = await target.checked();
  assert.deepEqual(changedInputs(target.outputs ?? {}, inputs), ["stages/score"]);
  assert.deepEqual(await describeNodes(world.raw, "/"), before);
  assert.equal(await target.up(), "update");
  assert.match(target.lines.at(-1) ?? "", /, 3 of 4 parts reused, 0 B sent$/);
});

test("sync() promotes the version that was declared, although the source has moved on", async (t) => {
  const { source, target, ...world } = await makePromotion(t);
  const declared = source.text("sha256");
  await world.edit({ "stages/score/src/vanilla.py": "print('better')\n" });
  await source.up();
  assert.notEqual(source.text("sha256"), declared);
  await target.up();
  assert.equal(target.text("sha256"), declared);
  const archive = await world.raw.read(`${PROD_FOLDER}/source.tar.gz`);
  assert.equal(sha256(archive), declared);
});

test("remove() of a promoted archive leaves the source alone", async (t) => {
  const { source, target, raw } = await makePromotion(t);
  await target.up();
  const version = `${BUILD_FOLDER}/versions/${source.text("digest")}`;
  const mark = `ytcode_kept_for_${target.id}`;
  const { [version]: _, ...before } = await describeNodes(raw, BUILD_FOLDER);
  const { [mark]: isMarked, ...attributes } = Object(await raw.get(`${version}/@user_attributes`));
  assert.ok(isMarked);
  await target.destroy();
  assert.equal(await raw.exists(PROD_FOLDER), false);
  // Only the mark is gone from the version that was in use.
  const { [version]: __, ...after } = await describeNodes(raw, BUILD_FOLDER);
  assert.deepEqual(after, before);
  assert.deepEqual(await raw.get(`${version}/@user_attributes`), attributes);
  assert.deepEqual(await source.refresh(), await source.checked());
});

test("check() refuses to promote from dev mode", async (t) => {
  const world = await makeProjectWithCluster(t);
  const source = world.declare(world.url, { pipeline: "daily", mode: "dev" });
  await source.up();
  const target = world.declare(world.url, promotionOf(source.outputs));
  assert.deepEqual(await failureOf(target), {
    property: "promoteFrom",
    reason:
      "Cannot promote from an archive in dev mode as nothing of it is on a cluster: " +
      'bring its stack up with mode "prod" first',
  });
});

test("check() refuses to promote what is missing on the source's cluster", async (t) => {
  const { source, target, raw, url } = await makePromotion(t);
  await raw.remove(BUILD_FOLDER);
  assert.deepEqual(await failureOf(target), {
    property: "promoteFrom",
    reason:
      `Cannot promote from "${BUILD_FOLDER}" on cluster "${url}" as no version there has ` +
      `digest ${source.text("digest")}: there are none`,
  });
});

test("check() refuses to promote what was altered on the source's cluster", async (t) => {
  const { source, target, raw, url } = await makePromotion(t);
  const versionFolder = `${BUILD_FOLDER}/versions/${source.text("digest")}`;
  await raw.write(`${BUILD_FOLDER}/source.tar.gz`, "other");
  await raw.write(`${versionFolder}/source.tar.gz`, "other");
  const failure = await failureOf(target);
  assert.deepEqual(failure, {
    property: "promoteFrom",
    reason:
      `Cannot promote "${BUILD_FOLDER}/source.tar.gz" on cluster "${url}" as it was written anew: ` +
      `its MD5 is ${md5("other")}, recorded is ${source.text("md5")}: publish it again in its own stack`,
  });
});

test("check() refuses to promote when another pipeline has taken the source's place", async (t) => {
  const { source, target, ...world } = await makePromotion(t);
  const declared = source.text("digest");
  await source.destroy();
  await world.edit({ "../hourly/configs/config.yaml": configuration(["run"]) });
  await world.edit({ "../hourly/stages/run/src/mapper.py": "print('hourly')\n" });
  const hourly = world.declare(world.url, { pipeline: "hourly" }, { resource: "hourly" });
  await hourly.up();
  const versionFolder = `${BUILD_FOLDER}/versions/${hourly.text("digest")}`;
  const made = await world.raw.get(`${versionFolder}/@creation_time`);
  assert.deepEqual(await failureOf(target), {
    property: "promoteFrom",
    reason:
      `Cannot promote from "${BUILD_FOLDER}" on cluster "${world.url}" as no version there has ` +
      `digest ${declared}: there are ${hourly.text("sha256")} of ${String(made)}`,
  });
});

test("sync() refuses a source that was altered between check() and it", async (t) => {
  const { source, target, raw, url } = await makePromotion(t);
  const inputs = await target.checked();
  const versionFolder = `${BUILD_FOLDER}/versions/${source.text("digest")}`;
  await raw.remove(`${versionFolder}/${STABLE_NAMES[0]}`);
  const before = await describeNodes(raw, "/");
  await assert.rejects(target.create(inputs), {
    name: "UserError",
    message:
      `Cannot promote "${versionFolder}/${STABLE_NAMES[0]}" on cluster "${url}" as it is missing: ` +
      "publish it again in its own stack",
    argument: "promoteFrom",
  });
  assert.deepEqual(await describeNodes(raw, "/"), before);
});

test("sync() promotes from a source without code by doing nothing", async (t) => {
  const world = await makeProjectWithCluster(t, { "configs/config.yaml": configuration([]) });
  const source = world.declare(world.url);
  await source.up();
  const target = world.declare(world.url, promotionOf(source.outputs));
  assert.equal(await target.up(), "create");
  assert.deepEqual(target.lines, ["daily: No enabled stage has code: nothing to build or upload"]);
  assert.deepEqual(target.outputs?.["stages"], {});
  assert.equal(await target.up(), "same");
  await target.destroy();
  assert.deepEqual(world.cluster.requests, []);
});
