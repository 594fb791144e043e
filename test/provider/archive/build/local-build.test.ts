/** The place of a build: one for each configuration file, and none in that of another. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { buildArchive } from "../../../../provider/archive/build/build.ts";
import { cleanBuild, localBuildFolder } from "../../../../provider/archive/build/local-build.ts";
import { readManifest } from "../../../../provider/manifest/read-manifest.ts";
import { makePipeline } from "../../../tools/small-pipeline.ts";
import { addToTree, makeTree } from "../../../tools/temporary-tree.ts";

for (const [file, folder] of [
  ["configs/config.yaml", ".build"],
  ["configs/prod.yaml", ".build/prod"],
  ["configs/a b.yaml", ".build/a b"],
  // What the default build has there itself.
  ["configs/source.yaml", ".build/source-f6c0afade537"],
  ["configs/Source.yaml", ".build/Source-b093ee546415"],
  ["configs/source.tar.gz.yaml", ".build/source.tar.gz-b0655ffadebc"],
  ["configs/resource-id.yaml", ".build/resource-id-d6932f131186"],
] as const) {
  test(`localBuildFolder() gives a place of its own to ${file}`, () => {
    assert.equal(localBuildFolder(file), folder);
  });
}

test("localBuildFolder() gives no place to two files, and none outside", () => {
  const files = [
    "configs/x.yaml",
    "configs/x.yml",
    "configs/x.y.yaml",
    "configs/a/x.yaml",
    "configs/b/x.yaml",
    "x.yaml",
    "../x.yaml",
    "configs/.x.yaml",
    "configs/..yaml",
    "configs/...yaml",
    "configs/config.yml",
    "configs/config",
    "config.yaml",
    `configs/${"long".repeat(60)}1.yaml`,
    `configs/${"long".repeat(60)}2.yaml`,
  ];
  const folders = files.map(localBuildFolder);
  assert.equal(new Set(folders).size, files.length, folders.join("\n"));
  for (const folder of folders) {
    assert.equal(path.posix.normalize(folder), folder);
    assert.match(folder, /^\.build\/[^/.][^/]{0,250}$/);
  }
});

const CONFIGURATION = "stages: {enabled_stages: [run]}\n";

test("buildArchive() and cleanBuild() leave the builds for other configuration files", async (t) => {
  const pipelineDirectory = await makePipeline(t, {
    "configs/prod.yaml": CONFIGURATION,
    "configs/b/prod.yaml": `${CONFIGURATION}pipeline: {pack_stages: all}\n`,
    "stages/more/config.yaml": "",
    "stages/more/src/vanilla.py": "",
  });
  const build = async (configurationFile?: string): Promise<string> =>
    (await buildArchive(await readManifest({ pipelineDirectory, configurationFile }))).file;
  const prod = await build("configs/prod.yaml");
  const other = await build("configs/b/prod.yaml");
  const own = await build();
  assert.equal(prod, path.join(pipelineDirectory, ".build/prod/source.tar.gz"));
  assert.deepEqual([prod, other, own].map(existsSync), [true, true, true]);
  assert.equal(await build("./configs/../configs/prod.yaml"), prod);
  assert.equal(await build(path.join(pipelineDirectory, "configs/prod.yaml")), prod);
  assert.equal(await build("./configs/config.yaml"), own);
  assert.deepEqual([prod, other, own].map(existsSync), [true, true, true]);
  cleanBuild(pipelineDirectory);
  assert.deepEqual([prod, other, own].map(existsSync), [true, true, false]);
  await addToTree(pipelineDirectory, { ".build/prod/left": "", ".build/left": "" });
  await build();
  await build("configs/prod.yaml");
  assert.deepEqual((await readdir(path.dirname(prod))).toSorted(), ["source", "source.tar.gz"]);
  assert.equal(existsSync(path.join(pipelineDirectory, ".build/left")), false);
  cleanBuild(pipelineDirectory, "configs/prod.yaml");
  cleanBuild(pipelineDirectory);
  assert.deepEqual((await readdir(path.join(pipelineDirectory, ".build"))).length, 1);
  cleanBuild(pipelineDirectory, "configs/b/prod.yaml");
  assert.equal(existsSync(path.join(pipelineDirectory, ".build")), false);
});

test("buildArchive() packs no build for another configuration file", async (t) => {
  const pipelineDirectory = await makePipeline(t, {
    "configs/prod.yaml": `${CONFIGURATION}pipeline: {upload_paths: [{source: lib}]}\n`,
    "lib/.build/prod/x.txt": "",
    "lib/kept.txt": "",
  });
  const manifest = await readManifest({
    pipelineDirectory,
    configurationFile: "configs/prod.yaml",
  });
  const files = manifest.parts.flatMap((part) => part.files.map((file) => file.path));
  assert.deepEqual(
    files.filter((file) => file.startsWith("lib/")),
    ["lib/kept.txt"],
  );
});

test("buildArchive() replaces a link in the place of a build, not what it leads to", async (t) => {
  const pipelineDirectory = await makePipeline(t, { "configs/prod.yaml": CONFIGURATION });
  const elsewhere = await makeTree(t, { keep: "" });
  const configurationFile = "configs/prod.yaml";
  const build = async () =>
    buildArchive(await readManifest({ pipelineDirectory, configurationFile }));
  await addToTree(pipelineDirectory, { ".build": { link: elsewhere } });
  await build();
  cleanBuild(pipelineDirectory, configurationFile);
  await addToTree(pipelineDirectory, { ".build/prod": { link: elsewhere } });
  await build();
  assert.deepEqual(await readdir(elsewhere), ["keep"]);
});
