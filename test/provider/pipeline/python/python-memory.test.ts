import assert from "node:assert/strict";
import {
  copyFile,
  mkdir,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import path from "node:path";
import { type TestContext, test } from "node:test";
import type { PythonModules } from "../../../../provider/pipeline/python/python-modules.ts";
import { countedSearch } from "../../../tools/counted-search.ts";
import { pythonPath } from "../../../tools/paths.ts";
import { addToTree, makeTree, type Tree } from "../../../tools/temporary-tree.ts";
import {
  makeVirtualEnvironment,
  surroundingsIn,
  type VirtualEnvironment,
} from "../../../tools/virtual-environment.ts";

function contentOf({ modules, ...rest }: PythonModules): unknown {
  return { ...rest, modules: Object.fromEntries(modules) };
}

async function environmentWith(t: TestContext, modules: Tree = {}): Promise<VirtualEnvironment> {
  const environment = await makeVirtualEnvironment(t, { "a/": "", "b/": "", "cache/": "" });
  await addToTree(environment.sitePackages, modules);
  return environment;
}

test("findAcrossRuns() starts no interpreter when nothing changed since the last run", async (t) => {
  const { folder, python, surroundings } = await environmentWith(t, { "one/__init__.py": "" });
  const first = countedSearch(`${folder}/cache`, surroundings);
  const found = await first.find(["one", "absent"], python);
  assert.deepEqual(first.asked(), ["absent one"]);
  const second = countedSearch(`${folder}/cache`, surroundings);
  assert.deepEqual(contentOf(await second.find(["one", "absent"], python)), contentOf(found));
  const { modules } = await second.find(["absent"], python);
  assert.deepEqual([...modules], [["absent", { type: "missing" }]]);
  assert.deepEqual(second.asked(), []);
});

test("findAcrossRuns() asks for new names together with those that it knows", async (t) => {
  const { folder, python, surroundings } = await environmentWith(t);
  const { find, asked } = countedSearch(`${folder}/cache`, surroundings);
  await find(["one"], python);
  const { modules } = await find(["two"], python);
  assert.deepEqual([...modules.keys()], ["two"]);
  await find(["one", "two"], python);
  assert.deepEqual(asked(), ["one", "one two"]);
});

/** A change to an environment that has `one` and `two/` and searches `a` and `b` first. */
interface Change {
  readonly fact: string;
  readonly change: (environment: VirtualEnvironment) => Promise<unknown>;
}

const CHANGES: readonly Change[] = [
  {
    fact: "a package is installed",
    change: ({ sitePackages }) => addToTree(sitePackages, { "absent/__init__.py": "" }),
  },
  {
    fact: "a module is removed",
    change: ({ sitePackages }) => rm(`${sitePackages}/one.py`),
  },
  {
    fact: "a package loses its __init__.py",
    change: ({ sitePackages }) => rm(`${sitePackages}/two/__init__.py`),
  },
  {
    fact: "a module comes earlier on the path",
    change: ({ folder }) => addToTree(folder, { "b/one.py": "" }),
  },
  {
    fact: "a folder earlier on the path becomes a package",
    change: ({ folder }) => addToTree(folder, { "a/two/__init__.py": "" }),
  },
  {
    fact: "a link earlier on the path no longer dangles",
    change: ({ folder }) => addToTree(folder, { "elsewhere/__init__.py": "" }),
  },
  {
    fact: "a line is added to a .pth file",
    change: ({ sitePackages, folder }) => writeFile(`${sitePackages}/more.pth`, `\n${folder}/c\n`),
  },
  {
    fact: "a folder of the path appears",
    change: ({ folder }) => addToTree(folder, { "later/absent.py": "" }),
  },
  {
    fact: "a package begins to share its name",
    change: ({ sitePackages }) =>
      writeFile(
        `${sitePackages}/two/__init__.py`,
        "__path__ = __import__('pkgutil').extend_path(__path__, __name__)\n",
      ),
  },
  {
    fact: "the environment shows the machine's packages",
    change: async ({ python }) => {
      const file = path.resolve(python, "../../pyvenv.cfg");
      const text = await readFile(file, "utf8");
      await writeFile(file, text.replace("packages = false", "packages = true"));
    },
  },
  {
    fact: "the user gets packages of his own",
    change: ({ folder, sitePackages }) => {
      const version = path.basename(path.dirname(sitePackages));
      return mkdir(`${folder}/.local/lib/${version}/site-packages`, { recursive: true });
    },
  },
  {
    fact: "the interpreter is replaced",
    change: async ({ python, folder }) => {
      await copyFile(await realpath(python), `${folder}/new`);
      await rename(`${folder}/new`, python);
    },
  },
];

for (const { fact, change } of CHANGES) {
  test(`findAcrossRuns() asks again when ${fact}`, async (t) => {
    const environment = await environmentWith(t, {
      "one.py": "",
      "two/__init__.py": "",
      "more.pth": "",
    });
    const { folder, python } = environment;
    await addToTree(folder, {
      "a/two/": "",
      "a/one": { link: "../elsewhere" },
      "b/two/x.py": "",
      "c/absent.py": "",
    });
    const PYTHONPATH = ["a", "b", "later"].map((place) => `${folder}/${place}`).join(":");
    const surroundings = surroundingsIn(folder, { PYTHONPATH });
    const names = ["one", "two", "absent"];
    const { find, asked } = countedSearch(`${folder}/cache`, surroundings);
    await find(names, python);
    await find(names, python);
    assert.equal(asked().length, 1);
    await change(environment);
    const remembered = await find(names, python);
    assert.equal(asked().length, 1);
    const fresh = await countedSearch(undefined, surroundings).find(names, python);
    assert.deepEqual(contentOf(remembered), contentOf(fresh));
  });
}

test("findAcrossRuns() keeps apart what variables, directories and interpreters make different", async (t) => {
  const { folder, python } = await environmentWith(t);
  await addToTree(folder, { "a/one.py": "", "b/one.py": "" });
  const fileIn = async (
    place: string,
    variables: Readonly<Record<string, string>>,
  ): Promise<unknown> => {
    const surroundings = { ...surroundingsIn(folder, variables), workingDirectory: place };
    const { modules } = await countedSearch(`${folder}/cache`, surroundings).find(["one"], python);
    return modules.get("one");
  };
  for (const place of ["a", "b", "a"]) {
    const file = { type: "file", file: `${folder}/${place}/one.py` };
    assert.deepEqual(await fileIn(folder, { PYTHONPATH: `${folder}/${place}` }), file);
    assert.deepEqual(await fileIn(`${folder}/${place}`, { PYTHONPATH: "." }), file);
  }
});

test("findAcrossRuns() asks each time when something has only just changed", async (t) => {
  const { folder, python, surroundings } = await environmentWith(t);
  const { find, asked } = countedSearch(`${folder}/cache`, surroundings, {
    // As if the search began at the moment of the change.
    now: () => Date.now() - 60_000,
  });
  await find(["one"], python);
  await find(["one"], python);
  assert.deepEqual(asked(), ["one", "one"]);
  assert.deepEqual(await readdir(`${folder}/cache`), []);
});

for (const [fact, text] of [
  ["is no JSON", "{"],
  ["is empty", ""],
  ["is something else", "[1, 2]"],
  [
    "has other modules",
    '{"modules": {"interpreter": 1}, "states": {"whole": {}, "kinds": {}, "links": {}}}',
  ],
  ["lacks what is watched", '{"modules": {"interpreter": "x", "searched": [], "modules": {}}}'],
] as const) {
  test(`findAcrossRuns() asks again when a file of the cache ${fact}, and mends it`, async (t) => {
    const { folder, python, surroundings } = await environmentWith(t, { "one.py": "" });
    const { find, asked } = countedSearch(`${folder}/cache`, surroundings);
    const found = contentOf(await find(["one"], python));
    const files = await readdir(`${folder}/cache/python-modules`);
    assert.equal(files.length, 1);
    await writeFile(`${folder}/cache/python-modules/${files[0]}`, text);
    assert.deepEqual(contentOf(await find(["one"], python)), found);
    assert.deepEqual(contentOf(await find(["one"], python)), found);
    assert.deepEqual(asked(), ["one", "one"]);
  });
}

test("findAcrossRuns() does without a cache that cannot be written", async (t) => {
  const { folder, python, surroundings } = await environmentWith(t, { "one.py": "" });
  await writeFile(`${folder}/no-directory`, "");
  for (const cache of [`${folder}/no-directory`, undefined]) {
    const { find, asked } = countedSearch(cache, surroundings);
    await find(["one"], python);
    const { modules } = await find(["one"], python);
    assert.equal(modules.get("one")?.type, "file");
    assert.deepEqual(asked(), ["one", "one"]);
  }
});

test("findAcrossRuns() keeps no variable's value, and a bounded number of answers", async (t) => {
  const { folder, python, sitePackages } = await environmentWith(t);
  // Code of unknown kind runs at each start, so that all variables count.
  await writeFile(`${sitePackages}/unknown.pth`, "import os; os.getcwd()\n");
  for (let index = 0; index < 40; index += 1) {
    const surroundings = surroundingsIn(folder, { LANG: `C${index}`, YT_TOKEN: "secret-value" });
    await countedSearch(`${folder}/cache`, surroundings).find(["one"], python);
  }
  const files = await readdir(`${folder}/cache/python-modules`);
  assert.equal(files.length, 32);
  const texts = await Promise.all(
    files.map((file) => readFile(`${folder}/cache/python-modules/${file}`, "utf8")),
  );
  assert.equal(texts.join("").includes("secret-value"), false);
});

test("findAcrossRuns() remembers nothing of an interpreter that is a script", async (t) => {
  const folder = await makeTree(t, {
    python: { text: `#!/bin/sh\nexec '${pythonPath}' "$@"\n`, mode: 0o755 },
  });
  // The script passes itself off as the interpreter's own path.
  await addToTree(folder, {
    disguised: { text: `#!/bin/bash\nexec -a "$0" '${pythonPath}' "$@"\n`, mode: 0o755 },
  });
  for (const name of ["python", "disguised"]) {
    const { find, asked } = countedSearch(`${folder}/cache`, surroundingsIn(folder));
    await find(["one"], `${folder}/${name}`);
    await find(["one"], `${folder}/${name}`);
    assert.deepEqual(asked(), ["one", "one"], name);
  }
});

for (const [fact, code] of [
  ["adds to the path", "import sys; sys.path.append('/nowhere')"],
  [
    "adds a finder",
    "import sys; sys.meta_path.append(type('Finder', (), {'find_spec': lambda *names: None}))",
  ],
  ["adds a path hook", "import sys; sys.path_hooks.append(lambda path: 1 / 0)"],
  ["loads a module", "import sys, types; sys.modules['one'] = types.ModuleType('one')"],
] as const) {
  test(`findAcrossRuns() remembers nothing when start-up code ${fact}`, async (t) => {
    const { folder, python, sitePackages, surroundings } = await environmentWith(t);
    await writeFile(`${sitePackages}/unknown.pth`, `${code}\n`);
    const { find, asked } = countedSearch(`${folder}/cache`, surroundings);
    await find(["one"], python);
    await find(["one"], python);
    assert.deepEqual(asked(), ["one", "one"]);
  });
}

for (const file of ["sitecustomize.py", "usercustomize.py", "unknown.pth"]) {
  test(`findAcrossRuns() heeds all variables, and its text, when ${file} runs at the start`, async (t) => {
    const { folder, python, sitePackages } = await environmentWith(t);
    // A virtual environment has no usercustomize.
    const config = path.resolve(python, "../../pyvenv.cfg");
    const settings = await readFile(config, "utf8");
    await writeFile(config, settings.replace("packages = false", "packages = true"));
    const code =
      "import os; 'EXTRA' in os.environ and __import__('sys').path.append(os.environ['EXTRA'])\n";
    // A system's own sitecustomize.py, as Debian's, comes before one among the packages.
    const place = file.endsWith(".pth") ? sitePackages : `${folder}/start`;
    await addToTree(folder, { "a/one.py": "", "start/": "" });
    await writeFile(`${place}/${file}`, code);
    const search = (
      variables: Readonly<Record<string, string>>,
    ): ReturnType<typeof countedSearch> =>
      countedSearch(
        `${folder}/cache`,
        surroundingsIn(folder, { PYTHONPATH: `${folder}/start`, ...variables }),
      );
    const { find, asked } = search({});
    await find(["one"], python);
    await find(["one"], python);
    assert.deepEqual(asked(), ["one"]);
    const extra = await search({ EXTRA: `${folder}/a` }).find(["one"], python);
    assert.equal(extra.modules.get("one")?.type, "file");
    await writeFile(`${place}/${file}`, `import sys; sys.path.append('${folder}/a')\n`);
    assert.equal((await find(["one"], python)).modules.get("one")?.type, "file");
  });
}

test("findAcrossRuns() asks again when another tool's finder leads elsewhere", async (t) => {
  const { folder, python, sitePackages, surroundings } = await environmentWith(t, {
    // As pip writes them for a project made with hatchling's "dev-mode-exact".
    "project.pth": "import _editable_impl_project",
    "editables/__init__.py": "",
    "editables/redirector.py": `
import importlib.util, sys
class RedirectingFinder:
    _redirections = {}
    @classmethod
    def find_spec(cls, fullname, path=None, target=None):
        if fullname in cls._redirections:
            return importlib.util.spec_from_file_location(fullname, cls._redirections[fullname])
`,
  });
  const implementation = (place: string): string =>
    `import sys\nfrom editables.redirector import RedirectingFinder as F\nsys.meta_path.append(F)\nF._redirections["one"] = "${folder}/${place}/one/__init__.py"\n`;
  await addToTree(folder, { "a/one/__init__.py": "", "b/one/__init__.py": "" });
  const { find, asked } = countedSearch(`${folder}/cache`, surroundings);
  for (const place of ["a", "b"]) {
    await writeFile(`${sitePackages}/_editable_impl_project.py`, implementation(place));
    for (let run = 0; run < 2; run += 1) {
      const { modules } = await find(["one"], python);
      assert.deepEqual(modules.get("one"), {
        type: "package",
        directories: [`${folder}/${place}/one`],
        mapped: [],
      });
    }
  }
  assert.deepEqual(asked(), ["one", "one"]);
  await rm(`${folder}/b/one`, { recursive: true });
  await symlink("../a/one", `${folder}/b/one`);
  await rm(`${folder}/a/one/__init__.py`);
  assert.deepEqual((await find(["one"], python)).modules.get("one"), {
    type: "unpackable",
    reason: `its file "${folder}/b/one/__init__.py" is not there: install it again`,
  });
});
