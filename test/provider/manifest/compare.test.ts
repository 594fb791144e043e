/** Whether a pipeline is still what was checked. */
import assert from "node:assert/strict";
import { chmod, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { assertSameParts } from "../../../provider/manifest/compare.ts";
import { fileDigests } from "../../../provider/manifest/file-digests.ts";
import type { Manifest } from "../../../provider/manifest/manifest.ts";
import { readManifest } from "../../../provider/manifest/read-manifest.ts";
import { configurationWith, makePipeline } from "../../tools/small-pipeline.ts";
import { addToTree } from "../../tools/temporary-tree.ts";

/** A pipeline that was checked, and a comparison of it with what it is later. */
async function makeChecked(
  t: TestContext,
): Promise<{ folder: string; compare: () => Promise<void> }> {
  const folder = await makePipeline(t, {
    "configs/config.yaml": configurationWith(
      "upload_paths: [{source: lib}, {source: words.txt}, {source: lib/a.py, target: data/a.py}]",
    ),
    "lib/__init__.py": "",
    "lib/a.py": "",
    "words.txt": "",
  });
  const checked = await readManifest({ pipelineDirectory: folder });
  const digests = Object.fromEntries(checked.parts.map((part) => [part.key, part.digest]));
  const shown = Object.fromEntries(checked.parts.map((part) => [part.key, fileDigests(part)]));
  const compare = async (): Promise<void> => {
    const now: Manifest = await readManifest({ pipelineDirectory: folder });
    assertSameParts(now, digests, shown);
  };
  return { folder, compare };
}

function moved(...names: readonly string[]): object {
  const listed = names.map((name) => `"${name}"`).join(", ");
  return {
    name: "UserError",
    argument: "pipeline",
    message: `Cannot pack the pipeline as it changed after it was checked: ${listed}; run the command again`,
  };
}

test("assertSameParts() accepts a pipeline that was only touched", async (t) => {
  const { folder, compare } = await makeChecked(t);
  await writeFile(path.join(folder, "words.txt"), "");
  await compare();
});

test("assertSameParts() names a file that was edited, in the part that it is", async (t) => {
  const { folder, compare } = await makeChecked(t);
  await writeFile(path.join(folder, "words.txt"), "more");
  await assert.rejects(compare(), moved("words.txt"));
});

test("assertSameParts() names every place of a file that is in two parts", async (t) => {
  const { folder, compare } = await makeChecked(t);
  await writeFile(path.join(folder, "lib/a.py"), "more");
  await assert.rejects(compare(), moved("data/a.py", "lib/a.py"));
});

test("assertSameParts() names files that came, went and became executable", async (t) => {
  const { folder, compare } = await makeChecked(t);
  await rm(path.join(folder, "lib/__init__.py"));
  await chmod(path.join(folder, "stages/run/src/mapper.py"), 0o755);
  await writeFile(path.join(folder, "stages/run/requirements.txt"), "");
  await assert.rejects(
    compare(),
    moved("lib/__init__.py", "stages/run/src/mapper.py", "stages/run/requirements.txt"),
  );
});

test("assertSameParts() names the files of parts that came and went", async (t) => {
  const { folder, compare } = await makeChecked(t);
  await addToTree(folder, {
    "configs/config.yaml": configurationWith("upload_paths: [{source: lib, target: python}]"),
  });
  await assert.rejects(
    compare(),
    moved(
      "python/__init__.py",
      "python/a.py",
      "data/a.py",
      "lib/__init__.py",
      "lib/a.py",
      "words.txt",
    ),
  );
});
