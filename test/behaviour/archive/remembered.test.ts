/** What is remembered changes no byte: builds after random edits, killed builds and damage, against builds from nothing. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import {
  appendFile,
  chmod,
  copyFile,
  cp,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  truncate,
  utimes,
  writeFile,
} from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { buildArchive } from "../../../provider/archive/build/build.ts";
import type { BuiltArchive } from "../../../provider/archive/build/build.ts";
import { hashAndPack } from "../../../provider/archive/build/pack-ahead.ts";
import { TreeAhead } from "../../../provider/archive/build/tree-ahead.ts";
import type { HashPart } from "../../../provider/manifest/hash-files.ts";
import { DEFAULT_CONFIGURATION_FILE } from "../../../provider/pipeline/defaults.ts";
import { readManifest } from "../../../provider/manifest/read-manifest.ts";
import { filesIn } from "../../tools/readers.ts";
import { configurationWith, makePipeline } from "../../tools/small-pipeline.ts";
import { addToTree, makeTree } from "../../tools/temporary-tree.ts";

const BUILD_PROGRAM = fileURLToPath(new URL("../../tools/build-pipeline.ts", import.meta.url));
const ROUNDS = 3;

/** Numbers that look random, and are the same for the same seed. */
class Chance {
  #state: string;

  constructor(seed: string) {
    this.#state = seed;
  }

  below(limit: number): number {
    this.#state = createHash("sha256").update(this.#state).digest("hex");
    return Number.parseInt(this.#state.slice(0, 8), 16) % limit;
  }

  of<Item>(items: readonly [Item, ...Item[]]): Item {
    return items[this.below(items.length)] ?? items[0];
  }

  /** Text, or what does not compress. */
  content(): Buffer {
    const size = this.of([0, 10, 5000, 40_000, 700_000, 1_100_000]);
    const text = Buffer.alloc(size, `${this.below(1000)} words to repeat\n`);
    return this.below(3) === 0 ? noise(size, String(this.below(1000))) : text;
  }
}

function noise(sizeBytes: number, seed: string): Buffer {
  return createHash("shake256", { outputLength: Math.max(1, sizeBytes) })
    .update(seed)
    .digest()
    .subarray(0, sizeBytes);
}

const FILES = {
  "configs/config.yaml": configurationWith("upload_paths: [{source: lib}]"),
  ...Object.fromEntries(
    Array.from({ length: 120 }, (_, index) => [
      `lib/d${index % 7}/m${index}.py`,
      `x = ${index} # a line\n`.repeat(index * 40),
    ]),
  ),
  "lib/data/noise.bin": noise(600_000, "noise"),
  "lib/data/large.bin": Buffer.alloc((3 << 20) + 5, "large"),
  "lib/data/larger.bin": noise((4 << 20) + 70_000, "larger"),
};

async function filesUnder(folder: string): Promise<readonly [string, ...string[]]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const [first, ...others] = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .toSorted();
  assert.ok(first !== undefined, `no files in "${folder}"`);
  return [first, ...others];
}

async function edit(lib: string, chance: Chance): Promise<void> {
  const file = chance.of(await filesUnder(lib));
  const edits: readonly [() => Promise<void>, ...(() => Promise<void>)[]] = [
    () => appendFile(file, "# edited\n"),
    async () => writeFile(file, chance.content()),
    async () =>
      writeFile(path.join(path.dirname(file), `n${chance.below(99)}.py`), chance.content()),
    () => rm(file),
    () => chmod(file, chance.of([0o644, 0o755])),
    () => utimes(file, chance.below(2 ** 30), chance.below(2 ** 30)),
  ];
  await chance.of(edits)();
}

/** Changes something in the tree that a build has left, as somebody might who looks around in it. */
async function tamper(tree: string, chance: Chance): Promise<void> {
  const file = chance.of(await filesUnder(tree));
  const beside = path.join(path.dirname(file), `t${chance.below(99)}`);
  const tampering: readonly [() => Promise<void>, ...(() => Promise<void>)[]] = [
    () => edit(tree, chance),
    () => rename(file, beside),
    async () => addToTree(beside, { "a/b": chance.content() }),
    () => rm(path.dirname(file), { recursive: true }),
  ];
  await chance.of(tampering)();
}

/** Cuts a file of the cache short, spoils it, or removes it: as often one of few as one of many of a kind. */
async function damage(cache: string, chance: Chance): Promise<void> {
  const entries = await readdir(cache, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const files = await filesUnder(path.join(cache, chance.of([".", ...folders.toSorted()])));
  const [file, other] = [chance.of(files), chance.of(files)];
  const damages: readonly [() => Promise<void>, ...(() => Promise<void>)[]] = [
    () => truncate(file, 20),
    () => rm(file),
    () => copyFile(other, file),
    async () => {
      const bytes = await readFile(file);
      bytes[bytes.length >> 1] = chance.below(256);
      await writeFile(file, bytes);
    },
  ];
  await chance.of(damages)();
}

async function killBuild(folder: string, afterMs: number): Promise<void> {
  const program = spawn(process.execPath, [BUILD_PROGRAM, folder], { stdio: "ignore" });
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  program.kill("SIGKILL");
  await once(program, "close");
}

/** Of a copy, by a process's cache that keeps nothing. */
async function buildFromNothing(t: TestContext, folder: string): Promise<BuiltArchive> {
  const copy = path.join(await makeTree(t), "copy");
  await cp(folder, copy, { recursive: true, filter: (source) => !source.includes(".build") });
  return withCache("off", async () =>
    buildArchive(await readManifest({ pipelineDirectory: copy })),
  );
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

for (const seed of ["one", "two"]) {
  test(`buildArchive() gives the bytes of a first build after random edits, kills and damage, seed "${seed}"`, async (t) => {
    const chance = new Chance(seed);
    const folder = await makePipeline(t, FILES);
    const cache = path.join(await makeTree(t), "cache");
    await mkdir(cache);
    await writeFile(path.join(cache, "something"), "else");
    for (let round = 0; round < ROUNDS; round++) {
      for (let count = chance.below(4); count > 0; count--) {
        await edit(path.join(folder, "lib"), chance);
      }
      const built = await withCache(cache, async () => {
        if (chance.below(2) === 0) {
          await killBuild(folder, 50 + chance.below(400));
        }
        if (chance.below(2) === 0) {
          await damage(cache, chance);
        }
        if (round > 0) {
          await tamper(path.join(folder, ".build/source"), chance);
        }
        if (chance.below(3) === 0) {
          await rm(path.join(folder, ".build"), { recursive: true, force: true });
        }
        using ahead = TreeAhead.begin(folder, DEFAULT_CONFIGURATION_FILE);
        const hashPart: HashPart | undefined =
          chance.below(3) === 0 ? undefined : (entries) => hashAndPack(entries, ahead);
        const manifest = await readManifest({ pipelineDirectory: folder, hashPart });
        return buildArchive(manifest, { ahead });
      });
      const wanted = await buildFromNothing(t, folder);
      const { sizeBytes, sha256, md5 } = wanted;
      assert.deepEqual({ ...built, sizeBytes, sha256, md5 }, built, `round ${round}`);
      assert.ok((await readFile(built.file)).equals(await readFile(wanted.file)));
      assert.deepEqual(await filesIn(built.tree), await filesIn(wanted.tree));
    }
  });
}
