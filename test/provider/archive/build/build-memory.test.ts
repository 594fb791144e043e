/** What is remembered of a build from run to run, and what is made of a memory that was damaged. */
import assert from "node:assert/strict";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import {
  BuildMemory,
  readBuild,
  writeBuild,
} from "../../../../provider/archive/build/build-memory.ts";
import type { RememberedBuild } from "../../../../provider/archive/build/build-memory.ts";
import { PLACE_NUMBERS } from "../../../../provider/archive/build/tree-places.ts";
import { makeTree } from "../../../tools/temporary-tree.ts";

const TREE = "/pipeline/.build/source";

/** Of a build with so many files. */
function madeUp(count: number): RememberedBuild {
  const files = Array.from({ length: count }, (_, index) => `ß/file ${index}`);
  const signature = { sizeBytes: 7, mtimeMs: 1.5, ctimeMs: 2.5, inode: 3 };
  return {
    archive: {
      digest: "digest",
      format: "format",
      bytes: { sizeBytes: 7, sha256: "sha256", md5: "md5" },
      signature,
      observedAtMs: 99,
    },
    places: {
      directories: ["", "ß"],
      files,
      values: files.map((file) => `644 digest of ${file}`),
      numbers: Float64Array.from({ length: (count + 2) * PLACE_NUMBERS }, (_, index) => index / 3),
    },
  };
}

test("readBuild() gives what was written of the same tree", async (t) => {
  const file = path.join(await makeTree(t), "build");
  for (const count of [0, 1, 100]) {
    const build = madeUp(count);
    writeBuild(file, TREE, build);
    assert.deepEqual(readBuild(file, TREE), build);
  }
  assert.equal(readBuild(file, "/another/.build/source"), undefined);
});

test("readBuild() takes a file that was damaged anywhere, or is of an earlier release, for none", async (t) => {
  const file = path.join(await makeTree(t), "build");
  assert.equal(readBuild(file, TREE), undefined);
  writeBuild(file, TREE, madeUp(20));
  const bytes = await readFile(file);
  for (let at = 0; at < bytes.length; at += 31) {
    const damaged = Buffer.from(bytes);
    damaged[at] = (damaged[at] ?? 0) ^ 1;
    await writeFile(file, damaged);
    assert.equal(readBuild(file, TREE), undefined, `byte ${at}`);
    await writeFile(file, bytes.subarray(0, at));
    assert.equal(readBuild(file, TREE), undefined, `cut at ${at}`);
  }
  await writeFile(file, '["lib/a.py",3,1000.5,1000.5,7,5000,"644 digest"],\n');
  assert.equal(readBuild(file, TREE), undefined);
});

test("BuildMemory keeps within the process what is not worth a file, and more than that between processes", async (t) => {
  const cache = await makeTree(t);
  const [small, large] = [madeUp(2), madeUp(100)];
  new BuildMemory("/small", cache).save(small);
  assert.deepEqual(await readdir(cache), []);
  new BuildMemory("/large", cache).save(large);
  const [name = ""] = await readdir(path.join(cache, "builds"));
  assert.deepEqual(readBuild(path.join(cache, "builds", name), "/large"), large);
  assert.equal(new BuildMemory("/small", cache).before, small);
  assert.equal(new BuildMemory("/large", cache).before, large);
  assert.equal(new BuildMemory("/other", cache).before, undefined);
  // A file that is there already does not stay behind.
  new BuildMemory("/large", cache).save(small);
  assert.deepEqual(readBuild(path.join(cache, "builds", name), "/large"), small);
});

test("BuildMemory goes on where nothing can be read or written", async (t) => {
  const cache = await makeTree(t, { file: "" });
  const build = madeUp(100);
  new BuildMemory(TREE, path.join(cache, "file")).save(build);
  assert.equal(new BuildMemory(TREE, path.join(cache, "file")).before, build);
  await mkdir(path.join(cache, "builds"));
  new BuildMemory(TREE, undefined).save(build);
});
