/** Files and folders that go together or not at all. */
import assert from "node:assert/strict";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { removeTogether } from "../../../common/files/remove-together.ts";
import { makeTree } from "../../tools/temporary-tree.ts";

const TREE = { "history/dev/1.json": "{}", "dev.yaml": "a", "dev.json": "b" };

test("removeTogether() removes files and folders, also what a killed run has left of them", async (t) => {
  const root = await makeTree(t, TREE);
  await mkdir(path.join(root, "history/dev~removed"));
  await writeFile(path.join(root, "history/dev~removed/old.json"), "");
  const names = ["history/dev", "gone", "dev.yaml", "dev.json"];
  await removeTogether(names.map((name) => path.join(root, name)));
  assert.deepEqual(await readdir(root, { recursive: true }), ["history"]);
});

test("removeTogether() leaves all where one cannot be removed", async (t) => {
  // No name is longer than 255 bytes.
  const long = "x".repeat(250);
  const root = await makeTree(t, { ...TREE, [long]: "c" });
  const before = (await readdir(root, { recursive: true })).toSorted();
  const names = ["history/dev", "dev.yaml", long, "dev.json"];
  await assert.rejects(removeTogether(names.map((name) => path.join(root, name))), {
    code: "ENAMETOOLONG",
  });
  assert.deepEqual((await readdir(root, { recursive: true })).toSorted(), before);
});
