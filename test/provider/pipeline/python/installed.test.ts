/** Tests with what real pip and setuptools install, editable or not. */
import assert from "node:assert/strict";
import { readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { findPythonModules } from "../../../../provider/pipeline/python/python-modules.ts";
import type { Tree } from "../../../tools/temporary-tree.ts";
import {
  makeVirtualEnvironment,
  pipInstall,
  runSetup,
} from "../../../tools/virtual-environment.ts";
import type { VirtualEnvironment } from "../../../tools/virtual-environment.ts";

/** A project for setuptools, with code that must never run. */
function project(name: string, settings: string, ...files: readonly string[]): Tree {
  const code = files.map((file) => [`${name}/${file}`, "raise SystemExit('was run')\n"]);
  return {
    [`${name}/setup.py`]: `from setuptools import setup\nsetup(name="${name}", version="1", ${settings})\n`,
    ...Object.fromEntries(code),
  };
}

async function modulesOf(
  { python, surroundings }: VirtualEnvironment,
  ...names: readonly string[]
): Promise<unknown> {
  const { modules } = await findPythonModules(names, python, { surroundings });
  return Object.fromEntries(modules);
}

test("findPythonModules() finds what pip installed", async (t) => {
  const environment = await makeVirtualEnvironment(t, {
    ...project("plain", 'packages=["plain_package"]', "plain_package/__init__.py"),
    ...project("single", 'py_modules=["single_module"]', "single_module.py"),
    ...project(
      "old_one",
      'packages=["old_shared", "old_shared.one"], namespace_packages=["old_shared"]',
      "old_shared/one/__init__.py",
    ),
    "old_one/old_shared/__init__.py": "__import__('pkg_resources').declare_namespace(__name__)\n",
  });
  const { folder, sitePackages } = environment;
  await pipInstall(
    environment,
    ...["plain", "single", "old_one"].map((name) => `${folder}/${name}`),
  );
  // pkg_resources-style namespaces are installed without their __init__.py, with a .pth file.
  assert.ok((await readdir(sitePackages)).some((name) => name.endsWith("-nspkg.pth")));
  assert.deepEqual(await modulesOf(environment, "plain_package", "single_module", "old_shared"), {
    plain_package: {
      type: "package",
      directories: [`${sitePackages}/plain_package`],
      mapped: [],
      metadata: [`${sitePackages}/plain-1.dist-info`],
    },
    single_module: {
      type: "file",
      file: `${sitePackages}/single_module.py`,
      metadata: [`${sitePackages}/single-1.dist-info`],
    },
    old_shared: {
      type: "package",
      directories: [`${sitePackages}/old_shared`],
      mapped: [],
      metadata: [`${sitePackages}/old_one-1.dist-info`],
    },
  });
});

test("findPythonModules() finds editable installs of all kinds", async (t) => {
  const environment = await makeVirtualEnvironment(t, {
    // All code in one folder: a .pth file with its path.
    ...project("by_path", 'packages=["one"], package_dir={"": "src"}', "src/one/__init__.py"),
    // A package beside other folders: a finder.
    ...project(
      "by_finder",
      'packages=["two"], py_modules=["three"]',
      "two/__init__.py",
      "three.py",
    ),
    "by_finder/docs/conf.py": "",
    // A namespace package of which this project has a part.
    ...project("by_parts", 'packages=["four.part"]', "four/part/__init__.py", "four/notes/x.py"),
    // A package that is called otherwise where it lies.
    ...project(
      "renamed",
      'packages=["five.part"], package_dir={"five.part": "code"}',
      "code/__init__.py",
    ),
    ...project("with_egg_link", 'packages=["six"]', "six/__init__.py"),
  });
  const { folder, sitePackages } = environment;
  const projects = ["by_path", "by_finder", "by_parts", "renamed"];
  await pipInstall(environment, ...projects.flatMap((name) => ["--editable", `${folder}/${name}`]));
  await runSetup(environment, `${folder}/with_egg_link`, "develop", "--no-deps");
  const installed = await readdir(sitePackages);
  assert.equal(installed.filter((name) => /^__editable___\w+_finder\.py$/.test(name)).length, 3);
  assert.ok(installed.some((name) => name.endsWith(".egg-link")));
  const names = ["one", "two", "three", "four", "five", "six"];
  assert.deepEqual(await modulesOf(environment, ...names), {
    one: {
      type: "package",
      directories: [`${folder}/by_path/src/one`],
      mapped: [],
      metadata: [`${sitePackages}/by_path-1.dist-info`],
    },
    two: {
      type: "package",
      directories: [`${folder}/by_finder/two`],
      mapped: [],
      metadata: [`${sitePackages}/by_finder-1.dist-info`],
    },
    three: {
      type: "file",
      file: `${folder}/by_finder/three.py`,
      metadata: [`${sitePackages}/by_finder-1.dist-info`],
    },
    four: {
      type: "package",
      directories: [],
      mapped: [{ directory: `${folder}/by_parts/four`, entry: "part" }],
      metadata: [`${sitePackages}/by_parts-1.dist-info`],
    },
    five: {
      type: "unpackable",
      reason: `its editable install has "five.part" elsewhere, in "${folder}/renamed/code": install it without --editable`,
    },
    six: {
      type: "package",
      directories: [`${folder}/with_egg_link/six`],
      mapped: [],
      metadata: [`${folder}/with_egg_link/with_egg_link.egg-info`],
    },
  });
});

test("findPythonModules() refuses what is inside an egg", async (t) => {
  const environment = await makeVirtualEnvironment(t, {
    ...project(
      "zipped",
      'packages=["in_egg"], py_modules=["alone"]',
      "in_egg/__init__.py",
      "alone.py",
    ),
  });
  const { folder, sitePackages } = environment;
  await runSetup(environment, `${folder}/zipped`, "bdist_egg", "--dist-dir", sitePackages);
  const egg = (await readdir(sitePackages)).find((name) => name.endsWith(".egg")) ?? "";
  // As easy_install names it.
  await writeFile(path.join(sitePackages, "easy-install.pth"), `./${egg}\n`);
  const reason = `it is inside the zip file "${sitePackages}/${egg}": install it unzipped, with "python3 -m pip install"`;
  assert.deepEqual(await modulesOf(environment, "in_egg", "alone"), {
    in_egg: { type: "unpackable", reason },
    alone: { type: "unpackable", reason },
  });
});
