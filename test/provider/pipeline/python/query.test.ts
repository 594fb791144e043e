/** Tests what the search makes of modules of all kinds. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { access, writeFile } from "node:fs/promises";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { findPythonModules } from "../../../../provider/pipeline/python/python-modules.ts";
import { pythonPath } from "../../../tools/paths.ts";
import { makeTree } from "../../../tools/temporary-tree.ts";
import type { Tree } from "../../../tools/temporary-tree.ts";
import { makeVirtualEnvironment, surroundingsIn } from "../../../tools/virtual-environment.ts";

/** Looks modules up in folders of a temporary tree. */
async function findIn(
  t: TestContext,
  tree: Tree,
  search: readonly string[],
  names: readonly string[],
): Promise<{ readonly folder: string; readonly modules: Readonly<Record<string, unknown>> }> {
  const folder = await makeTree(t, tree);
  const PYTHONPATH = search.map((place) => `${folder}/${place}`).join(":");
  const surroundings = surroundingsIn(folder, { PYTHONPATH });
  const { modules } = await findPythonModules(names, pythonPath, { surroundings });
  return { folder, modules: Object.fromEntries(modules) };
}

/** A package in the given directories and nowhere else. */
function packageIn(...directories: readonly string[]): unknown {
  return { type: "package", directories, mapped: [] };
}

const RUN = "raise SystemExit('was run')\n";

test("the search joins the parts of a namespace package, until a regular package comes", async (t) => {
  const { folder, modules } = await findIn(
    t,
    {
      "a/parts/x.py": RUN,
      "b/parts/y.py": RUN,
      "a/regular/x.py": RUN,
      "b/regular/__init__.py": RUN,
      "c/regular/__init__.py": RUN,
      "a/file/x.py": RUN,
      "b/file.py": RUN,
    },
    ["a", "b", "c"],
    ["parts", "regular", "file"],
  );
  assert.deepEqual(modules, {
    parts: packageIn(`${folder}/a/parts`, `${folder}/b/parts`),
    regular: packageIn(`${folder}/b/regular`),
    file: { type: "file", file: `${folder}/b/file.py` },
  });
});

for (const [style, init] of [
  ["pkgutil", "__path__ = __import__('pkgutil').extend_path(__path__, __name__)\n"],
  ["pkgutil", "from pkgutil import extend_path\n__path__ = extend_path(__path__, __name__)\n"],
  ["pkg_resources", "__import__('pkg_resources').declare_namespace(__name__)\n"],
] as const) {
  test(`the search joins the parts of a ${style}-style namespace package: ${init}`, async (t) => {
    const { folder, modules } = await findIn(
      t,
      {
        "a/shared/__init__.py": init + RUN,
        "b/shared/__init__.py": init + RUN,
        "b/shared/part.py": RUN,
      },
      ["a", "b"],
      ["shared"],
    );
    assert.deepEqual(modules["shared"], packageIn(`${folder}/a/shared`, `${folder}/b/shared`));
  });
}

test("the search takes no word of a comment for a namespace package", async (t) => {
  const { folder, modules } = await findIn(
    t,
    {
      "a/mine/__init__.py": "# was: __path__ = extend_path(__path__, __name__)\n",
      "a/broken/__init__.py": "extend_path(((\n",
      "b/mine/__init__.py": "",
      "b/broken/__init__.py": "",
    },
    ["a", "b"],
    ["mine", "broken"],
  );
  assert.deepEqual(modules, {
    mine: packageIn(`${folder}/a/mine`),
    broken: packageIn(`${folder}/a/broken`),
  });
});

test("the search refuses what has no source, and takes the source beside an extension", async (t) => {
  const { folder, modules } = await findIn(
    t,
    {
      "m/fast.abi3.so": "",
      "m/compiled.abi3.so": "",
      "m/compiled.py": RUN,
      "m/deep/__init__.abi3.so": "",
      "m/cached.pyc": "",
      "m/cached_package/__init__.pyc": "",
    },
    ["m"],
    ["fast", "compiled", "deep", "cached", "cached_package"],
  );
  const extension = (file: string): unknown => ({
    type: "unpackable",
    reason: `it is an extension module without Python source, "${folder}/m/${file}": name its package in requirements.txt instead`,
  });
  const bytecode = (file: string): unknown => ({
    type: "unpackable",
    reason: `it is bytecode without Python source, "${folder}/m/${file}": install it with its source`,
  });
  assert.deepEqual(modules, {
    fast: extension("fast.abi3.so"),
    compiled: { type: "file", file: `${folder}/m/compiled.py` },
    deep: extension("deep/__init__.abi3.so"),
    cached: bytecode("cached.pyc"),
    cached_package: bytecode("cached_package/__init__.pyc"),
  });
});

test("the search takes modules of the standard library that have a source, and refuses others", async (t) => {
  const { modules } = await findIn(
    t,
    {},
    [],
    ["wsgiref", "sys", "zipimport", "_ctypes", "__main__"],
  );
  const { wsgiref, __main__: main, ...builtIn } = modules;
  assert.match(JSON.stringify(wsgiref), /^\{"type":"package","directories":\["\/[^"]*\/wsgiref"\]/);
  const refused = {
    type: "unpackable",
    reason: "it is built into Python, also into the cluster's: remove it from upload_modules",
  };
  assert.deepEqual(builtIn, { sys: refused, zipimport: refused, _ctypes: refused });
  assert.deepEqual(main, {
    type: "unpackable",
    reason: "Python has it from no file: its loader is None",
  });
});

test("the search finds the user's own module by the name of one that it uses itself", async (t) => {
  const { folder, modules } = await findIn(
    t,
    { "m/json.py": RUN, "m/ast.py": RUN, "m/re.py": RUN, "m/site.py": "" },
    ["m"],
    ["json", "ast", "re"],
  );
  assert.deepEqual(modules, {
    json: { type: "file", file: `${folder}/m/json.py` },
    ast: { type: "file", file: `${folder}/m/ast.py` },
    re: { type: "file", file: `${folder}/m/re.py` },
  });
});

test("the search refuses what is inside a zip file", async (t) => {
  const folder = await makeTree(t, {
    "in/zipped/__init__.py": "",
    "in/alone.py": "",
    "in/parts/x.py": "",
    "dir/parts/y.py": "",
  });
  const program = `import shutil; shutil.make_archive("${folder}/all", "zip", "${folder}/in")`;
  execFileSync(pythonPath, ["-c", program]);
  const surroundings = surroundingsIn(folder, { PYTHONPATH: `${folder}/dir:${folder}/all.zip` });
  const names = ["zipped", "alone", "parts"];
  const { modules } = await findPythonModules(names, pythonPath, { surroundings });
  const reason = `it is inside the zip file "${folder}/all.zip": install it unzipped, with "python3 -m pip install"`;
  for (const name of names) {
    assert.deepEqual(modules.get(name), { type: "unpackable", reason }, name);
  }
});

test("the search runs neither modules nor the packages that dotted names begin with", async (t) => {
  const write = "open(__file__ + '.was_run', 'w').close()\n";
  const { folder, modules } = await findIn(
    t,
    {
      "m/package/__init__.py": write,
      "m/package/deep.py": write,
      "m/single.py": write,
      "m/shared/__init__.py": `${write}__import__('pkg_resources').declare_namespace(__name__)\n`,
      "m/pkg_resources.py": write,
    },
    ["m"],
    ["package", "single", "shared"],
  );
  assert.deepEqual(Object.keys(modules), ["package", "single", "shared"]);
  for (const file of [
    "package/__init__",
    "package/deep",
    "single",
    "shared/__init__",
    "pkg_resources",
  ]) {
    await assert.rejects(access(`${folder}/m/${file}.py.was_run`), { code: "ENOENT" });
  }
});

test("the search goes on when a finder of the environment fails, or writes", async (t) => {
  const { folder, modules } = await findIn(
    t,
    {
      "m/sitecustomize.py": `
import sys, threading, time
class Finder:
    @staticmethod
    def find_spec(name, path, target=None):
        print("looking for", name)
        if name in ("cursed", "json", "site"):
            raise ZeroDivisionError("of all things")
sys.meta_path.insert(0, Finder)
sys.stdout.write("started")
threading.Thread(target=time.sleep, args=(3600,)).start()
`,
      "m/cursed.py": "",
      "m/fine.py": "",
    },
    ["m"],
    ["cursed", "fine"],
  );
  assert.deepEqual(modules, {
    cursed: {
      type: "unpackable",
      reason: "a finder of the environment failed: ZeroDivisionError: of all things",
    },
    fine: { type: "file", file: `${folder}/m/fine.py` },
  });
});

test("the search obeys relative and empty entries of PYTHONPATH, and PYTHONSAFEPATH", async (t) => {
  const folder = await makeTree(t, { "here.py": "", "lib/there.py": "" });
  const find = async (variables: Readonly<Record<string, string>>): Promise<unknown> => {
    const surroundings = surroundingsIn(folder, variables);
    const { modules } = await findPythonModules(["here", "there"], pythonPath, { surroundings });
    return Object.fromEntries(modules);
  };
  const here = { type: "file", file: `${folder}/here.py` };
  const there = { type: "file", file: `${folder}/lib/there.py` };
  const missing = { type: "missing" };
  assert.deepEqual(await find({}), { here: missing, there: missing });
  assert.deepEqual(await find({ PYTHONPATH: "lib" }), { here: missing, there });
  assert.deepEqual(await find({ PYTHONPATH: ":lib" }), { here, there });
  assert.deepEqual(await find({ PYTHONPATH: "lib", PYTHONSAFEPATH: "1" }), {
    here: missing,
    there,
  });
});

test("the search refuses a path that is not UTF-8", async (t) => {
  const folder = await makeTree(t);
  const program = `import os; os.makedirs(b"${folder}/\\xff"); open(b"${folder}/\\xff/odd.py", "w")`;
  execFileSync(pythonPath, ["-c", program]);
  const { python, sitePackages, surroundings } = await makeVirtualEnvironment(t);
  const line = `import sys; sys.path.append(${JSON.stringify(folder)} + "/\\udcff")`;
  await writeFile(`${sitePackages}/odd.pth`, line);
  const { modules } = await findPythonModules(["odd"], python, { surroundings });
  assert.deepEqual(modules.get("odd"), {
    type: "unpackable",
    reason: `its path is not UTF-8: '${folder}/\\udcff/odd.py'`,
  });
});
