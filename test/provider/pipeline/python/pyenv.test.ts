/** Tests that an interpreter chosen by a pyenv is remembered as long as the choice is the same. */
import assert from "node:assert/strict";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { test } from "node:test";
import type { TestContext } from "node:test";
import type { Surroundings } from "../../../../provider/pipeline/python/interpreter.ts";
import { countedSearch } from "../../../tools/counted-search.ts";
import type { CountedSearch } from "../../../tools/counted-search.ts";
import { pythonPath } from "../../../tools/paths.ts";
import { addToTree, makeTree } from "../../../tools/temporary-tree.ts";
import { runProgram } from "../../../ytjobs/run-python.ts";

/** Decides as pyenv does, in little: a variable, a file in a folder above, a file of its own. */
const PYENV = `#!/bin/bash
set -e
export PYENV_DIR="\${PYENV_DIR:-$PWD}"
export PYENV_HOOK_PATH="$PYENV_ROOT/pyenv.d:/etc/pyenv.d"
shopt -s nullglob
for hooks in "$PYENV_ROOT"/plugins/*/etc/pyenv.d; do PYENV_HOOK_PATH="$PYENV_HOOK_PATH:$hooks"; done
version="$PYENV_VERSION"
folder="$PWD"
while [ -z "$version" ]; do
  if [ -f "$folder/.python-version" ]; then version="$(cat "$folder/.python-version")"; fi
  [ -n "$folder" ] || break
  folder="\${folder%/*}"
done
[ -n "$version" ] || version="$(cat "$PYENV_ROOT/version")"
shift
program="$1"
shift
exec "$PYENV_ROOT/versions/$version/bin/$program" "$@"
`;

/** The shim that `pyenv rehash` of pyenv 2.6 writes, for a root. */
function shimFor(root: string): string {
  return `#!/usr/bin/env bash
set -e
[ -n "$PYENV_DEBUG" ] && set -x

program="\${0##*/}"

export PYENV_ROOT="${root}"
SHIM_PATH=\${0%/*}
if [[ $SHIM_PATH != "${root}/shims" ]]; then
  export _PYENV_SHIM_PATH="$SHIM_PATH"
fi
exec "${root}/libexec/pyenv" exec "$program" "$@"
`;
}

interface Pyenv {
  readonly folder: string;
  readonly root: string;
  readonly surroundings: Surroundings;
  /** Where the selected version finds the module `mine`, and whether it was started for that. */
  readonly look: (
    search?: CountedSearch,
  ) => Promise<{ readonly version: string; readonly started: boolean }>;
}

/** A pyenv with versions `one` and `two`, each with a module `mine`. */
async function makePyenv(t: TestContext): Promise<Pyenv> {
  const folder = await makeTree(t, { "project/deep/": "", "root/version": "one\n" });
  const root = `${folder}/root`;
  await addToTree(root, {
    "shims/python3": { text: shimFor(root), mode: 0o755 },
    "libexec/pyenv": { text: PYENV, mode: 0o755 },
  });
  for (const version of ["one", "two"]) {
    await addVersion(root, version);
  }
  const PATH = `${root}/shims:${process.env["PATH"]}`;
  const environment = { PATH, HOME: folder };
  const surroundings = { environment, workingDirectory: `${folder}/project/deep` };
  const search = countedSearch(`${folder}/cache`, surroundings);
  return { folder, root, surroundings, look: (other = search) => lookIn(root, other) };
}

async function addVersion(root: string, version: string): Promise<void> {
  const place = `${root}/versions/${version}`;
  const { status } = await runProgram(pythonPath, ["-m", "venv", "--without-pip", place]);
  assert.equal(status, 0);
  await addToTree(place, { "extra/mine.py": "" });
  const program = `import sysconfig; print(sysconfig.get_path("purelib"))`;
  const { stdout } = await runProgram(`${place}/bin/python`, ["-c", program]);
  await writeFile(`${stdout.trim()}/extra.pth`, `${place}/extra\n`);
}

async function lookIn(
  root: string,
  { find, asked }: CountedSearch,
): Promise<{ readonly version: string; readonly started: boolean }> {
  const { modules } = await find(["mine"]);
  const found = modules.get("mine");
  const version = found?.type === "file" ? (found.file.slice(root.length).split("/")[2] ?? "") : "";
  return { version, started: asked().length > 0 };
}

test("findPythonModules() remembers what a pyenv shim chose, as long as nothing else decides", async (t) => {
  const { folder, root, look } = await makePyenv(t);
  assert.deepEqual(await look(), { version: "one", started: true });
  assert.deepEqual(await look(), { version: "one", started: false });
  await writeFile(`${root}/version`, "two\n");
  assert.deepEqual(await look(), { version: "two", started: true });
  assert.deepEqual(await look(), { version: "two", started: false });
  await writeFile(`${folder}/project/.python-version`, "one\n");
  assert.deepEqual(await look(), { version: "one", started: true });
  await writeFile(`${folder}/project/deep/.python-version`, "two\n");
  assert.deepEqual(await look(), { version: "two", started: true });
  await rm(`${folder}/project/deep/.python-version`);
  assert.deepEqual(await look(), { version: "one", started: true });
  await addVersion(root, "three");
  assert.deepEqual(await look(), { version: "one", started: true });
});

test("findPythonModules() heeds pyenv's variables and the working directory", async (t) => {
  const { folder, surroundings, look } = await makePyenv(t);
  assert.deepEqual(await look(), { version: "one", started: true });
  const environment = { ...surroundings.environment, PYENV_VERSION: "two" };
  const chosen = countedSearch(`${folder}/cache`, { ...surroundings, environment });
  assert.deepEqual(await look(chosen), { version: "two", started: true });
  await writeFile(`${folder}/.python-version`, "two\n");
  const elsewhere = countedSearch(`${folder}/cache`, { ...surroundings, workingDirectory: folder });
  assert.deepEqual(await look(elsewhere), { version: "two", started: true });
  assert.deepEqual(await look(elsewhere), { version: "two", started: false });
});

test("findPythonModules() remembers nothing of a pyenv with hooks of unknown kinds", async (t) => {
  const { root, look } = await makePyenv(t);
  await addToTree(root, { "plugins/known/etc/pyenv.d/which/conda.bash": "" });
  await look();
  assert.deepEqual(await look(), { version: "one", started: false });
  await addToTree(root, { "plugins/other/etc/pyenv.d/version-name/mine.bash": "" });
  assert.deepEqual(await look(), { version: "one", started: true });
  assert.deepEqual(await look(), { version: "one", started: true });
});

test("findPythonModules() remembers nothing of a shim that starts the system's Python", async (t) => {
  const { root, surroundings, folder } = await makePyenv(t);
  await rm(`${root}/versions/one`, { recursive: true });
  await mkdir(`${root}/versions/one`);
  await addToTree(root, {
    "versions/one/bin/python3": {
      text: `#!/bin/sh\nexec '${pythonPath}' "$@"\n`,
      mode: 0o755,
    },
  });
  const { find, asked } = countedSearch(`${folder}/cache`, surroundings);
  await find(["mine"]);
  await find(["mine"]);
  assert.equal(asked().length, 2);
});
