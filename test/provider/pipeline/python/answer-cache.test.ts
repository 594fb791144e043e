/** Tests that a remembered answer is never another one than a new search would give. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import {
  appendFile,
  copyFile,
  link,
  mkdir,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { pruneCache } from "../../../../common/cache/prune.ts";
import {
  answerFile,
  cacheAnswer,
  readCachedAnswer,
} from "../../../../provider/pipeline/python/answer-cache.ts";
import type { PythonAnswer } from "../../../../provider/pipeline/python/answer.ts";
import { findFirstPlace } from "../../../../provider/pipeline/python/first-place.ts";
import type { PythonModules } from "../../../../provider/pipeline/python/python-modules.ts";
import { countedSearch } from "../../../tools/counted-search.ts";
import { pythonPath } from "../../../tools/paths.ts";
import { runProgram } from "../../../ytjobs/run-python.ts";
import { addToTree, makeTree } from "../../../tools/temporary-tree.ts";
import type { Tree } from "../../../tools/temporary-tree.ts";
import { makeVirtualEnvironment, surroundingsIn } from "../../../tools/virtual-environment.ts";
import type { VirtualEnvironment } from "../../../tools/virtual-environment.ts";

/** After anything that a test has done so far. */
function later(): number {
  return Date.now() + 60_000;
}

function contentOf({ modules, ...rest }: PythonModules): unknown {
  return { ...rest, modules: Object.fromEntries(modules) };
}

async function environmentWith(t: TestContext, modules: Tree = {}): Promise<VirtualEnvironment> {
  const environment = await makeVirtualEnvironment(t, { "a/": "", "b/": "", "cache/": "" });
  await addToTree(environment.sitePackages, modules);
  return environment;
}

test("findPythonModules() starts no interpreter when nothing changed since the last run", async (t) => {
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

test("findPythonModules() asks for new names together with those that it knows", async (t) => {
  const { folder, python, surroundings } = await environmentWith(t);
  const { find, asked } = countedSearch(`${folder}/cache`, surroundings);
  await find(["one"], python);
  const { modules } = await find(["two"], python);
  assert.deepEqual([...modules.keys()], ["two"]);
  await find(["one", "two"], python);
  assert.deepEqual(asked(), ["one", "one two"]);
});

/** Makes a zip file of a tree, anew. */
async function makeZip(folder: string, tree: Tree): Promise<void> {
  await rm(`${folder}/zipped`, { recursive: true, force: true });
  await addToTree(`${folder}/zipped`, tree);
  const program = `import shutil; shutil.make_archive("${folder}/all", "zip", "${folder}/zipped")`;
  const { status } = await runProgram(pythonPath, ["-c", program]);
  assert.equal(status, 0);
}

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
    fact: "a folder that a .pth file names appears",
    change: ({ folder }) => addToTree(folder, { "named/absent.py": "" }),
  },
  {
    fact: "a zip file is replaced that the path leads into",
    change: ({ folder }) => makeZip(folder, { "inner/absent.py": "" }),
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
  test(`findPythonModules() asks again when ${fact}`, async (t) => {
    const environment = await environmentWith(t, {
      "one.py": "",
      "two/__init__.py": "",
      "more.pth": "",
    });
    const { folder, python, sitePackages } = environment;
    await writeFile(`${sitePackages}/named.pth`, `# ${"long ".repeat(99)}\n${folder}/named\n`);
    await makeZip(folder, { "inner/x.py": "" });
    await addToTree(folder, {
      "a/two/": "",
      "a/one": { link: "../elsewhere" },
      "b/two/x.py": "",
      "c/absent.py": "",
    });
    const places = ["a", "b", "later", "all.zip/inner"];
    const PYTHONPATH = places.map((place) => `${folder}/${place}`).join(":");
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

test("findPythonModules() keeps apart what variables, directories and interpreters make different", async (t) => {
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

test("findPythonModules() asks each time when something has only just changed", async (t) => {
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
  ["has another answer", '{"answer": {"interpreter": 1}, "signatures": []}'],
  [
    "lacks what it depends on",
    '{"answer": {"interpreter": "x", "searched": [], "modules": {"one": {"type": "missing"}}, "dependsOn": null}}',
  ],
  [
    "lacks signatures",
    '{"answer": {"interpreter": "x", "searched": [], "modules": {"one": {"type": "missing"}}, "dependsOn": ["/"]}}',
  ],
] as const) {
  test(`findPythonModules() asks again when a file of the cache ${fact}, and mends it`, async (t) => {
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

test("findPythonModules() does without a cache that cannot be written", async (t) => {
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

test("findPythonModules() keeps no variable's value, and no answer that is not used for long", async (t) => {
  const { folder, python } = await environmentWith(t);
  for (let index = 0; index < 3; index += 1) {
    const surroundings = surroundingsIn(folder, { LANG: `C${index}`, YT_TOKEN: "secret-value" });
    await countedSearch(`${folder}/cache`, surroundings).find(["one"], python);
  }
  const files = await readdir(`${folder}/cache/python-modules`);
  assert.equal(files.length, 3);
  const texts = await Promise.all(
    files.map((file) => readFile(`${folder}/cache/python-modules/${file}`, "utf8")),
  );
  assert.doesNotMatch(texts.join(""), /secret-value|C1/);
  pruneCache({ directory: `${folder}/cache`, nowMs: Date.now() + 31 * 24 * 3600 * 1000 });
  assert.deepEqual(await readdir(`${folder}/cache/python-modules`), []);
});

test("findPythonModules() remembers nothing of an interpreter that is a script", async (t) => {
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

test("findPythonModules() remembers nothing of an interpreter that another program starts", async (t) => {
  const { stdout } = await runProgram("/bin/sh", ["-c", "command -v bash"]);
  const folder = await makeTree(t, {
    // What bash runs before the program that it was given.
    start: `exec '${pythonPath}' -c "$BASH_EXECUTION_STRING"\n`,
    launcher: { link: stdout.trim() },
  });
  // Without SHLVL it would take its stdin, a socket, for a login from elsewhere.
  const surroundings = surroundingsIn(folder, { BASH_ENV: `${folder}/start`, SHLVL: "2" });
  const { find, asked } = countedSearch(`${folder}/cache`, surroundings);
  await find(["one"], `${folder}/launcher`);
  await find(["one"], `${folder}/launcher`);
  assert.deepEqual(asked(), ["one", "one"]);
});

test("findPythonModules() asks again when the interpreter is upgraded in its place", async (t) => {
  const { folder, python, surroundings } = await environmentWith(t);
  const install = async (): Promise<void> => {
    await copyFile(await realpath(pythonPath), `${folder}/new`);
    await rename(`${folder}/new`, python);
  };
  const { find, asked } = countedSearch(`${folder}/cache`, surroundings);
  await install();
  await find(["one"], python);
  await find(["one"], python);
  await install();
  await find(["one"], python);
  assert.deepEqual(asked(), ["one", "one"]);
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
  test(`findPythonModules() remembers nothing when start-up code ${fact}`, async (t) => {
    const { folder, python, sitePackages, surroundings } = await environmentWith(t);
    await writeFile(`${sitePackages}/unknown.pth`, `${code}\n`);
    const { find, asked } = countedSearch(`${folder}/cache`, surroundings);
    await find(["one"], python);
    await find(["one"], python);
    assert.deepEqual(asked(), ["one", "one"]);
  });
}

for (const file of ["sitecustomize.py", "usercustomize.py", "unknown.pth"]) {
  test(`findPythonModules() heeds all variables, and its text, when ${file} runs at the start`, async (t) => {
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
    const { find } = search({});
    await find(["one"], python);
    assert.equal((await find(["one"], python)).modules.get("one")?.type, "missing");
    const extra = await search({ EXTRA: `${folder}/a` }).find(["one"], python);
    assert.equal(extra.modules.get("one")?.type, "file");
    await writeFile(`${place}/${file}`, `import sys; sys.path.append('${folder}/a')\n`);
    assert.equal((await find(["one"], python)).modules.get("one")?.type, "file");
  });
}

/** Code that adds to the search what a file lists. */
const READS_LIST = "import sys; sys.path.extend(open('FOLDER/list').read().split())";

/** Files of which one runs that code as Python starts. */
const START_UPS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "a line of a .pth file": { "x.pth": READS_LIST },
  "a line that runs a text": {
    "x.pth": String.raw`import os; exec("import sys\nsys.path.extend(open('FOLDER/list').read().split())")`,
  },
  "a line that runs a file": { "x.pth": "import os; exec(open('FOLDER/code').read())" },
  "a line with a name of its own": {
    "x.pth": "import sys as s; s.path.extend(open('FOLDER/list').read().split())",
  },
  "a module that a line imports": { "x.pth": "import helper", "helper.py": READS_LIST },
  "a line like that of a known tool": {
    "x.pth": `import _virtualenv; ${READS_LIST}`,
    "_virtualenv.py": "",
  },
  sitecustomize: { "sitecustomize.py": READS_LIST },
  "a sitecustomize that fails": { "sitecustomize.py": `${READS_LIST}; raise ImportError("late")` },
};

/** A system's own sitecustomize.py, as Debian's, comes before one among the packages. */
function startUpFolder(name: string, { folder, sitePackages }: VirtualEnvironment): string {
  return name === "sitecustomize.py" ? `${folder}/b` : sitePackages;
}

for (const [fact, files] of Object.entries(START_UPS)) {
  test(`findPythonModules() asks each time when Python starts with ${fact}`, async (t) => {
    const environment = await environmentWith(t);
    const { folder, python } = environment;
    await addToTree(folder, { list: "", code: READS_LIST.replace("FOLDER", folder) });
    await addToTree(folder, { "a/one.py": "" });
    for (const [name, text] of Object.entries(files)) {
      const file = `${startUpFolder(name, environment)}/${name}`;
      await writeFile(file, `${text.replace("FOLDER", folder)}\n`);
    }
    const surroundings = surroundingsIn(folder, { PYTHONPATH: `${folder}/b` });
    const { find } = countedSearch(`${folder}/cache`, surroundings);
    assert.deepEqual((await find(["one"], python)).modules.get("one"), { type: "missing" });
    await writeFile(`${folder}/list`, `${folder}/a\n`);
    assert.deepEqual((await find(["one"], python)).modules.get("one"), {
      type: "file",
      file: `${folder}/a/one.py`,
    });
  });
}

for (const [fact, files] of [
  [
    "that of setuptools",
    {
      "distutils-precedence.pth":
        "import os; var = 'SETUPTOOLS_USE_DISTUTILS'; enabled = os.environ.get(var, 'local') == 'local'; enabled and __import__('_distutils_hack').add_shim(); ",
      "_distutils_hack/__init__.py":
        "import sys\ndef add_shim(): sys.meta_path.insert(0, SHIM)\nclass Shim:\n    def find_spec(self, name, path, target=None): pass\nSHIM = Shim()\n",
    },
  ],
  [
    "that of virtualenv",
    { "_virtualenv.pth": "import _virtualenv", "_virtualenv.py": "import sys\n" },
  ],
  [
    "a line that installs certificates",
    {
      "x.pth": String.raw`import os; exec("try:\n import helper\n helper.run()\nexcept Exception: pass\n")`,
      "helper.py":
        "import sys\nif sys.version_info > (3, 4):\n    def run(): open(__file__).close()\n",
    },
  ],
  [
    "that of Debian",
    {
      "sitecustomize.py":
        "# install the apport exception handler if available\ntry:\n    import apport_python_hook\nexcept ImportError:\n    pass\nelse:\n    apport_python_hook.install()\n",
    },
  ],
] as const) {
  test(`findPythonModules() remembers answers although code runs at the start: ${fact}`, async (t) => {
    const environment = await environmentWith(t);
    const { folder, python } = environment;
    const written = Object.entries(files).map(async ([name, text]) => {
      const place = startUpFolder(name, environment);
      await addToTree(place, { [name]: text });
      return `${place}/${name}`;
    });
    const [last = ""] = (await Promise.all(written)).slice(-1);
    const surroundings = surroundingsIn(folder, { PYTHONPATH: `${folder}/b` });
    const { find, asked } = countedSearch(`${folder}/cache`, surroundings);
    await find(["one"], python);
    await find(["one"], python);
    assert.deepEqual(asked(), ["one"]);
    await appendFile(last, `import sys; sys.path.append('${folder}/a')\n`);
    await addToTree(folder, { "a/one.py": "" });
    assert.equal((await find(["one"], python)).modules.get("one")?.type, "file");
  });
}

test("findPythonModules() asks again when another tool's finder leads elsewhere", async (t) => {
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
  const { find } = countedSearch(`${folder}/cache`, surroundings);
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
  await rm(`${folder}/b/one`, { recursive: true });
  await symlink("../a/one", `${folder}/b/one`);
  await rm(`${folder}/a/one/__init__.py`);
  assert.deepEqual((await find(["one"], python)).modules.get("one"), {
    type: "unpackable",
    reason: `its file "${folder}/b/one/__init__.py" is not there: install it again`,
  });
});

/** An answer that depends on some paths. */
function answerWith(...dependsOn: readonly string[]): PythonAnswer {
  return { interpreter: "python 3", searched: [], modules: new Map(), dependsOn };
}

for (const [fact, change] of [
  ["a file is edited", (folder: string) => appendFile(`${folder}/file`, "more")],
  [
    "a file is replaced",
    async (folder: string) => {
      await writeFile(`${folder}/other`, "text");
      await rename(`${folder}/other`, `${folder}/file`);
    },
  ],
  ["a file is gone", (folder: string) => rm(`${folder}/file`)],
  ["a file appears", (folder: string) => writeFile(`${folder}/absent`, "")],
  ["a directory has another entry", (folder: string) => writeFile(`${folder}/directory/new`, "")],
  [
    "a link leads elsewhere",
    async (folder: string) => {
      await rm(`${folder}/link`);
      await symlink("directory", `${folder}/link`);
    },
  ],
] as const) {
  test(`readCachedAnswer() finds none when ${fact}`, async (t) => {
    const folder = await makeTree(t, { file: "text", "directory/": "", link: { link: "file" } });
    const paths = ["file", "file/inner", "absent", "directory", "link"];
    const answer = answerWith(...paths.map((name) => `${folder}/${name}`));
    cacheAnswer(`${folder}/cache/answer`, answer, later());
    assert.deepEqual(readCachedAnswer(`${folder}/cache/answer`), answer);
    await change(folder);
    assert.equal(readCachedAnswer(`${folder}/cache/answer`), undefined);
  });
}

test("readCachedAnswer() takes no answer that was damaged", async (t) => {
  const folder = await makeTree(t, { file: "" });
  const file = `${folder}/cache/answer`;
  cacheAnswer(file, answerWith(`${folder}/file`), later());
  assert.ok(readCachedAnswer(file) !== undefined);
  const whole = await readFile(file);
  for (let at = 0; at < whole.length; at++) {
    const damaged = Buffer.from(whole);
    damaged[at] = (damaged[at] ?? 0) ^ 1;
    await writeFile(file, damaged);
    assert.equal(readCachedAnswer(file), undefined, `byte ${at} differs`);
  }
});

test("cacheAnswer() keeps nothing of what changed since, or within a tick of the clock before", async (t) => {
  const folder = await makeTree(t, { file: "" });
  const answer = answerWith(`${folder}/file`);
  const { ctimeMs } = await stat(`${folder}/file`);
  for (const [sinceMs, isKept] of [
    [-1000, false],
    [5, false],
    [100, true],
  ] as const) {
    cacheAnswer(`${folder}/answer`, answer, ctimeMs + sinceMs);
    assert.equal(existsSync(`${folder}/answer`), isKept);
  }
});

test("cacheAnswer() allows for file systems that count in seconds", async (t) => {
  const folder = await makeTree(t, { file: "" });
  const answer = answerWith(`${folder}/file`);
  await utimes(`${folder}/file`, 1_000_000, 1_000_000);
  const { ctimeMs } = await stat(`${folder}/file`);
  cacheAnswer(`${folder}/answer`, answer, ctimeMs + 1000);
  assert.equal(existsSync(`${folder}/answer`), false);
  cacheAnswer(`${folder}/answer`, answer, ctimeMs + 3000);
  assert.equal(existsSync(`${folder}/answer`), true);
});

test("cacheAnswer() keeps nothing when it is not known what an answer depends on", async (t) => {
  const folder = await makeTree(t);
  cacheAnswer(`${folder}/answer`, { ...answerWith(), dependsOn: null }, later());
  assert.equal(existsSync(`${folder}/answer`), false);
});

test("answerFile() is another one when an interpreter's link leads to another place of one file", async (t) => {
  const folder = await makeTree(t, { "a/python": "", "b/": "", python: { link: "a/python" } });
  // As conda shares files among its environments.
  await link(`${folder}/a/python`, `${folder}/b/python`);
  const fileNow = (): string =>
    answerFile(`${folder}/cache`, `${folder}/python`, surroundingsIn(folder));
  const before = fileNow();
  assert.equal(fileNow(), before);
  await rm(`${folder}/python`);
  await symlink("b/python", `${folder}/python`);
  assert.notEqual(fileNow(), before);
});

test("findPythonModules() asks again when what could be a module comes into the pipeline directory", async (t) => {
  const { folder, python, sitePackages, surroundings } = await environmentWith(t, { "one.py": "" });
  await addToTree(folder, { "pipeline/two/__init__.py": "" });
  const directory = `${folder}/pipeline`;
  const places = async (): Promise<readonly unknown[]> => {
    const names = ["one", "two"];
    const search = countedSearch(`${folder}/cache`, surroundings);
    const first = await findFirstPlace(directory, names);
    const { modules } = await search.find(names, python, { first });
    return [...names.map((name) => modules.get(name)), search.asked().length];
  };
  const two = { type: "package", directories: [`${directory}/two`], mapped: [] };
  const one = { type: "file", file: `${sitePackages}/one.py` };
  assert.deepEqual(await places(), [one, two, 1]);
  assert.deepEqual(await places(), [one, two, 0]);
  // As builds and other files come and go there.
  await addToTree(directory, { ".build/source.tar.gz": "", "notes.txt": "" });
  assert.deepEqual(await places(), [one, two, 0]);
  await addToTree(directory, { "one.py": "" });
  assert.deepEqual(await places(), [{ type: "file", file: `${directory}/one.py` }, two, 1]);
  await rm(`${directory}/one.py`);
  await rm(`${directory}/two`, { recursive: true });
  assert.deepEqual((await places()).slice(0, 2), [one, { type: "missing" }]);
});

test("findPythonModules() asks again when another version of a distribution is installed", async (t) => {
  const environment = await environmentWith(t, {
    "one.py": "",
    "one-1.dist-info/METADATA": "",
    "one-1.dist-info/RECORD": "one.py,,\n",
  });
  const { folder, python, sitePackages, surroundings } = environment;
  const metadata = async (): Promise<readonly unknown[]> => {
    const search = countedSearch(`${folder}/cache`, surroundings);
    const { modules } = await search.find(["one"], python);
    const found = modules.get("one");
    return [found?.type === "file" && found.metadata, search.asked().length];
  };
  assert.deepEqual(await metadata(), [[`${sitePackages}/one-1.dist-info`], 1]);
  assert.deepEqual(await metadata(), [[`${sitePackages}/one-1.dist-info`], 0]);
  await rename(`${sitePackages}/one-1.dist-info`, `${sitePackages}/one-2.dist-info`);
  assert.deepEqual(await metadata(), [[`${sitePackages}/one-2.dist-info`], 1]);
});
