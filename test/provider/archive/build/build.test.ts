/** The local build: what is written, and what is refused. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { buildArchive } from "../../../../provider/archive/build/build.ts";
import { cleanBuild } from "../../../../provider/archive/build/local-build.ts";
import type { Manifest } from "../../../../provider/manifest/manifest.ts";
import { readManifest } from "../../../../provider/manifest/read-manifest.ts";
import { configurationWith, makePipeline } from "../../../tools/small-pipeline.ts";
import { addToTree, makeTree } from "../../../tools/temporary-tree.ts";

/** Larger than the pieces that files are read in, so that it is copied before it is read. */
const LARGE = Buffer.alloc((2 << 20) + 1, "large");

async function makeManifest(t: TestContext): Promise<{ folder: string; manifest: Manifest }> {
  const folder = await makePipeline(t, {
    "configs/config.yaml": configurationWith("upload_paths: [{source: lib}]"),
    "lib/small.txt": "small",
    "lib/large.bin": LARGE,
  });
  return { folder, manifest: await readManifest({ pipelineDirectory: folder }) };
}

test("buildArchive() reports the bytes that it wrote", async (t) => {
  const { folder, manifest } = await makeManifest(t);
  const { file, tree, sha256, md5, sizeBytes } = await buildArchive(manifest);
  assert.equal(file, path.join(folder, ".build/source.tar.gz"));
  assert.equal(tree, path.join(folder, ".build/source"));
  const bytes = await readFile(file);
  const digest = (name: string): string => createHash(name).update(bytes).digest("hex");
  assert.deepEqual(
    { sha256, md5, sizeBytes },
    { sha256: digest("sha256"), md5: digest("md5"), sizeBytes: bytes.length },
  );
  assert.deepEqual((await readdir(path.dirname(file))).toSorted(), ["source", "source.tar.gz"]);
});

test("buildArchive() removes what an earlier build has left", async (t) => {
  const { folder, manifest } = await makeManifest(t);
  await addToTree(folder, {
    ".build/source/gone/x": "",
    ".build/source/lib/small.txt/y": "a directory where a file goes",
    ".build/source.tar.gz": "old",
    ".build/source.tar.gz.partial": "old",
  });
  const { tree } = await buildArchive(manifest);
  assert.deepEqual((await readdir(path.join(folder, ".build"))).toSorted(), [
    "source",
    "source.tar.gz",
  ]);
  assert.deepEqual((await readdir(tree)).toSorted(), [
    "lib",
    "operation_wrapper_run_map.sh",
    "stages",
    "ytjobs",
  ]);
  assert.equal(await readFile(path.join(tree, "lib/small.txt"), "utf8"), "small");
});

test("buildArchive() replaces a link in the place of the build folder, not what it leads to", async (t) => {
  const { folder, manifest } = await makeManifest(t);
  const elsewhere = await makeTree(t, { keep: "" });
  await addToTree(folder, { ".build": { link: elsewhere } });
  await buildArchive(manifest);
  assert.deepEqual(await readdir(elsewhere), ["keep"]);
});

for (const name of ["small.txt", "large.bin"]) {
  const changes: Record<string, (file: string) => Promise<void>> = {
    "is edited": (file) => writeFile(file, "other"),
    "is emptied": (file) => writeFile(file, ""),
    "has grown": (file) => writeFile(file, "more", { flag: "a" }),
    "has one other byte": async (file) => {
      const bytes = await readFile(file);
      bytes[bytes.length - 1] = 0;
      await writeFile(file, bytes);
    },
    "is gone": (file) => rm(file),
    "is gone with its directory": (file) => rm(path.dirname(file), { recursive: true }),
    "has become a directory": async (file) => {
      await rename(file, `${file}.old`);
      await mkdir(file);
    },
    "has become a link to nothing": async (file) => {
      await rm(file);
      await addToTree(path.dirname(file), { [name]: { link: "absent" } });
    },
  };
  for (const [fact, change] of Object.entries(changes)) {
    test(`buildArchive() refuses to pack when ${name} ${fact}, and leaves nothing`, async (t) => {
      const { folder, manifest } = await makeManifest(t);
      await buildArchive(manifest);
      const file = path.join(folder, "lib", name);
      await change(file);
      const first = fact === "is gone with its directory" ? "large.bin" : name;
      await assert.rejects(buildArchive(manifest), {
        name: "UserError",
        argument: "pipeline",
        message:
          `Cannot pack "lib/${first}" as "${path.join(folder, "lib", first)}" changed after its digest was taken: ` +
          "run the command again",
      });
      assert.ok(!(await readdir(folder)).includes(".build"));
    });
  }
}

test("buildArchive() packs the modes that the manifest has, whatever became of them", async (t) => {
  const { folder, manifest } = await makeManifest(t);
  const before = await buildArchive(manifest);
  await chmod(path.join(folder, "lib/small.txt"), 0o755);
  await chmod(path.join(folder, "lib/large.bin"), 0o700);
  assert.equal((await buildArchive(manifest)).sha256, before.sha256);
});

test("buildArchive() says so when there is no code, and leaves no archive of earlier code", async (t) => {
  const folder = await makePipeline(t);
  await buildArchive(await readManifest({ pipelineDirectory: folder }));
  await rm(path.join(folder, "stages/run/src"), { recursive: true });
  await assert.rejects(buildArchive(await readManifest({ pipelineDirectory: folder })), {
    name: "UserError",
    message:
      `Cannot build "${folder}" as no enabled stage has code: ` +
      "add mapper.py, vanilla.py or reducer.py to the src/ folder of a stage",
  });
  assert.ok(!(await readdir(folder)).includes(".build"));
});

test("cleanBuild() removes the build folder and is fine without one", async (t) => {
  const folder = await makePipeline(t, { ".build/source/x": "" });
  cleanBuild(folder);
  cleanBuild(folder);
  assert.deepEqual((await readdir(folder)).toSorted(), ["configs", "stages"]);
});

test("buildArchive() says so when a path is too long only where it is assembled", async (t) => {
  const configuration = configurationWith("upload_paths: [{source: lib}]");
  const pipelineDirectory = await makePipeline(t, { "configs/config.yaml": configuration });
  // As long as the system allows, without the zero byte at its end.
  const directory = `lib/${`${"d".repeat(99)}/`.repeat(39)}`;
  const rest = 4095 - Buffer.byteLength(`${pipelineDirectory}/${directory}`);
  const file = `${directory}${"x".repeat(rest)}`;
  await addToTree(pipelineDirectory, { [file]: "" });
  await assert.rejects(buildArchive(await readManifest({ pipelineDirectory })), {
    name: "UserError",
    message:
      `Cannot build in "${pipelineDirectory}/.build" as the path of "${file.slice(0, 60)}...${file.slice(-60)}", ` +
      `${Buffer.byteLength(file)} bytes, is longer there than the system allows: ` +
      "move the file up, or the pipeline to a shorter path",
  });
  assert.equal(existsSync(path.join(pipelineDirectory, ".build")), false);
});
