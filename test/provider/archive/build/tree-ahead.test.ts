/** Trees that are written while their files are hashed: taken by the build as they are, and gone otherwise. */
import assert from "node:assert/strict";
import { existsSync, statSync } from "node:fs";
import { mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { buildArchive } from "../../../../provider/archive/build/build.ts";
import { cleanBuild } from "../../../../provider/archive/build/local-build.ts";
import { hashAndPack } from "../../../../provider/archive/build/pack-ahead.ts";
import { TreeAhead } from "../../../../provider/archive/build/tree-ahead.ts";
import type { Manifest } from "../../../../provider/manifest/manifest.ts";
import { readManifest } from "../../../../provider/manifest/read-manifest.ts";
import { DEFAULT_CONFIGURATION_FILE } from "../../../../provider/pipeline/defaults.ts";
import { configurationWith, makePipeline } from "../../../tools/small-pipeline.ts";

/** Enough content to be packed ahead. */
const FILES = {
  "configs/config.yaml": configurationWith("upload_paths: [{source: lib}]"),
  "lib/a/deep/x.py": "x = 1\n".repeat(150_000),
  "lib/a/y.py": "y = 1\n".repeat(150_000),
  "lib/b.py": "b = 1\n".repeat(150_000),
  "lib/large.bin": Buffer.alloc(3 << 20, "large"),
};

function begin(folder: string): TreeAhead {
  const ahead = TreeAhead.begin(folder, DEFAULT_CONFIGURATION_FILE);
  assert.ok(ahead !== undefined);
  return ahead;
}

/** With files that nothing is remembered of. */
async function makeNew(t: TestContext): Promise<string> {
  const stamp = `# ${process.pid} ${Date.now()}\n`;
  return makePipeline(t, {
    ...FILES,
    "lib/a/deep/x.py": `${stamp}${FILES["lib/a/deep/x.py"]}`,
    "lib/larger.bin": Buffer.alloc((5 << 20) + 3, stamp),
  });
}

async function readAhead(folder: string, ahead: TreeAhead): Promise<Manifest> {
  return readManifest({
    pipelineDirectory: folder,
    hashPart: (entries) => hashAndPack(entries, ahead),
  });
}

async function assertTree(manifest: Manifest, tree: string): Promise<void> {
  const files = manifest.parts.flatMap((part) => part.files);
  for (const file of files) {
    const place = path.join(tree, file.path);
    assert.equal(statSync(place).mode & 0o7777, file.mode, file.path);
    const { content } = file;
    const wanted =
      content.type === "text" ? Buffer.from(content.text) : await readFile(content.file);
    assert.ok(wanted.equals(await readFile(place)), file.path);
  }
  const names = await readdir(tree, { recursive: true, withFileTypes: true });
  assert.equal(names.filter((name) => name.isFile()).length, files.length);
}

test("buildArchive() takes the files that were written ahead, and writes those that are missing", async (t) => {
  const folder = await makeNew(t);
  using ahead = begin(folder);
  const manifest = await readAhead(folder, ahead);
  const staged = path.join(folder, ".build", ahead.name);
  const inode = statSync(path.join(staged, "lib/a/y.py")).ino;
  await rm(path.join(staged, "lib/a/deep"), { recursive: true });
  const largest = statSync(path.join(staged, "lib/larger.bin")).ino;
  const { tree, compressedBytes } = await buildArchive(manifest, { ahead });
  assert.equal(statSync(path.join(tree, "lib/a/y.py")).ino, inode, "it was not written again");
  assert.equal(statSync(path.join(tree, "lib/larger.bin")).ino, largest);
  assert.ok(compressedBytes > 5 << 20, "the pieces of large files count as compressed");
  await assertTree(manifest, tree);
  assert.equal(existsSync(staged), false);
  assert.equal(TreeAhead.begin(folder, DEFAULT_CONFIGURATION_FILE), undefined, "there is a tree");
});

test("buildArchive() takes nothing that was written ahead when a tree has come meanwhile", async (t) => {
  const folder = await makeNew(t);
  using ahead = begin(folder);
  const manifest = await readAhead(folder, ahead);
  const { tree } = await buildArchive(manifest);
  assert.deepEqual((await readdir(path.dirname(tree))).toSorted(), ["source", "source.tar.gz"]);
  await buildArchive(manifest, { ahead });
  await assertTree(manifest, tree);
});

test("a build removes what another was writing ahead when it was killed, and so does cleanBuild()", async (t) => {
  const folder = await makePipeline(t, { "lib/a.py": "" });
  const left = path.join(folder, ".build/.source-0123456789ab/lib");
  await mkdir(left, { recursive: true });
  const manifest = await readManifest({ pipelineDirectory: folder });
  await buildArchive(manifest);
  assert.equal(existsSync(left), false);
  await mkdir(left, { recursive: true });
  cleanBuild(folder);
  assert.equal(existsSync(path.join(folder, ".build")), false);
});

test("TreeAhead leaves nothing when there is no build, and writes through no link", async (t) => {
  const folder = await makeNew(t);
  {
    using ahead = begin(folder);
    await readAhead(folder, ahead);
    assert.equal(existsSync(path.join(folder, ".build", ahead.name)), true);
  }
  assert.equal(existsSync(path.join(folder, ".build")), false);
  await mkdir(path.join(folder, "elsewhere"));
  await symlink("elsewhere", path.join(folder, ".build"));
  using linked = begin(folder);
  assert.equal(linked.place(), undefined);
  await rm(path.join(folder, ".build"));
  await writeFile(path.join(folder, ".build"), "");
  using inFile = begin(folder);
  assert.equal(inFile.place(), undefined);
});
