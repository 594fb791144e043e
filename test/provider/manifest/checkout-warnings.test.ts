/** What is warned of as the checkout is odd: pointers of Git LFS, ignore files that do not count. */
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import type { ManifestWarning } from "../../../provider/manifest/manifest.ts";
import { readManifest } from "../../../provider/manifest/read-manifest.ts";
import { configurationWith, SMALL_PIPELINE } from "../../tools/small-pipeline.ts";
import { addToTree, makeTree } from "../../tools/temporary-tree.ts";
import type { Tree } from "../../tools/temporary-tree.ts";

const POINTER = `version https://git-lfs.github.com/spec/v1\noid sha256:${"0".repeat(64)}\nsize 9\n`;

function below(directory: string, tree: Tree): Tree {
  return Object.fromEntries(
    Object.entries(tree).map(([name, entry]) => [`${directory}/${name}`, entry]),
  );
}

async function warningsOf(pipelineDirectory: string): Promise<readonly ManifestWarning[]> {
  return (await readManifest({ pipelineDirectory })).warnings;
}

test("readManifest() warns of pointers of Git LFS, also when it reads nothing again", async (t) => {
  const many = Array.from({ length: 6 }, (_, index) => [`big/${index}.bin`, POINTER]);
  const folder = await makeTree(t, {
    ...SMALL_PIPELINE,
    "configs/config.yaml": configurationWith("upload_paths: [{source: models}, {source: big}]"),
    "models/weights.bin": POINTER,
    "models/notes.txt": `see ${POINTER}`,
    ...Object.fromEntries(many),
  });
  const expected = [
    {
      type: "lfs-pointer",
      part: "models/",
      message: "models/weights.bin is a Git LFS pointer, not the file: run git lfs pull",
    },
    {
      type: "lfs-pointer",
      part: "big/",
      message:
        "big/0.bin, big/1.bin, big/2.bin, big/3.bin, big/4.bin and 1 more are Git LFS pointers, not the files: run git lfs pull",
    },
  ];
  assert.deepEqual(await warningsOf(folder), expected);
  assert.deepEqual(await warningsOf(folder), expected);
});

test("readManifest() warns once of the ignore files above the pipeline, up to the repository's root", async (t) => {
  const folder = await makeTree(t, {
    ".ytignore": "above the repository\n",
    "repo/.git/HEAD": "",
    "repo/.ytignore": "*.log\n",
    "repo/teams/.ytignore": "\n# nothing but a comment\n",
    "repo/teams/a/.ytignore": "raw/\n",
    ...below("repo/teams/a/p", SMALL_PIPELINE),
  });
  const pipeline = path.join(folder, "repo/teams/a/p");
  assert.deepEqual(await warningsOf(pipeline), [
    {
      type: "ignore-file-above",
      part: undefined,
      message:
        `"${folder}/repo/teams/a/.ytignore", "${folder}/repo/.ytignore" do not count, as they are above the pipeline directory: ` +
        `put their rules for the pipeline into "${pipeline}/.ytignore"`,
    },
  ]);
  // A repository of its own.
  await addToTree(pipeline, { ".git": "gitdir: elsewhere\n" });
  assert.deepEqual(await warningsOf(pipeline), []);
});

test("readManifest() looks for ignore files above a pipeline in no repository, also odd ones", async (t) => {
  const folder = await makeTree(t, {
    ".ytignore": { link: "rules" },
    rules: "*.log\n",
    ...below("p", SMALL_PIPELINE),
  });
  const [warning] = await warningsOf(path.join(folder, "p"));
  assert.match(
    warning?.message ?? "",
    /^"[^"]+\/\.ytignore" does not count, as it is above the pipeline directory: put its rules/,
  );
});
