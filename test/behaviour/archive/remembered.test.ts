/** What is remembered changes no byte: builds after random edits, killed builds and damage, against builds from nothing. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { buildArchive } from "../../../provider/archive/build/build.ts";
import type { BuiltArchive } from "../../../provider/archive/build/build.ts";
import { hashAndPack } from "../../../provider/archive/build/pack-ahead.ts";
import { TreeAhead } from "../../../provider/archive/build/tree-ahead.ts";
import type { HashPart } from "../../../provider/manifest/hash-files.ts";
import { DEFAULT_CONFIGURATION_FILE } from "../../../provider/pipeline/defaults.ts";
import { readManifest } from "../../../provider/manifest/read-manifest.ts";
import { filesIn } from "../../tools/readers.ts";
import type { ReadFile } from "../../tools/readers.ts";
import { runBuild } from "../../tools/run-build.ts";
import { configurationWith, makePipeline } from "../../tools/small-pipeline.ts";
import { makeTree } from "../../tools/temporary-tree.ts";
import { KILL_POINTS, killBuild } from "./killed-build.ts";
import {
  Chance,
  damage,
  edit,
  editLarge,
  editUnseen,
  noise,
  swapFolders,
  tamper,
} from "./random-edits.ts";

/** Longer than a file is too young for its signature, in ms: a build remembers what is older. */
const SETTLED_MS = 40;

/** One source of many files, of which some are large; one that is as small as most are. */
const FILES = {
  "configs/config.yaml": configurationWith(
    "upload_paths: [{source: lib}, {source: large}, {source: small}]",
  ),
  ...Object.fromEntries(
    Array.from({ length: 120 }, (_, index) => [
      `lib/d${index % 7}/m${index}.py`,
      `x = ${index} # a line\n`.repeat(index * 20),
    ]),
  ),
  "lib/data/noise.bin": noise(600_000, "noise"),
  "lib/data/large.bin": Buffer.alloc((3 << 20) + 5, "large"),
  "large/larger.bin": noise((4 << 20) + 70_000, "larger"),
  "small/one/a.py": "a = 1\n",
  "small/two/b.py": "b = 1\n",
};

/** What there is an edit of in each round: what is seen least. */
const CERTAIN = [
  (folder: string, chance: Chance) => editUnseen(path.join(folder, "lib"), chance),
  (folder: string, chance: Chance) => editUnseen(path.join(folder, "small"), chance),
  (folder: string, chance: Chance) => swapFolders(path.join(folder, "lib"), chance),
  (folder: string, chance: Chance) => editUnseen(path.join(folder, "large"), chance),
] as const;

async function editSomething(folder: string, chance: Chance): Promise<void> {
  await chance.do([
    () => edit(path.join(folder, "lib"), chance),
    () => edit(path.join(folder, "lib"), chance),
    () => edit(path.join(folder, "small"), chance),
    () => editLarge(path.join(folder, "large/larger.bin"), chance),
  ]);
}

/** Of a copy, by a process's cache that keeps nothing. */
async function buildFromNothing(t: TestContext, folder: string): Promise<BuiltArchive> {
  const copy = path.join(await makeTree(t), "copy");
  await cp(folder, copy, { recursive: true, filter: (source) => !source.includes(".build") });
  return withCache("off", async () =>
    buildArchive(await readManifest({ pipelineDirectory: copy })),
  );
}

/** With all that there is to remember. */
async function build(folder: string, chance: Chance): Promise<void> {
  using ahead = TreeAhead.begin(folder, DEFAULT_CONFIGURATION_FILE);
  const hashPart: HashPart | undefined =
    chance.below(3) === 0 ? undefined : (entries) => hashAndPack(entries, ahead);
  const manifest = await readManifest({ pipelineDirectory: folder, hashPart });
  await buildArchive(manifest, { ahead });
}

/** In another process, which knows only what is on the disk. */
async function buildElsewhere(folder: string): Promise<void> {
  const { mistake } = await runBuild(folder);
  assert.equal(mistake, undefined);
}

async function withCache<Result>(cache: string, work: () => Promise<Result>): Promise<Result> {
  const before = process.env["YTCODE_CACHE_DIR"] ?? "";
  process.env["YTCODE_CACHE_DIR"] = cache;
  try {
    return await work();
  } finally {
    process.env["YTCODE_CACHE_DIR"] = before;
  }
}

async function treeOf(folder: string): Promise<readonly ReadFile[]> {
  const files = await filesIn(folder);
  return files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

for (const [index, seed] of ["one", "two"].entries()) {
  test(`buildArchive() gives the bytes of a first build after random edits, kills and damage, seed "${seed}"`, async (t) => {
    const chance = new Chance(seed);
    const folder = await makePipeline(t, FILES);
    const cache = path.join(await makeTree(t), "cache");
    await mkdir(cache);
    await writeFile(path.join(cache, "something"), "else");
    for (const [place, point] of [...KILL_POINTS.entries()].filter(([at]) => at % 2 === index)) {
      const name = `after a build that was killed when ${point.name}`;
      for (let count = chance.below(4); count > 0; count--) {
        await editSomething(folder, chance);
      }
      await CERTAIN[place % CERTAIN.length]?.(folder, chance);
      await delay(chance.of([0, SETTLED_MS]));
      await withCache(cache, async () => {
        await killBuild(folder, cache, point);
        if (chance.below(2) === 0) {
          await damage(cache, chance);
        }
        const tree = path.join(folder, ".build/source");
        if (existsSync(tree) && (await treeOf(tree)).length > 0) {
          await tamper(tree, chance);
        }
        if (chance.below(3) === 0) {
          await rm(path.join(folder, ".build"), { recursive: true, force: true });
        }
        if (chance.below(2) === 0) {
          await editSomething(folder, chance);
        }
        await (chance.below(3) === 0 ? buildElsewhere(folder) : build(folder, chance));
      });
      const wanted = await buildFromNothing(t, folder);
      const built = path.join(folder, ".build");
      const bytes = await readFile(path.join(built, "source.tar.gz"));
      assert.ok(bytes.equals(await readFile(wanted.file)), name);
      assert.deepEqual(await treeOf(path.join(built, "source")), await treeOf(wanted.tree), name);
    }
  });
}
