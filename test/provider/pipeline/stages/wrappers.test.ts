/** Wrappers, run by bash as a job runs them. */
import assert from "node:assert/strict";
import { copyFile, mkdir, readdir } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { buildArchive } from "../../../../provider/archive/build/build.ts";
import {
  parseWrapperName,
  wrapperName,
  wrapperScript,
} from "../../../../provider/pipeline/stages/wrappers.ts";
import { readManifest } from "../../../../provider/manifest/read-manifest.ts";
import { ENTRY_POINTS, OPERATIONS } from "../../../../provider/pipeline/stages/operations.ts";
import { pathWithPip } from "../../../tools/paths.ts";
import { makePipeline } from "../../../tools/small-pipeline.ts";
import { addToTree, makeTree } from "../../../tools/temporary-tree.ts";
import type { Tree } from "../../../tools/temporary-tree.ts";
import { runProgram } from "../../../ytjobs/run-python.ts";
import type { Finished, RunOptions } from "../../../ytjobs/run-python.ts";

const MAPPER = "operation_wrapper_run_map.sh";

/** Shows all that a job is given. */
const SHOW = `
import json, os, sys
print(json.dumps({
    "python_path": os.environ["PYTHONPATH"],
    "config": os.environ["JOB_CONFIG_PATH"],
    "arguments": sys.argv[1:],
    "input": sys.stdin.read(),
    "entry_point": sys.argv[0],
}))
`;

/** A sandbox with the archive and the wrapper alone, as a job finds it. */
async function makeSandbox(t: TestContext, changes: Tree): Promise<string> {
  const pipelineDirectory = await makePipeline(t, changes);
  const { file, tree } = await buildArchive(await readManifest({ pipelineDirectory }));
  const sandbox = path.join(await makeTree(t), "sand box'$x");
  await mkdir(sandbox);
  await copyFile(file, path.join(sandbox, "source.tar.gz"));
  for (const name of await readdir(tree)) {
    if (name.endsWith(".sh")) {
      await copyFile(path.join(tree, name), path.join(sandbox, name));
    }
  }
  return sandbox;
}

function runWrapper(
  sandbox: string,
  options: RunOptions = {},
  args: readonly string[] = [],
): Promise<Finished> {
  return runProgram(`./${MAPPER}`, args, { ...options, cwd: sandbox });
}

test("wrapperName() and parseWrapperName() are each other's inverse", () => {
  for (const stage of ["run", "a_map", "a_map.sh", "_reduce.b-c", "operation_wrapper_x"]) {
    for (const operation of OPERATIONS) {
      const wrapper = wrapperName(stage, operation);
      assert.deepEqual(parseWrapperName(wrapper), { stage, operation, wrapper });
    }
  }
  const others = ["source.tar.gz", "operation_wrapper_x.sh", "my_wrapper_x_map.sh"];
  assert.deepEqual(others.map(parseWrapperName), [undefined, undefined, undefined]);
});

test("wrapperScript() begins with #! and says nothing that bash takes amiss", async (t) => {
  const folder = await makeTree(t);
  for (const operation of OPERATIONS) {
    const script = ENTRY_POINTS[operation].join("' $(x)");
    const text = wrapperScript({ stage: "a.b-c_D", script });
    assert.ok(text.startsWith("#!/usr/bin/env bash\n"));
    assert.match(text, /^set -euo pipefail$/m);
    await addToTree(folder, { [operation]: text });
    assert.deepEqual(await runProgram("bash", ["-n", path.join(folder, operation)]), {
      status: 0,
      stdout: "",
      stderr: "",
    });
  }
});

test("a wrapper gives a job its paths, arguments, input and what PYTHONPATH was", async (t) => {
  const sandbox = await makeSandbox(t, { "stages/run/src/mapper.py": SHOW });
  const args = ["--rows", "a b", "", "*", "$HOME", "'"];
  await addToTree(sandbox, { "input.jsonl": "row\n" });
  for (const [before, wanted] of [
    ["/one:/two", `${sandbox}:/one:/two`],
    ["", sandbox],
  ] as const) {
    const { status, stdout, stderr } = await runWrapper(
      sandbox,
      { env: { PYTHONPATH: before }, stdin: path.join(sandbox, "input.jsonl") },
      args,
    );
    assert.equal(stderr, "");
    assert.equal(status, 0);
    assert.deepEqual(JSON.parse(stdout), {
      python_path: wanted,
      config: `${sandbox}/stages/run/config.yaml`,
      arguments: args,
      input: "row\n",
      entry_point: "stages/run/src/mapper.py",
    });
  }
});

test("a wrapper runs a script of any name that the stage's configuration names", async (t) => {
  const script = 'legs/it\'s "$HOME" `x` \\ *.py';
  const sandbox = await makeSandbox(t, {
    "stages/run/config.yaml": `job: {reduce_command: {reducer_script: ${JSON.stringify(script)}}}`,
    [`stages/run/src/${script}`]: "print('named')",
  });
  const { status, stdout, stderr } = await runProgram("./operation_wrapper_run_reduce.sh", [], {
    cwd: sandbox,
  });
  assert.deepEqual([status, stdout, stderr], [0, "named\n", ""]);
});

test("a wrapper extracts the archive once and then leaves the files alone", async (t) => {
  const sandbox = await makeSandbox(t, { "stages/run/src/mapper.py": "print('packed')" });
  assert.equal((await runWrapper(sandbox)).stdout, "packed\n");
  await addToTree(sandbox, { "stages/run/src/mapper.py": "print('edited')" });
  assert.equal((await runWrapper(sandbox)).stdout, "edited\n");
});

test("a wrapper's job can zip files that plain tar has extracted, as yt-framework's commands do", async (t) => {
  const sandbox = await makeSandbox(t, {
    "stages/run/src/mapper.py":
      "import shutil, words; shutil.make_archive('code', 'zip', '.', 'stages'); print(words.WORD)",
    "stages/run/src/words.py": "WORD = 'packed'",
  });
  await runProgram("tar", ["-xzf", "source.tar.gz"], { cwd: sandbox });
  await addToTree(sandbox, { "stages/run/src/words.py": "WORD = 'edited'" });
  const { status, stdout, stderr } = await runWrapper(sandbox);
  assert.deepEqual([status, stdout, stderr], [0, "edited\n", ""]);
  assert.ok((await readdir(sandbox)).includes("code.zip"));
});

for (const [fact, program, status] of [
  ["a status", "import sys; sys.exit(7)", 7],
  ["an exception", "raise RuntimeError('broken')", 1],
] as const) {
  test(`a wrapper ends as its job does, with ${fact}`, async (t) => {
    const sandbox = await makeSandbox(t, { "stages/run/src/mapper.py": program });
    assert.equal((await runWrapper(sandbox)).status, status);
  });
}

test("a wrapper becomes its job, so that a signal reaches it", async (t) => {
  const sandbox = await makeSandbox(t, {
    "stages/run/src/mapper.py": "import os, signal; os.kill(os.getpid(), signal.SIGTERM)",
  });
  assert.equal((await runWrapper(sandbox)).status, null);
});

test("a wrapper says so when there is neither an archive nor its contents", async (t) => {
  const sandbox = await makeTree(t, {
    [MAPPER]: { text: wrapperScript({ stage: "run", script: "mapper.py" }), mode: 0o755 },
  });
  assert.deepEqual(await runWrapper(sandbox), {
    status: 1,
    stdout: "",
    stderr: `Cannot run stages/run/src/mapper.py: neither it nor source.tar.gz is in ${sandbox}\n`,
  });
});

test("a wrapper fails its job, with nothing on stdout, when the archive is torn", async (t) => {
  const sandbox = await makeSandbox(t, { "stages/run/src/mapper.py": "print('row')" });
  await addToTree(sandbox, { "source.tar.gz": Buffer.from("1f8b0800", "hex") });
  const { status, stdout, stderr } = await runWrapper(sandbox);
  assert.equal(stdout, "");
  assert.notEqual(status, 0);
  assert.match(stderr, /unexpected end of file/);
});

/** A `python3` that stands before the real one and shows what pip is asked; pip then fails or not. */
function pythonWithPip(status: number): Tree {
  const text = `#!/bin/sh
if [ "$1 $2" = "-m pip" ]; then
  echo "pip: $* (PYTHONPATH=$PYTHONPATH)"
  exit ${status}
fi
exec "$REAL_PYTHON" "$@"
`;
  return { "bin/python3": { text, mode: 0o755 } };
}

async function runWithPip(t: TestContext, pipStatus: number): Promise<Finished> {
  const sandbox = await makeSandbox(t, {
    "stages/run/requirements.txt": "requests\n",
    "stages/run/src/mapper.py": "print('row')",
  });
  const programs = await makeTree(t, pythonWithPip(pipStatus));
  const { stdout } = await runProgram("sh", ["-c", "command -v python3"]);
  const env = {
    PATH: `${programs}/bin:${process.env["PATH"] ?? ""}`,
    REAL_PYTHON: stdout.trim(),
    PYTHONPATH: "/site",
  };
  return runWrapper(sandbox, { env });
}

const PIP =
  "pip: -m pip install --quiet --no-cache-dir -r stages/run/requirements.txt (PYTHONPATH=/site)\n";

test("a wrapper installs requirements first, keeping pip's words off the table", async (t) => {
  assert.deepEqual(await runWithPip(t, 0), { status: 0, stdout: "row\n", stderr: PIP });
});

test("a wrapper fails its job, with nothing on stdout, when requirements cannot be met", async (t) => {
  assert.deepEqual(await runWithPip(t, 4), { status: 4, stdout: "", stderr: PIP });
});

test("a wrapper fails its job when the real pip cannot meet its requirements", async (t) => {
  const sandbox = await makeSandbox(t, {
    "stages/run/requirements.txt": "./no/such/package\n",
    "stages/run/src/mapper.py": "print('row')",
  });
  const env = { PATH: pathWithPip, PIP_NO_INDEX: "1" };
  const { status, stdout, stderr } = await runWrapper(sandbox, { env });
  assert.equal(stdout, "");
  assert.notEqual(status, 0);
  assert.match(stderr, /no\/such\/package/);
});
