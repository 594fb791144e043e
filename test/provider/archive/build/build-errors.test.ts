/** Builds on a disk that is really full: what is said, and that nothing is left. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, rmSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { buildArchive } from "../../../../provider/archive/build/build.ts";
import { readManifest } from "../../../../provider/manifest/read-manifest.ts";
import { configurationWith, makePipeline } from "../../../tools/small-pipeline.ts";
import { NEEDS_MOUNT, runOnSmallDisk } from "../../../tools/mounted-disk.ts";
import { makeTree } from "../../../tools/temporary-tree.ts";

const PROGRAM = fileURLToPath(new URL("../../../tools/build-pipeline.ts", import.meta.url));

/** Builds a copy of a pipeline on a file system of that size; gives the outcome and what is left. */
async function buildOn(
  t: TestContext,
  sizeBytes: number,
  pipeline: string,
): Promise<{ readonly mistake: string; readonly left: readonly string[]; readonly place: string }> {
  const disk = await makeTree(t, { "disk/": "" });
  const [outcome = "", ...left] = runOnSmallDisk(
    path.join(disk, "disk"),
    sizeBytes,
    `cp -r "$2" "$1/daily" && "$3" "$4" "$1/daily" && echo && cd "$1/daily" &&
    find . -path './.*' -o -name '*.tar*'`,
    [pipeline, process.execPath, PROGRAM],
    { YTCODE_CACHE_DIR: path.join(disk, "cache") },
  );
  const { mistake } = JSON.parse(outcome);
  return { mistake, left, place: path.join(disk, "disk/daily") };
}

test("buildArchive() says that its folder was removed while it built", async (t) => {
  const pipeline = await makePipeline(t);
  const manifest = await readManifest({ pipelineDirectory: pipeline });
  const folder = path.join(pipeline, ".build");
  const building = buildArchive(manifest, {
    tell: async (write) => {
      const packed = await write({ expect: () => undefined, did: () => undefined });
      rmSync(folder, { recursive: true });
      return packed;
    },
  });
  await assert.rejects(building, {
    name: "UserError",
    message: `Cannot build in "${folder}" as another process removed what was built there: run the command again`,
  });
});

const CONFIGURATION = configurationWith("upload_paths: [{source: lib}]");

test(
  "buildArchive() says what it needs when the tree does not fit on the disk, and leaves nothing",
  NEEDS_MOUNT,
  async (t) => {
    const pipeline = await makePipeline(t, {
      "configs/config.yaml": CONFIGURATION,
      ...Object.fromEntries(
        Array.from({ length: 9 }, (_, index) => [`lib/${index}`, randomBytes(400_000)]),
      ),
    });
    const { mistake, left, place } = await buildOn(t, 6 << 20, pipeline);
    assert.match(
      mistake.replace(place, "PLACE"),
      /^Cannot build in "PLACE\/\.build" as there is not enough disk space: it needs 3\.5 MiB for the files and at most as much again for the archive, and [23]\.\d MiB are free; free some space, or leave files out in "\.ytignore"$/,
    );
    assert.deepEqual(left, []);
  },
);

test("buildArchive() says the same when the archive does not fit", NEEDS_MOUNT, async (t) => {
  const pipeline = await makePipeline(t, {
    "configs/config.yaml": CONFIGURATION,
    "lib/noise": randomBytes(2 << 20),
  });
  // Room for the file, its copy in the tree and half of the archive.
  const { mistake, left, place } = await buildOn(t, 5 << 20, pipeline);
  assert.match(
    mistake.replace(place, "PLACE"),
    /^Cannot build in "PLACE\/\.build" as there is not enough disk space: it needs 2\.0 MiB for the files and at most as much again for the archive, and [23]\.\d MiB are free; free some space, or leave files out in "\.ytignore"$/,
  );
  assert.deepEqual(left, []);
});

test("buildArchive() names a limit of the system, which has nothing to do with the disk", async (t) => {
  const pipeline = await makePipeline(t, {
    "configs/config.yaml": CONFIGURATION,
    "lib/noise": randomBytes(2 << 20),
  });
  const limited = 'ulimit -f 1024 && exec "$0" "$@"';
  const args = ["-c", limited, process.execPath, PROGRAM, pipeline];
  const { stdout, stderr } = spawnSync("bash", args, { encoding: "utf8" });
  assert.equal(stderr, "");
  assert.deepEqual(JSON.parse(stdout), {
    mistake:
      `Cannot build in "${pipeline}/.build" as the system lets no file grow so large: ` +
      'leave files out in ".ytignore", or have that limit raised',
  });
  assert.equal(existsSync(path.join(pipeline, ".build")), false);
});

test("buildArchive() builds where the disk is just large enough", NEEDS_MOUNT, async (t) => {
  const pipeline = await makePipeline(t, {
    "configs/config.yaml": CONFIGURATION,
    "lib/noise": randomBytes(2 << 20),
  });
  const { mistake, left } = await buildOn(t, 7 << 20, pipeline);
  assert.equal(mistake, undefined);
  assert.deepEqual(
    left.filter((name) => name.endsWith("source.tar.gz")),
    ["./.build/source.tar.gz"],
  );
});
