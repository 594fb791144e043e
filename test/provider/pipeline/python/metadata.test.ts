/** Tests which distributions' metadata a module comes with. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { findPythonModules } from "../../../../provider/pipeline/python/python-modules.ts";
import { pythonPath } from "../../../tools/paths.ts";
import { addToTree, makeTree } from "../../../tools/temporary-tree.ts";
import type { Tree } from "../../../tools/temporary-tree.ts";
import { surroundingsIn } from "../../../tools/virtual-environment.ts";

/** What pip writes of an editable install (PEP 610). */
function editable(project: string): string {
  return JSON.stringify({ url: `file://${encodeURI(project)}`, dir_info: { editable: true } });
}

/** Looks for the metadata of modules, in the folders "site-packages" and "code" of a tree. */
async function metadataIn(
  t: TestContext,
  tree: Tree | ((folder: string) => Tree),
  ...names: readonly string[]
): Promise<readonly (readonly string[])[]> {
  const folder = await makeTree(t);
  await addToTree(folder, typeof tree === "function" ? tree(folder) : tree);
  const PYTHONPATH = `${folder}/site-packages:${folder}/code`;
  const surroundings = surroundingsIn(folder, { PYTHONPATH });
  const { modules } = await findPythonModules(names, pythonPath, { surroundings });
  return names.map((name) => {
    const found = modules.get(name);
    assert.ok(found?.type === "package" || found?.type === "file", name);
    return (found.metadata ?? []).map((place) => place.slice(folder.length + 1));
  });
}

test("the metadata is that of the distribution which names the module among its files", async (t) => {
  const [listed, recorded, single, unknown] = await metadataIn(
    t,
    {
      "site-packages/listed/__init__.py": "",
      "site-packages/By_Another_Name-1.0.dist-info/METADATA": "",
      "site-packages/By_Another_Name-1.0.dist-info/top_level.txt": "_listed\nlisted\n",
      "site-packages/recorded/__init__.py": "",
      "site-packages/poetic-2.dist-info/METADATA": "",
      "site-packages/poetic-2.dist-info/RECORD":
        "recorded/__init__.py,,\npoetic-2.dist-info/METADATA,,\n",
      "site-packages/recorded_2-2.dist-info/METADATA": "",
      "site-packages/recorded_2-2.dist-info/RECORD":
        "recorded_2/__init__.py,,\nx/recorded/y.py,,\n",
      "site-packages/single.py": "",
      "site-packages/one_file-3.dist-info/METADATA": "",
      "site-packages/one_file-3.dist-info/RECORD": "single.py,,\n",
      "site-packages/unknown.py": "",
      // Left behind by a broken removal.
      "site-packages/unknown-4.dist-info/RECORD": "unknown.py,,\n",
    },
    "listed",
    "recorded",
    "single",
    "unknown",
  );
  assert.deepEqual(listed, ["site-packages/By_Another_Name-1.0.dist-info"]);
  assert.deepEqual(recorded, ["site-packages/poetic-2.dist-info"]);
  assert.deepEqual(single, ["site-packages/one_file-3.dist-info"]);
  assert.deepEqual(unknown, []);
});

test("of the versions of one distribution the newest counts, and not what pip has put aside", async (t) => {
  const RECORD = "twice/__init__.py,,\n";
  const [twice] = await metadataIn(
    t,
    {
      "site-packages/twice/__init__.py": "",
      "site-packages/twice-1.9.dist-info/METADATA": "",
      "site-packages/twice-1.9.dist-info/RECORD": RECORD,
      "site-packages/twice-1.10.dist-info/METADATA": "",
      "site-packages/twice-1.10.dist-info/RECORD": RECORD,
      "site-packages/~wice-1.8.dist-info/METADATA": "",
      "site-packages/~wice-1.8.dist-info/RECORD": RECORD,
    },
    "twice",
  );
  assert.deepEqual(twice, ["site-packages/twice-1.10.dist-info"]);
});

test("a namespace package comes with the metadata of all distributions that have a part of it", async (t) => {
  const [shared] = await metadataIn(
    t,
    {
      "site-packages/shared/a/__init__.py": "",
      "site-packages/shared_a-1.dist-info/METADATA": "",
      "site-packages/shared_a-1.dist-info/RECORD": "shared/a/__init__.py,,\n",
      "site-packages/shared/b/__init__.py": "",
      "site-packages/shared_b-1.dist-info/METADATA": "",
      "site-packages/shared_b-1.dist-info/top_level.txt": "shared\n",
      "code/shared/c/__init__.py": "",
      "code/shared_c.egg-info/PKG-INFO": "",
      "code/shared_c.egg-info/top_level.txt": "shared\n",
    },
    "shared",
  );
  assert.deepEqual(shared, [
    "code/shared_c.egg-info",
    "site-packages/shared_a-1.dist-info",
    "site-packages/shared_b-1.dist-info",
  ]);
});

test("metadata of older tools is found, and that of nothing else", async (t) => {
  const [old_module, debian, neighbour] = await metadataIn(
    t,
    {
      "site-packages/old_module.py": "",
      "site-packages/old_module-1-py3.8.egg-info": "Name: old-module\nVersion: 1\n",
      "site-packages/debian.py": "",
      "site-packages/Debian-1.dist-info/METADATA": "",
      "site-packages/neighbour.py": "",
    },
    "old_module",
    "debian",
    "neighbour",
  );
  assert.deepEqual(old_module, ["site-packages/old_module-1-py3.8.egg-info"]);
  assert.deepEqual(debian, ["site-packages/Debian-1.dist-info"]);
  assert.deepEqual(neighbour, []);
});

test("what is installed as editable goes before what was built beside the code", async (t) => {
  const [mine, inner, vendored] = await metadataIn(
    t,
    (folder) => ({
      "code/mine/__init__.py": "",
      "code/mine.egg-info/PKG-INFO": "Name: mine\nVersion: 0\n",
      "code/mine.egg-info/top_level.txt": "mine\n",
      "site-packages/mine-1.dist-info/METADATA": "",
      "site-packages/mine-1.dist-info/RECORD": "mine.pth,,\n",
      "site-packages/mine-1.dist-info/direct_url.json": editable(`${folder}/code`),
      // A project in that project.
      "code/sub project/inner.py": "",
      "code/inner.py": { link: "sub project/inner.py" },
      "site-packages/inner-2.dist-info/METADATA": "",
      "site-packages/inner-2.dist-info/direct_url.json": editable(`${folder}/code/sub project`),
      "site-packages/around-3.dist-info/METADATA": "",
      "site-packages/around-3.dist-info/direct_url.json": editable(folder),
      // Beside the project's own code, but installed.
      "site-packages/vendored.py": "",
    }),
    "mine",
    "inner",
    "vendored",
  );
  assert.deepEqual(mine, ["site-packages/mine-1.dist-info"]);
  assert.deepEqual(inner, ["site-packages/inner-2.dist-info"]);
  assert.deepEqual(vendored, []);
});
