/** What a preview counts with `--diff`, where nothing here remembers what was published: it is read from the cluster. */
import assert from "node:assert/strict";
import { rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { diff } from "../../../provider/resource/diff.ts";
import { announceChange } from "../../../provider/resource/preview/announce.ts";
import { EarlierTexts } from "../../../provider/resource/preview/earlier-texts.ts";
import { PreviewNotes } from "../../../provider/resource/preview/notes.ts";
import { makeTree } from "../../tools/temporary-tree.ts";
import { BUILD_FOLDER, makeProjectWithCluster, unusedHost } from "./lifecycle.ts";
import type { TestResource } from "./lifecycle.ts";

/** Previews an update with `--diff`. @returns the lines without the warnings */
async function preview(resource: TestResource): Promise<readonly string[]> {
  const notes = new PreviewNotes();
  resource.settings = { ...resource.settings, notes };
  const { settings, outputs = {} } = resource;
  const lines: string[] = [];
  const log = (line: string): void => {
    lines.push(line.replace(/(about|up to) \S+ [KM]iB/, "$1 …"));
  };
  const inputs = await resource.checked();
  const earlier = await new EarlierTexts().fetch(outputs, inputs, settings, log);
  announceChange(outputs, inputs, diff(outputs, inputs), { settings, notes, log, earlier });
  return lines;
}

/** As on another machine: from then on nothing is remembered. */
async function forgetAll(t: TestContext): Promise<void> {
  const before = process.env["YTCODE_CACHE_DIR"];
  process.env["YTCODE_CACHE_DIR"] = path.join(await makeTree(t), "cache");
  t.after(() => {
    process.env["YTCODE_CACHE_DIR"] = before;
  });
}

test("with --diff a preview counts lines by what is on the cluster, and asks for it once", async (t) => {
  const world = await makeProjectWithCluster(t, { "stages/clean/src/logo.bin": "\0old" });
  const resource = world.declare(world.url);
  await resource.up();
  await forgetAll(t);
  await world.edit({
    "stages/clean/src/mapper.py": "import sys\nprint('clean')\nprint('cleaner')\n",
    "stages/clean/src/logo.bin": "\0new",
  });
  const line =
    "daily: 1 of 2 stages changes: clean (src/logo.bin binary, src/mapper.py +2 -0); 2 of 15 files, about … to send";
  assert.deepEqual(await preview(resource), [line]);
  world.cluster.clearRequests();
  assert.deepEqual(await preview(resource), [line]);
  assert.equal(world.cluster.requests.length, 0);
});

test("with --diff a preview says why lines stay unknown, and goes on", async (t) => {
  const world = await makeProjectWithCluster(t);
  const resource = world.declare(world.url);
  await resource.up();
  const { outputs = {} } = resource;
  await forgetAll(t);
  await world.edit({ "stages/clean/src/mapper.py": "print('x')\n" });
  const line =
    "daily: 1 of 2 stages changes: clean (src/mapper.py lines unknown); 1 of 14 files, about … to send";
  const digest = resource.text("digest");
  const archive = `"${BUILD_FOLDER}@${digest.slice(0, 12)}"`;

  resource.outputs = { ...outputs, bytes: 100 << 20 };
  assert.deepEqual(await preview(resource), [
    `daily: lines stay unknown: ${archive} has 100.0 MiB, and more than 64.0 MiB is not fetched`,
    line.replace("about", "up to"),
  ]);
  resource.outputs = { ...outputs, bytes: 100 };
  const [larger, ...rest] = await preview(resource);
  assert.equal(larger, `daily: lines stay unknown: ${archive} is larger than the state knows`);
  assert.equal(rest.length, 1);

  const nowhere = await unusedHost();
  resource.outputs = { ...outputs, __published: { proxy: nowhere, buildFolder: BUILD_FOLDER } };
  const [unreachable = "", ...others] = await preview(resource);
  assert.match(unreachable, /^daily: lines stay unknown: Cannot .*\S$/);
  assert.equal(others.length, 1);

  await world.raw.remove(`${BUILD_FOLDER}/versions/${digest}/source.tar.gz`);
  resource.outputs = outputs;
  const [missing = "", ...more] = await preview(resource);
  assert.match(
    missing,
    /^daily: lines stay unknown: Cannot read .*\/[0-9a-f]{12}\/source\.tar\.gz"/,
  );
  assert.deepEqual(more, [line]);
});

test("with --diff a preview of a promotion counts lines by both versions", async (t) => {
  const world = await makeProjectWithCluster(t);
  const source = world.declare(world.url, undefined, { stack: "dev" });
  await source.up();
  const args = { promoteFrom: source.outputs ?? {}, buildFolder: "//home/daily/prod" };
  const target = world.declare(world.url, args);
  await target.up();
  await world.edit({ "stages/clean/src/mapper.py": "print('clean')\nprint('cleaner')\n" });
  await source.up();
  target.args = { ...target.args, promoteFrom: source.outputs ?? {} };
  await forgetAll(t);
  const [line = "", ...more] = await preview(target);
  assert.deepEqual(more, []);
  assert.match(
    line,
    / to \/\/home\/daily\/prod: 1 of 2 stages changes: clean \(src\/mapper\.py \+1 -0\)/,
  );
});

test("with --diff a preview in dev mode counts lines by the local build, if it is the one of the state", async (t) => {
  const world = await makeProjectWithCluster(t);
  const resource = world.declare(world.url, { pipeline: "daily", mode: "dev" });
  await resource.up();
  await forgetAll(t);
  await world.edit({ "stages/clean/src/mapper.py": "print('clean')\n# more\n" });
  const counted =
    "daily: 1 of 2 stages changes: clean (src/mapper.py +1 -0); 1 of 14 files, built locally";
  assert.deepEqual(await preview(resource), [counted]);
  await forgetAll(t);
  const build = path.join(world.pipeline, ".build/source.tar.gz");
  await writeFile(build, "nothing");
  const [reason = "", line] = await preview(resource);
  assert.match(reason, /^daily: lines stay unknown: Cannot read "daily\/\.build\/source\.tar\.gz"/);
  assert.equal(line, counted.replace("+1 -0", "lines unknown"));
  await rm(build);
  const [missing = ""] = await preview(resource);
  assert.equal(missing, 'daily: lines stay unknown: "daily/.build/source.tar.gz" is not there');
});
