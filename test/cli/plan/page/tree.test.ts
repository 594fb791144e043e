/** The tree behind the page, and searching in it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { colorArchive, typeOf } from "../../../../cli/plan/page/colors.js";
import { search } from "../../../../cli/plan/page/search.js";
import { filesOf, buildTree, nodesBelow, pathTo } from "../../../../cli/plan/page/tree.js";
import { partOf, planOf, SMALL_PLAN } from "./plans.ts";

type TreeNode = ReturnType<typeof buildTree>;

function find(archive: TreeNode, path: string): TreeNode {
  const found = [...nodesBelow(archive)].find((node) => node.path === path);
  assert.ok(found !== undefined, path);
  return found;
}

/** Kind, name and size of each node, indented as deep as it is. */
function outline(node: TreeNode, indent = ""): readonly string[] {
  const line = `${indent}${node.kind} ${node.name} ${node.sizeBytes}`;
  return [line, ...node.children.flatMap((child) => outline(child, `${indent}  `))];
}

test("buildTree() grows parts, folders and files, biggest first, chains of folders in one step", () => {
  assert.deepEqual(outline(buildTree(SMALL_PLAN)), [
    "archive source.tar.gz 1000000",
    "  part model/ 600000",
    "    file weights.bin 400000",
    "    folder old/deep 200000",
    "      file weights.bin 150000",
    "      file notes.txt 50000",
    "  part stages/train 200000",
    "    folder src 180000",
    "      file mapper.py 100000",
    "      file words.py 80000",
    "      file __init__.py 0",
    "    file config.yaml 20000",
    "  part ./words.txt 120000",
    "  part wrappers/ 80000",
    "    file operation_wrapper_train_map.sh 80000",
  ]);
});

test("buildTree() knows each node's path, files and way", () => {
  const archive = buildTree(SMALL_PLAN);
  const folder = find(archive, "model/old/deep");
  assert.equal(folder.fileCount, 2);
  assert.deepEqual(
    pathTo(folder).map(({ name }) => name),
    ["source.tar.gz", "model/", "old/deep"],
  );
  assert.equal(filesOf(archive).length, SMALL_PLAN.fileCount);
  assert.equal(find(archive, "words.txt").file?.path, "words.txt");
});

test("buildTree() goes as deep as paths of 4,000 bytes do", () => {
  const path = `lib/${"a/b".repeat(1)}/${"x/".repeat(1990)}file`;
  const archive = buildTree(
    planOf([partOf("lib/", "lib", { [path]: 1, [`lib/${"y/".repeat(1990)}z`]: 2 })]),
  );
  assert.equal(find(archive, path).sizeBytes, 1);
});

test("search() finds paths with every word, in either case, and what holds them", () => {
  const archive = buildTree(SMALL_PLAN);
  const found = search(archive, " WEIGHTS deep ");
  assert.deepEqual([found.fileCount, found.sizeBytes], [1, 150_000]);
  const matches = [...nodesBelow(archive)].filter(found.isMatch).map(({ path }) => path);
  assert.deepEqual(matches, ["model", "model/old/deep", "model/old/deep/weights.bin"]);
});

test("search() finds everything for an empty query, and a single file by its part's name", () => {
  const archive = buildTree(SMALL_PLAN);
  assert.equal(search(archive, "  ").fileCount, SMALL_PLAN.fileCount);
  assert.equal(search(archive, "./words.txt").fileCount, 1);
  assert.equal(search(archive, "nothing of that name").fileCount, 0);
});

test("colorArchive() gives the biggest groups a colour each, and the others grey", () => {
  const parts = Array.from({ length: 13 }, (_, index) =>
    partOf(`p${index}/`, `p${index}`, { [`p${index}/x`]: 100 - index }),
  );
  const archive = buildTree(planOf(parts));
  const { colorOf, groups } = colorArchive(archive, "part");
  assert.deepEqual([colorOf(find(archive, "p0/x")), colorOf(find(archive, "p9"))], [1, 10]);
  assert.equal(colorOf(find(archive, "p12")), 0);
  assert.equal(groups.length, 11);
  assert.deepEqual(groups.at(-1), { name: "3 others", color: 0, sizeBytes: 90 + 89 + 88 });
});

test("colorArchive() colours a folder by the type of most of it", () => {
  const archive = buildTree(SMALL_PLAN);
  const { colorOf, groups } = colorArchive(archive, "type");
  assert.deepEqual(
    groups.map(({ name }) => name),
    [".bin", ".py", ".txt", ".sh", ".yaml"],
  );
  assert.equal(colorOf(find(archive, "model")), colorOf(find(archive, "model/weights.bin")));
  assert.notEqual(colorOf(find(archive, "stages/train")), colorOf(find(archive, "model")));
});

test("typeOf() is the last extension, in lower case", () => {
  const archive = buildTree(SMALL_PLAN);
  const types = ["a/b.PY", "a.tar.gz", ".env", "a.b/c", "x.", "no spaces.a b"].map((path) =>
    typeOf({ ...archive, path }),
  );
  assert.deepEqual(types, [
    ".py",
    ".gz",
    "no extension",
    "no extension",
    "no extension",
    "no extension",
  ]);
});
