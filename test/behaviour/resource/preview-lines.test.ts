/** The lines of a preview, and whether they are what the update then does: by the archives on the cluster, with `tar`. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { DECLARER_KEY } from "../../../provider/resource/arguments.ts";
import { diff } from "../../../provider/resource/diff.ts";
import {
  announceChange,
  announceCreate,
  announceDrift,
} from "../../../provider/resource/preview/announce.ts";
import { PreviewNotes } from "../../../provider/resource/preview/notes.ts";
import { makeTree } from "../../tools/temporary-tree.ts";
import { BUILD_FOLDER, configuration, makeProjectWithCluster } from "./lifecycle.ts";
import type { TestResource } from "./lifecycle.ts";

/** Previews as the handler does, in a run of its own. @returns the lines without the warnings */
async function preview(resource: TestResource): Promise<readonly string[]> {
  const notes = new PreviewNotes();
  resource.settings = { ...resource.settings, notes };
  const lines: string[] = [];
  const log = (line: string): void => {
    lines.push(line);
  };
  const { settings, outputs } = resource;
  const inputs = await resource.checked();
  if (outputs === undefined) {
    announceCreate(inputs, { settings, notes, log });
    return lines;
  }
  const found = diff(outputs, inputs);
  if (found.changes || found.replaces.length > 0) {
    announceChange(outputs, inputs, found, { settings, notes, log });
  }
  return lines;
}

type World = Awaited<ReturnType<typeof makeProjectWithCluster>>;

/** Extracts what is live on the cluster. */
async function extract(t: TestContext, { raw }: World, folder = BUILD_FOLDER): Promise<string> {
  const directory = await makeTree(t);
  const archive = path.join(directory, "source.tar.gz");
  await writeFile(archive, await raw.read(`${folder}/source.tar.gz`));
  const tree = path.join(directory, "tree");
  await mkdir(tree);
  execFileSync("tar", ["-xzf", archive, "-C", tree]);
  return tree;
}

/** What differs between two trees, as git counts it: `+3 -1 stages/clean/src/mapper.py`. */
function differences(before: string, after: string): readonly string[] {
  const args = ["diff", "--no-index", "--no-renames", "--numstat", before, after];
  try {
    execFileSync("git", args, { encoding: "utf8" });
    return [];
  } catch (error) {
    const text = error instanceof Error && "stdout" in error ? String(error.stdout) : "";
    return text
      .trimEnd()
      .split("\n")
      .map((line) =>
        line.replace(/^(\S+)\t(\S+)\t.*\/tree\/(.*)$/, "+$1 -$2 $3").replace(/}$/, ""),
      );
  }
}

test("a preview tells what a create, an edit, a revert and no change do", async (t) => {
  const world = await makeProjectWithCluster(t);
  const resource = world.declare(world.url);
  assert.deepEqual(await preview(resource), [
    "daily: new archive: 2 stages (clean, score), 14 files, 21.7 KiB",
  ]);
  await resource.up();
  assert.deepEqual(await preview(resource), []);

  const before = await extract(t, world);
  await world.edit({ "stages/clean/src/mapper.py": "import sys\nprint('cleaner')\n" });
  const [line = "", ...more] = await preview(resource);
  assert.deepEqual(more, []);
  const [, facts, size] = /^daily: (.*), about (\S+) KiB to send$/.exec(line) ?? [];
  assert.equal(facts, "1 of 2 stages changes: clean (src/mapper.py +2 -1); 1 of 14 files");
  resource.lines.length = 0;
  await resource.up();
  assert.deepEqual(differences(before, await extract(t, world)), [
    "+2 -1 stages/clean/src/mapper.py",
  ]);
  const [, sent] = / (\S+) KiB sent$/.exec(resource.lines.at(-1) ?? "") ?? [];
  assert.ok(Math.abs(Number(size) / Number(sent) - 1) < 0.2, `${size} is not about ${sent}`);
  assert.deepEqual(await preview(resource), []);
});

test("a preview tells how much is sent of a large archive at most, as just the pieces that change are", async (t) => {
  const world = await makeProjectWithCluster(t);
  await world.edit({
    "configs/config.yaml": configuration(["score"]).replace(
      "pipeline:",
      "pipeline:\n  upload_paths: [{source: lib/model.bin}]",
    ),
    "lib/model.bin": randomBytes(34 << 20).toString("base64"),
  });
  const resource = world.declare(world.url);
  await resource.up();
  await world.edit({ "stages/score/src/vanilla.py": "print('scored')\n" });
  assert.match((await preview(resource)).join("\n"), /, up to 3\d(\.\d)? MiB to send$/);
});

test("a preview tells of stages and parts that come and go, and of lost texts and files", async (t) => {
  const world = await makeProjectWithCluster(t);
  const resource = world.declare(world.url);
  await resource.up();
  const before = await extract(t, world);
  await rm(path.join(world.pipeline, "stages/score/config.yaml"));
  await world.edit({
    "configs/config.yaml": configuration(["score", "train"]).replace(
      "pipeline:",
      "pipeline:\n  upload_paths: [{source: lib/words.txt}]",
    ),
    "stages/train/config.yaml": "",
    "stages/train/src/vanilla.py": "print()\n",
    "lib/words.txt": "a\n",
  });
  const [line = ""] = await preview(resource);
  assert.match(
    line,
    /^daily: 1 of 2 stages changes: score \(config\.yaml removed\); stage train is new; stage clean is removed; \.\/words\.txt is new; 4 of 14 files, 4 removed, about /,
  );
  await resource.up();
  const changes = differences(before, await extract(t, world));
  assert.equal(changes.length, 8);
});

test("a preview without what was remembered counts no lines", async (t) => {
  const world = await makeProjectWithCluster(t, { "stages/clean/src/only_here.py": "1\n" });
  const resource = world.declare(world.url);
  const cache = process.env["YTCODE_CACHE_DIR"];
  process.env["YTCODE_CACHE_DIR"] = "off";
  t.after(() => {
    process.env["YTCODE_CACHE_DIR"] = cache;
  });
  await resource.up();
  await world.edit({ "stages/clean/src/mapper.py": "print('unknown before')\n" });
  const [line = ""] = await preview(resource);
  assert.match(
    line,
    /^daily: 1 of 2 stages changes: clean \(src\/mapper\.py lines unknown\); 1 of 15 files, about \S+ KiB to send$/,
  );
});

test("a preview tells of configuration, mode and build folder", async (t) => {
  const world = await makeProjectWithCluster(t);
  const resource = world.declare(world.url);
  await resource.up();
  const { args } = resource;
  await world.edit({
    "configs/config.yaml": `${configuration(["clean", "score"])}  # nothing\n`.replace(
      "pipeline:",
      "pipeline:\n  allow_secrets: [x]",
    ),
  });
  const lines = [await preview(resource)];
  await resource.up();
  resource.args = { ...args, mode: "dev" };
  lines.push(await preview(resource));
  await resource.up();
  await world.edit({ "stages/clean/src/mapper.py": "print('x')\n" });
  lines.push(await preview(resource));
  resource.args = args;
  lines.push(await preview(resource));
  await world.edit({ "stages/clean/src/mapper.py": "print('clean')\n" });
  resource.args = { ...args, buildFolder: "//home/moved" };
  lines.push(await preview(resource));
  assert.deepEqual(
    lines.flat().map((line) => line.replace(/about \S+ KiB/, "about …")),
    [
      "daily: configuration changes; the archive stays the same",
      `daily: mode prod becomes dev: what is published stays as it is; built locally`,
      "daily: 1 of 2 stages changes: clean (src/mapper.py +1 -1); 1 of 14 files, built locally",
      `daily: mode dev becomes prod: published to ${BUILD_FOLDER}; 1 of 2 stages changes: clean (src/mapper.py +1 -1); 1 of 14 files, about … to send`,
      `daily: build folder ${BUILD_FOLDER} becomes //home/moved: published there first, then removed from ${BUILD_FOLDER}; mode dev becomes prod: published to //home/moved; about … to send`,
    ],
  );
  assert.equal(await resource.up(), "replace");
  assert.equal(await world.raw.exists("//home/moved/source.tar.gz"), true);
  assert.equal(await world.raw.exists(BUILD_FOLDER), false);
});

test("a preview tells of drift as drift, and once with the refresh of the same run", async (t) => {
  const world = await makeProjectWithCluster(t);
  const resource = world.declare(world.url);
  await resource.up();
  await world.raw.remove(`${BUILD_FOLDER}/source.tar.gz`);
  await resource.refresh();
  const sentence = "daily: on the cluster source.tar.gz is missing; up publishes it again";
  assert.deepEqual(await preview(resource), [sentence]);

  const { settings, outputs = {} } = resource;
  const notes = new PreviewNotes();
  const lines: string[] = [];
  const context = { settings, notes, log: (line: string) => lines.push(line) };
  announceDrift(outputs, context);
  const inputs = await resource.checked();
  announceChange(outputs, inputs, diff(outputs, inputs), context);
  // A refresh compares the other way round.
  announceChange(inputs, outputs, diff(inputs, outputs), context);
  assert.deepEqual(lines, [sentence]);
  await resource.up();
  assert.deepEqual(await preview(resource), []);
  assert.equal(await world.raw.exists(`${BUILD_FOLDER}/source.tar.gz`), true);
});

test("a preview of a promotion tells which version, when, by whom, and what changes", async (t) => {
  const world = await makeProjectWithCluster(t);
  const source = world.declare(world.url, undefined, { stack: "dev" });
  await source.up();
  const first = { digest: source.text("digest").slice(0, 12), sha256: source.text("sha256") };
  const args = { promoteFrom: source.outputs ?? {}, buildFolder: "//home/daily/prod" };
  const target = world.declare(world.url, args);
  const lines = [await preview(target)];
  await target.up();
  lines.push(await preview(target));
  const before = await extract(t, world, "//home/daily/prod");
  await world.edit({ "stages/clean/src/mapper.py": "print('cleaner')\n" });
  await source.up();
  const second = source.text("digest").slice(0, 12);
  target.args = { ...target.args, promoteFrom: source.outputs ?? {} };
  lines.push(await preview(target));
  await target.up();
  const after = await extract(t, world, "//home/daily/prod");
  assert.deepEqual(differences(before, after), ["+1 -1 stages/clean/src/mapper.py"]);
  target.args = { ...target.args, sha256: first.sha256 };
  lines.push(await preview(target));
  const published = /published \d{4}-\d\d-\d\d \d\d:\d\d by/;
  assert.deepEqual(
    lines.flat().map((line) => line.replace(published, "published … by")),
    [
      `daily: promotes ${first.digest} (published … by stack dev) to //home/daily/prod: new archive: 2 stages (clean, score), 14 files, ${archiveSize(source)}`,
      `daily: promotes ${second} (published … by stack dev) to //home/daily/prod: 1 of 2 stages changes: clean (src/mapper.py +1 -1); 1 of 14 files`,
      `daily: back to ${first.digest} (published … by stack prod, pinned) in //home/daily/prod: 1 of 2 stages changes: clean (src/mapper.py +1 -1); 1 of 14 files`,
    ],
  );
});

/** Both versions have about the same size. */
function archiveSize({ outputs }: TestResource): string {
  return `${(Number(outputs?.["bytes"]) / 1024).toFixed(1)} KiB`;
}

test("a preview tells of a move as the options of the program have it", async (t) => {
  const world = await makeProjectWithCluster(t);
  const resource = world.declare(world.url);
  await resource.up();
  const { args, settings, outputs = {} } = resource;
  const moved = `daily: build folder ${BUILD_FOLDER} becomes //home/moved: `;
  for (const [options, line] of [
    [{}, `published there first, then removed from ${BUILD_FOLDER}`],
    [{ deletesFirst: true }, `removed from ${BUILD_FOLDER} first, then published there`],
    [{ retains: true }, `published there, what is in ${BUILD_FOLDER} stays`],
  ] as const) {
    const notes = new PreviewNotes();
    const declarer = { resource: "daily", project: "sales", stack: "prod", ...options };
    resource.args = { ...args, buildFolder: "//home/moved", __declarer: declarer };
    notes.keepPurpose(resource.args);
    const lines: string[] = [];
    const inputs = await resource.checked();
    assert.deepEqual(Object.keys(inputs[DECLARER_KEY]), ["resource", "project", "stack"]);
    const log = (text: string): void => {
      lines.push(text);
    };
    announceChange(outputs, inputs, diff(outputs, inputs), { settings, notes, log });
    assert.deepEqual(
      lines.map((text) => text.replace(/; about .*$/, "")),
      [`${moved}${line}`],
    );
  }
});

test("a check warns of a part in ignoreChanges that the archive does not have", async (t) => {
  const world = await makeProjectWithCluster(t);
  const resource = world.declare(world.url);
  const ignoreChanges = ["stages/typo", "stages/clean", "lib/*"];
  resource.args = { ...resource.args, __changeOptions: { ignoreChanges } };
  await resource.checked();
  assert.deepEqual(resource.lines, [
    'daily: Warning: ignoreChanges has no effect for "stages/typo", which is no part of the archive: ' +
      "it has wrappers/, stages/clean, stages/score, ytjobs/",
  ]);
});

test("a preview says that it does not know yet what depends on another resource", async (t) => {
  const world = await makeProjectWithCluster(t);
  const resource = world.declare(world.url);
  await resource.up();
  const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
  resource.args = { ...resource.args, pipeline: unknown };
  assert.deepEqual(await preview(resource), [
    "daily: what it will hold is known when the resources are there that it takes arguments from",
  ]);
});
