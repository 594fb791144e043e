/** Tests the search for modules as a whole, with the interpreter of the machine. */
import assert from "node:assert/strict";
import { access } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { findPythonModules } from "../../../../provider/pipeline/python/python-modules.ts";
import { makePythonEnvironment } from "../../../tools/python-environment.ts";
import { makeTree } from "../../../tools/temporary-tree.ts";
import { REPOSITORY, runProgram } from "../../../ytjobs/run-python.ts";

test("findPythonModules() finds packages, single files and namespaces", async (t) => {
  const { python, modules } = await makePythonEnvironment(t, {
    "regular/__init__.py": "",
    "single.py": "",
    "shared/a.py": "",
    "päckchen/__init__.py": "",
  });
  const found = await findPythonModules(["regular", "single", "shared", "päckchen"], python);
  assert.deepEqual(Object.fromEntries(found.modules), {
    regular: { type: "package", directories: [`${modules}/regular`], mapped: [] },
    single: { type: "file", file: `${modules}/single.py` },
    shared: { type: "package", directories: [`${modules}/shared`], mapped: [] },
    päckchen: { type: "package", directories: [`${modules}/päckchen`], mapped: [] },
  });
  assert.equal(found.searched[0], modules);
  assert.match(found.interpreter, /^\/.*python3\S* 3\.\d+\.\d+\S*$/);
});

test("findPythonModules() gives the places of a namespace in the order of the search", async (t) => {
  const folder = await makeTree(t, { "one/shared/a.py": "", "two/shared/b.py": "" });
  const text = `#!/bin/sh\nPYTHONPATH='${folder}/two:${folder}/one' exec python3 "$@"\n`;
  const { python } = await makePythonEnvironment(t, { "../python2": { text, mode: 0o755 } });
  const found = await findPythonModules(["shared"], `${path.dirname(python)}/python2`);
  assert.deepEqual(found.modules.get("shared"), {
    type: "package",
    directories: [`${folder}/two/shared`, `${folder}/one/shared`],
    mapped: [],
  });
});

test("findPythonModules() runs no code of the modules", async (t) => {
  const folder = await makeTree(t);
  const write = `open(${JSON.stringify(`${folder}/was_run`)}, "w")\n`;
  const { python } = await makePythonEnvironment(t, {
    "package/__init__.py": write,
    "single.py": write,
    // What the search itself imports must not come from the user either.
    "json.py": write,
  });
  const { modules } = await findPythonModules(["package", "single", "json"], python);
  assert.equal(modules.get("package")?.type, "package");
  assert.equal(modules.get("single")?.type, "file");
  await assert.rejects(access(`${folder}/was_run`), { code: "ENOENT" });
});

/** Looks modules up in a process of its own, as the working directory and environment count. */
async function findElsewhere(
  names: readonly string[],
  options: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Promise<unknown> {
  const code = `
    import { findPythonModules } from ${JSON.stringify(`${REPOSITORY}provider/pipeline/python/python-modules.ts`)};
    const { modules } = await findPythonModules(${JSON.stringify(names)});
    process.stdout.write(JSON.stringify(Object.fromEntries(modules)));
  `;
  const finished = await runProgram(
    process.execPath,
    ["--input-type=module", "--eval", code],
    options,
  );
  assert.equal(finished.stderr, "");
  return JSON.parse(finished.stdout);
}

test("findPythonModules() searches PYTHONPATH", async (t) => {
  const folder = await makeTree(t, { "mine/__init__.py": "" });
  assert.deepEqual(
    await findElsewhere(["mine"], { cwd: REPOSITORY, env: { PYTHONPATH: folder } }),
    { mine: { type: "package", directories: [`${folder}/mine`], mapped: [] } },
  );
});

test("findPythonModules() does not search the directory where it happens to run", async (t) => {
  const write = 'open("was_run", "w")\n';
  const folder = await makeTree(t, { "mine.py": write, "json.py": write });
  assert.deepEqual(await findElsewhere(["mine"], { cwd: folder, env: { PYTHONPATH: "" } }), {
    mine: { type: "missing" },
  });
  await assert.rejects(access(path.join(folder, "was_run")), { code: "ENOENT" });
});

test("findPythonModules() reads past what the interpreter writes as it starts", async (t) => {
  const text = '#!/bin/sh\necho "Welcome"\nexec python3 "$@"\n';
  const folder = await makeTree(t, { python: { text, mode: 0o755 } });
  const { modules } = await findPythonModules(["sys"], `${folder}/python`);
  assert.deepEqual([...modules.keys()], ["sys"]);
});

test("findPythonModules() says so when there is no such interpreter", async () => {
  await assert.rejects(findPythonModules(["x"], "python-of-nowhere"), {
    name: "UserError",
    argument: "python",
    message:
      'Cannot look for Python modules as there is no interpreter "python-of-nowhere": install Python 3 or name another one',
  });
});

test("findPythonModules() says so when the interpreter cannot be executed", async (t) => {
  const folder = await makeTree(t, { python: { text: "", mode: 0o644 } });
  await assert.rejects(findPythonModules(["x"], `${folder}/python`), {
    name: "UserError",
    argument: "python",
    message: `Cannot look for Python modules as "${folder}/python" failed: it cannot be executed`,
  });
});
