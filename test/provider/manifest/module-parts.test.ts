/** Tests which modules become parts, and where ytjobs is taken from. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { test } from "node:test";
import type { Manifest } from "../../../provider/manifest/manifest.ts";
import { readManifest } from "../../../provider/manifest/read-manifest.ts";
import { makePythonEnvironment } from "../../tools/python-environment.ts";
import { runBuild } from "../../tools/run-build.ts";
import { configurationWith, makePipeline } from "../../tools/small-pipeline.ts";
import { addToTree, makeTree } from "../../tools/temporary-tree.ts";
import { makeVirtualEnvironment, pipInstall } from "../../tools/virtual-environment.ts";
import { REPOSITORY, runProgram } from "../../ytjobs/run-python.ts";

/** The places and sources of one part's files. */
function filesOf({ parts }: Manifest, key: string): Readonly<Record<string, string>> {
  const files = parts.find((part) => part.key === key)?.files ?? [];
  return Object.fromEntries(
    files.map(({ path, content }) => [path, content.type === "file" ? content.file : "text"]),
  );
}

test("readManifest() packs a package, a single file and a dotted name's package", async (t) => {
  const { python, modules } = await makePythonEnvironment(t, {
    "regular/__init__.py": "",
    "regular/sub/__pycache__/a.pyc": "",
    "regular/sub/a.so": "",
    "regular/.ytignore": "tests/",
    "regular/tests/x.py": "",
    "single.py": "",
    "single.pyi": "",
    "dotted/deep/x.py": "",
    "dotted/__init__.py": "",
  });
  const pipelineDirectory = await makePipeline(t, {
    "configs/config.yaml": configurationWith(
      "upload_modules: [regular, single, dotted.deep, dotted]",
    ),
  });
  const manifest = await readManifest({ pipelineDirectory, python });
  assert.deepEqual(filesOf(manifest, "regular/"), {
    "regular/__init__.py": `${modules}/regular/__init__.py`,
    "regular/sub/a.so": `${modules}/regular/sub/a.so`,
  });
  assert.deepEqual(filesOf(manifest, "./single.py"), { "single.py": `${modules}/single.py` });
  assert.deepEqual(Object.keys(filesOf(manifest, "dotted/")), [
    "dotted/__init__.py",
    "dotted/deep/x.py",
  ]);
});

test("readManifest() joins the places of a namespace package, earlier ones first", async (t) => {
  const folder = await makeTree(t, {
    "one/shared/both.py": "one",
    "one/shared/b.py": "",
    "two/shared/both.py": "two",
    "two/shared/a.py": "",
  });
  await addToTree(folder, {
    python: {
      text: `#!/bin/sh\nPYTHONPATH='${folder}/two:${folder}/one' exec python3 "$@"\n`,
      mode: 0o755,
    },
  });
  const pipelineDirectory = await makePipeline(t, {
    "configs/config.yaml": configurationWith("upload_modules: [shared]"),
  });
  const manifest = await readManifest({ pipelineDirectory, python: `${folder}/python` });
  assert.deepEqual(filesOf(manifest, "shared/"), {
    "shared/a.py": `${folder}/two/shared/a.py`,
    "shared/b.py": `${folder}/one/shared/b.py`,
    "shared/both.py": `${folder}/two/shared/both.py`,
  });
});

test("readManifest() names the interpreter and what it searched for a missing module", async (t) => {
  const { python, modules } = await makePythonEnvironment(t, {});
  const pipelineDirectory = await makePipeline(t, {
    "configs/config.yaml": configurationWith("upload_modules: [absent_module.part]"),
  });
  const error: unknown = await readManifest({ pipelineDirectory, python }).catch(
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof Error);
  assert.equal(error.name, "UserError");
  const [before, after] = error.message.split(` searched "${pipelineDirectory}", "${modules}", `);
  assert.match(
    before ?? "",
    /^Cannot pack upload_modules "absent_module.part" as the interpreter does not find "absent_module": \/.*python3\S* 3\.\d+\.\S+$/,
  );
  assert.match(
    after ?? "",
    /^"[^"]+"(, "[^"]+")*; install the module there or name another interpreter, write the name that code imports where its distribution has another, set PYTHONPATH to the directory it is in, or list it under pipeline\.upload_paths if it is in the pipeline directory$/,
  );
});

test("readManifest() refuses an extension module, naming its file", async (t) => {
  const { python, modules } = await makePythonEnvironment(t, { "fast.abi3.so": "" });
  const pipelineDirectory = await makePipeline(t, {
    "configs/config.yaml": configurationWith("upload_modules: [fast]"),
  });
  const error: unknown = await readManifest({ pipelineDirectory, python }).catch(
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof Error);
  assert.ok(
    error.message.startsWith(
      `Cannot pack upload_modules "fast" as it is an extension module without Python source, "${modules}/fast.abi3.so": name its package in requirements.txt instead (asked /`,
    ),
    error.message,
  );
});

test("readManifest() finds modules in the pipeline directory first, as Python started there", async (t) => {
  const { python, modules } = await makePythonEnvironment(t, {
    "common/__init__.py": "installed",
    "other.py": "",
    "data/__init__.py": "",
    "parts/installed.py": "",
  });
  const pipelineDirectory = await makePipeline(t, {
    "configs/config.yaml": configurationWith(
      "upload_modules: [common, single, other, data, parts]",
    ),
    ".ytignore": "*.log\n/common/tests/\n",
    "common/__init__.py": "",
    "common/a.log": "",
    "common/tests/x.py": "",
    "common/shared": { link: "../lib" },
    // Built here once: another checkout has none.
    "common.egg-info/PKG-INFO": "Name: common\nVersion: 1\n",
    "common.egg-info/top_level.txt": "common\n",
    "lib/x.py": "",
    "single.py": "",
    // A folder of that name is passed over for a package that comes later.
    "data/x.csv": "",
    "parts/own.py": "",
  });
  const manifest = await readManifest({ pipelineDirectory, python });
  assert.deepEqual(
    manifest.parts.map(({ key }) => key),
    [
      "common/",
      "data/",
      "wrappers/",
      "./other.py",
      "parts/",
      "./single.py",
      "stages/run",
      "ytjobs/",
    ],
  );
  assert.deepEqual(filesOf(manifest, "common/"), {
    "common/__init__.py": `${pipelineDirectory}/common/__init__.py`,
    "common/shared/x.py": `${pipelineDirectory}/common/shared/x.py`,
  });
  assert.deepEqual(filesOf(manifest, "./single.py"), {
    "single.py": `${pipelineDirectory}/single.py`,
  });
  assert.deepEqual(filesOf(manifest, "./other.py"), { "other.py": `${modules}/other.py` });
  assert.deepEqual(filesOf(manifest, "data/"), {
    "data/__init__.py": `${modules}/data/__init__.py`,
  });
  assert.deepEqual(filesOf(manifest, "parts/"), {
    "parts/installed.py": `${modules}/parts/installed.py`,
    "parts/own.py": `${pipelineDirectory}/parts/own.py`,
  });
});

test("readManifest() takes a module for the pipeline's own also by way of a link", async (t) => {
  const pipelineDirectory = await makePipeline(t, {
    "configs/config.yaml": configurationWith("upload_modules: [own]"),
    ".ytignore": "*.txt\n",
    "python_code/own/__init__.py": "",
    "python_code/own/notes.txt": "",
  });
  const elsewhere = await makeTree(t, { link: { link: pipelineDirectory } });
  const text = `#!/bin/sh\nPYTHONPATH='${elsewhere}/link/python_code' exec python3 "$@"\n`;
  await addToTree(elsewhere, { python: { text, mode: 0o755 } });
  const manifest = await readManifest({ pipelineDirectory, python: `${elsewhere}/python` });
  assert.deepEqual(filesOf(manifest, "own/"), {
    "own/__init__.py": `${pipelineDirectory}/python_code/own/__init__.py`,
  });
});

test("readManifest() refuses a module in the pipeline directory that is a link out of it", async (t) => {
  const elsewhere = await makeTree(t, { "common/__init__.py": "" });
  const { python } = await makePythonEnvironment(t, {});
  const pipelineDirectory = await makePipeline(t, {
    "configs/config.yaml": configurationWith("upload_modules: [common]"),
    common: { link: `${elsewhere}/common` },
  });
  await assert.rejects(readManifest({ pipelineDirectory, python }), {
    name: "UserError",
    argument: "pipeline",
    message:
      `Cannot pack upload_modules "common" as its link leads out of the pipeline directory "${pipelineDirectory}": ` +
      `"${pipelineDirectory}/common" -> "${elsewhere}/common"; ` +
      "put a copy in its place, or remove the link and set PYTHONPATH to the directory that it leads into",
  });
});

test("readManifest() follows the links that installed modules are made of", async (t) => {
  const cache = await makeTree(t, {
    "a/linked/__init__.py": "__version__ = '1'\n",
    "a/linked/deep/x.py": "",
    "a/linked-1.dist-info/METADATA": "Name: linked\nVersion: 1\n",
    "a/RECORD": "linked/__init__.py,,\nlinked-1.dist-info/METADATA,,\n",
  });
  const { python } = await makePythonEnvironment(t, {
    "linked/__init__.py": { link: `${cache}/a/linked/__init__.py` },
    "linked/deep": { link: `${cache}/a/linked/deep` },
    "linked-1.dist-info/METADATA": { link: `${cache}/a/linked-1.dist-info/METADATA` },
    "linked-1.dist-info/RECORD": { link: `${cache}/a/RECORD` },
  });
  const pipelineDirectory = await makePipeline(t, {
    "configs/config.yaml": configurationWith("upload_modules: [linked]"),
  });
  const before = await readManifest({ pipelineDirectory, python });
  assert.deepEqual(Object.keys(filesOf(before, "linked/")), [
    "linked/__init__.py",
    "linked/deep/x.py",
  ]);
  assert.deepEqual(Object.keys(filesOf(before, "linked-1.dist-info/")), [
    "linked-1.dist-info/METADATA",
  ]);
  // The link stays as it is: what it leads to is what counts.
  await addToTree(cache, { "a/linked/__init__.py": "__version__ = '2'\n" });
  const after = await readManifest({ pipelineDirectory, python });
  assert.notEqual(after.digest, before.digest);
});

test("readManifest() packs what a module needs to know its own version, once for each distribution", async (t) => {
  const environment = await makeVirtualEnvironment(t, {
    "project/setup.py":
      'from setuptools import setup\nsetup(name="My.Project", version="1.5", packages=["first"], py_modules=["second"],' +
      ' entry_points={"mine": ["x = first:x"]})\n',
    "project/first/__init__.py": "",
    "project/second.py": "",
  });
  const { folder, python } = environment;
  await pipInstall(environment, `${folder}/project`);
  const pipeline = await makePipeline(t, {
    "configs/config.yaml": configurationWith("upload_modules: [first, second]"),
  });
  const manifest = await readManifest({ pipelineDirectory: pipeline, python });
  const keys = manifest.parts.filter(({ kind }) => kind === "module").map(({ key }) => key);
  const metadata = keys.find((key) => key.endsWith(".dist-info/")) ?? "";
  assert.equal(keys.length, 3);
  assert.match(metadata, /^my[._]project-1\.5\.dist-info\/$/i);
  const names = Object.keys(filesOf(manifest, metadata)).map((name) => name.slice(metadata.length));
  assert.deepEqual(names, ["METADATA", "entry_points.txt", "top_level.txt"]);
  // As in a job: the archive's root is on the path, and nothing is installed.
  const files = manifest.parts.flatMap((part) => part.files);
  const sandbox = await makeTree(t);
  for (const { path, content } of files) {
    const text = content.type === "file" ? await readFile(content.file) : content.text;
    await addToTree(sandbox, { [path]: text });
  }
  const program = 'import importlib.metadata as m, first, second; print(m.version("My.Project"))';
  const job = await runProgram("python3", ["-c", program], { env: { PYTHONPATH: sandbox } });
  assert.deepEqual([job.status, job.stdout], [0, "1.5\n"]);
});

test("readManifest() refuses a target that is that of a module's metadata", async (t) => {
  const { python } = await makePythonEnvironment(t, {
    "mine.py": "",
    "mine-1.dist-info/METADATA": "",
    "mine-1.dist-info/top_level.txt": "mine\n",
  });
  const pipelineDirectory = await makePipeline(t, {
    "configs/config.yaml": configurationWith(
      "upload_modules: [mine]",
      "upload_paths: [{source: notes.txt, target: mine-1.dist-info/INSTALLER}]",
    ),
    "notes.txt": "",
  });
  await assert.rejects(readManifest({ pipelineDirectory, python }), {
    message:
      'Cannot pack upload_paths "notes.txt" as it has a target inside that of the metadata of upload_modules "mine": ' +
      '"mine-1.dist-info/INSTALLER" inside "mine-1.dist-info"; give one of them another target',
  });
});

test("readManifest() packs installed modules of an environment inside the pipeline", async (t) => {
  const pipelineDirectory = await makePipeline(t, {
    "configs/config.yaml": configurationWith("upload_modules: [installed, own]"),
    ".venv/lib/python3.11/site-packages/installed/__init__.py": "",
    "python_code/.ytignore": "*.txt",
    "python_code/own/__init__.py": "",
    "python_code/own/notes.txt": "",
  });
  const places = [".venv/lib/python3.11/site-packages", "python_code"];
  const search = places.map((place) => `${pipelineDirectory}/${place}`).join(":");
  await addToTree(pipelineDirectory, {
    ".venv/bin/python": {
      text: `#!/bin/sh\nPYTHONPATH='${search}' exec python3 "$@"\n`,
      mode: 0o755,
    },
  });
  const python = `${pipelineDirectory}/.venv/bin/python`;
  const manifest = await readManifest({ pipelineDirectory, python });
  assert.deepEqual(Object.keys(filesOf(manifest, "installed/")), ["installed/__init__.py"]);
  // A module among the pipeline's own files obeys the ignore files above it.
  assert.deepEqual(Object.keys(filesOf(manifest, "own/")), ["own/__init__.py"]);
});

test("readManifest() packs the ytjobs that is shipped when Python has none", async (t) => {
  const { python } = await makePythonEnvironment(t, {});
  const pipelineDirectory = await makePipeline(t);
  const manifest = await readManifest({ pipelineDirectory, python });
  assert.equal(manifest.ytjobs, "shipped with pulumi-yt-code");
  assert.deepEqual(Object.keys(filesOf(manifest, "ytjobs/")), [
    "ytjobs/__init__.py",
    "ytjobs/config/__init__.py",
    "ytjobs/logging/__init__.py",
    "ytjobs/logging/logger.py",
    "ytjobs/logging/silencer.py",
    "ytjobs/mapper/__init__.py",
    "ytjobs/mapper/mappers.py",
    "ytjobs/mapper/utils.py",
  ]);
});

test("readManifest() packs the ytjobs of the user's Python environment when it has one", async (t) => {
  const { python, modules } = await makePythonEnvironment(t, { "ytjobs/__init__.py": "mine = 1" });
  const pipelineDirectory = await makePipeline(t);
  const manifest = await readManifest({ pipelineDirectory, python });
  assert.equal(manifest.ytjobs, "python environment");
  assert.deepEqual(filesOf(manifest, "ytjobs/"), {
    "ytjobs/__init__.py": `${modules}/ytjobs/__init__.py`,
  });
});

test("readManifest() packs the ytjobs that PYTHONPATH leads to", async (t) => {
  const folder = await makeTree(t, { "ytjobs/__init__.py": "mine = 1" });
  const pipeline = await makePipeline(t);
  const { ytjobs } = await runBuild(pipeline, { env: { PYTHONPATH: folder } });
  assert.equal(ytjobs, "python environment");
});

test("readManifest() takes no folder for ytjobs that is no regular package", async (t) => {
  const { python } = await makePythonEnvironment(t, { "ytjobs/notes.txt": "not code" });
  const pipelineDirectory = await makePipeline(t);
  const manifest = await readManifest({ pipelineDirectory, python });
  assert.equal(manifest.ytjobs, "shipped with pulumi-yt-code");
});

test("readManifest() packs ytjobs once, also when upload_modules names it", async (t) => {
  const { python } = await makePythonEnvironment(t, {});
  const pipelineDirectory = await makePipeline(t, {
    "configs/config.yaml": configurationWith("upload_modules: [ytjobs]"),
  });
  const manifest = await readManifest({ pipelineDirectory, python });
  assert.deepEqual(
    manifest.parts.map(({ key }) => key),
    ["wrappers/", "stages/run", "ytjobs/"],
  );
});

test("readManifest() refuses an own ytjobs that cannot be packed", async (t) => {
  const { python, modules } = await makePythonEnvironment(t, { "ytjobs.abi3.so": "" });
  const pipelineDirectory = await makePipeline(t);
  const error: unknown = await readManifest({ pipelineDirectory, python }).catch(
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof Error);
  assert.equal(error.name, "UserError");
  assert.ok(
    error.message.startsWith(
      `Cannot pack ytjobs as it is an extension module without Python source, "${modules}/ytjobs.abi3.so": name its package in requirements.txt instead (asked /`,
    ),
    error.message,
  );
});

test("readManifest() needs no Python for a pipeline with nothing to pack", async (t) => {
  const pipelineDirectory = await makePipeline(t, {
    "configs/config.yaml": "stages: {enabled_stages: [tables]}\npipeline: {upload_modules: [x]}\n",
    "stages/tables/config.yaml": "",
  });
  const python = "python-of-nowhere";
  const { parts, ytjobs } = await readManifest({ pipelineDirectory, python });
  assert.deepEqual(parts, []);
  assert.equal(ytjobs, "shipped with pulumi-yt-code");
});

for (const name of ["a..b", ".a", "a.", "a.1b", "a-b", "a b"]) {
  test(`readManifest() takes no ${JSON.stringify(name)} for a module`, async (t) => {
    const { python } = await makePythonEnvironment(t, { "a/__init__.py": "" });
    const pipelineDirectory = await makePipeline(t, {
      "configs/config.yaml": configurationWith(`upload_modules: [${JSON.stringify(name)}]`),
    });
    await assert.rejects(readManifest({ pipelineDirectory, python }), {
      name: "UserError",
      message: `Cannot pack upload_modules "${name}" as it is not the name of a Python module`,
    });
  });
}

test("readManifest() reads a module's name as Python does, however its letters are put together", async (t) => {
  const { python, modules } = await makePythonEnvironment(t, { "p\u00e4ckchen.py": "" });
  const pipelineDirectory = await makePipeline(t, {
    "configs/config.yaml": configurationWith("upload_modules: [pa\u0308ckchen.part]"),
  });
  const manifest = await readManifest({ pipelineDirectory, python });
  assert.deepEqual(filesOf(manifest, "./p\u00e4ckchen.py"), {
    "p\u00e4ckchen.py": `${modules}/p\u00e4ckchen.py`,
  });
});

test("readManifest() packs of an editable install's namespace only the installed part", async (t) => {
  const environment = await makeVirtualEnvironment(t, {
    "project/setup.py":
      'from setuptools import setup\nsetup(name="project", version="1", packages=["shared.mine"])\n',
    "project/shared/mine/__init__.py": "",
    "project/shared/notes/x.py": "",
  });
  const { folder, python, sitePackages } = environment;
  await addToTree(sitePackages, { "shared/other/__init__.py": "" });
  await pipInstall(environment, "--editable", `${folder}/project`);
  const pipelineDirectory = await makePipeline(t, {
    "configs/config.yaml": configurationWith("upload_modules: [shared]"),
  });
  const manifest = await readManifest({ pipelineDirectory, python });
  assert.deepEqual(filesOf(manifest, "shared/"), {
    "shared/mine/__init__.py": `${folder}/project/shared/mine/__init__.py`,
    "shared/other/__init__.py": `${sitePackages}/shared/other/__init__.py`,
  });
});

test("readManifest() starts no Python in a second process when nothing changed", async (t) => {
  const { folder } = await makeVirtualEnvironment(t);
  const pipeline = await makePipeline(t);
  const bytecode = `${folder}/bytecode`;
  const plan = async (): Promise<void> => {
    const { status, stderr } = await runProgram(
      process.execPath,
      [`${REPOSITORY}/cli/main.ts`, "plan", pipeline, "--python", "env/bin/python"],
      {
        cwd: folder,
        // Python writes there whatever it compiles as it starts.
        env: {
          YTCODE_CACHE_DIR: `${folder}/cache`,
          PYTHONDONTWRITEBYTECODE: "",
          PYTHONPYCACHEPREFIX: bytecode,
        },
      },
    );
    assert.deepEqual({ status, stderr }, { status: 0, stderr: "" });
  };
  await plan();
  assert.ok(existsSync(bytecode), "the first run starts Python");
  await rm(bytecode, { recursive: true });
  await plan();
  assert.equal(existsSync(bytecode), false);
  await rm(`${folder}/env/pyvenv.cfg`);
  await plan();
  assert.ok(existsSync(bytecode), "a change has Python asked again");
});
